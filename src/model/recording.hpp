#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace skyn3t::model {

// The largest sound file that is taken as a community's recording: 95 s of mono sound as a studio
// keeps it, hours as MP3. A body is in memory before it is known who sends it, so it is not more.
inline constexpr std::size_t kMaxRecordingBytes = 8u << 20;

// A recording's name becomes part of a file's: [a-z0-9-], up to 64.
[[nodiscard]] inline bool is_recording_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

}  // namespace skyn3t::model
