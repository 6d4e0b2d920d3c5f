#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/prompt.hpp"
#include "speech/correlation.hpp"
#include "twiml/verbs.hpp"

namespace skyn3t::verify {

inline constexpr double kOwnPrompt = 0.9;    // at least: it is this prompt
inline constexpr double kOtherPrompt = 0.3;  // at most: it is another

// What a caller hears first of a document: its first Say, in a Gather or not.
[[nodiscard]] std::optional<twiml::Say> first_words(std::string_view document);

// A prompt at 8000 Hz, as a caller on G.711 hears it.
[[nodiscard]] std::vector<std::int16_t> as_heard(const media::Prompt& prompt);

// A prompt that a recording was compared with.
struct Likeness {
    std::string community;
    speech::PromptMatch match;
};
struct NamedSound {
    std::string community;
    media::PromptPtr prompt;
};
// On a worker thread: tens of milliseconds for each.
[[nodiscard]] std::vector<Likeness> compare(const std::vector<std::int16_t>& heard,
                                            const std::vector<NamedSound>& prompts);

}  // namespace skyn3t::verify
