#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "speech/tts_engine.hpp"

namespace skyn3t::speech {

struct AudioLimits {
    std::size_t bytes = 20u << 20;
    int seconds = 5 * 60;
};

// WAV, FLAC, Ogg, MP3 and what else libsndfile knows, mixed to mono. parse_error (not sound, or
// empty), too_large.
Result<Clip> decode_audio(std::span<const std::uint8_t> bytes, const AudioLimits& limits = {});
// A 16-bit mono WAV file.
[[nodiscard]] std::vector<std::uint8_t> encode_wav(const Clip& clip);

}  // namespace skyn3t::speech
