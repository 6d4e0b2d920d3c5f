#pragma once

#include <chrono>
#include <cstdint>
#include <span>

// Is this prompt in that recording? For `verify`, the demo and scenario tests. Both at 8 kHz,
// linear.
namespace skyn3t::speech {

struct PromptMatch {
    // The verdict, -1 to 1: how like the prompt its weakest half second is at the best alignment.
    // Greetings of different communities share most of their words, which a synthesiser speaks
    // alike to the sample, so that over the whole length even a wrong greeting correlates well; but
    // somewhere it says another name. The right prompt after G.711: above 0.9; any other: below
    // 0.3.
    double correlation = 0;
    double whole = 0;  // correlation over the prompt's whole length, the peak
    std::chrono::milliseconds offset{
        0};  // where in `received` the prompt begins; negative when its start is missing
};

// Level does not matter; up to 3 ms of drift along the prompt is followed. The prompt must be there
// from its first word to its last. Some 20 ms of CPU time for 20 s of audio; at most 2 minutes of
// `received` are searched.
[[nodiscard]] PromptMatch match_prompt(std::span<const std::int16_t> received,
                                       std::span<const std::int16_t> prompt);

}  // namespace skyn3t::speech
