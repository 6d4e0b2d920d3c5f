#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skyn3t::twiml {

// What a Say's `voice` says about its language. Nothing: no such voice.
struct VoiceTraits {
    std::string language;  // empty for man, woman and alice, which speak the Say's
    std::size_t max_characters = 4096;
};
[[nodiscard]] std::optional<VoiceTraits> find_voice(std::string_view name);

}  // namespace skyn3t::twiml
