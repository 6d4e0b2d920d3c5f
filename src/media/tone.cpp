#include "media/tone.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace skyn3t::media {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kMasterRate = 16000;
constexpr double kProgressAmplitude =
    2600;                                 // -19 dBm0 a component: clear, and not louder than speech
constexpr double kSineAmplitude = 8159;   // -10 dBm0: full scale of a sine is +3.14 dBm0
constexpr double kDigitAmplitude = 6480;  // -12 dBm0 a component

struct Segment {
    std::array<unsigned, 2> hertz;  // zero: none
    int milliseconds;
};
struct Cadence {
    Tone tone;
    std::string_view country;
    std::array<Segment, 4> segments;
};

// ITU-T E.180 Supplement 2 (various tones used in national networks).
constexpr std::array kCadences{
    Cadence{Tone::ringback, "cl", {{{{400, 0}, 1000}, {{}, 3000}}}},
    Cadence{Tone::busy, "cl", {{{{400, 0}, 500}, {{}, 500}}}},
    Cadence{Tone::congestion, "cl", {{{{400, 0}, 200}, {{}, 200}}}},
    Cadence{Tone::ringback, "us", {{{{440, 480}, 2000}, {{}, 4000}}}},
    Cadence{Tone::busy, "us", {{{{480, 620}, 500}, {{}, 500}}}},
    Cadence{Tone::congestion, "us", {{{{480, 620}, 250}, {{}, 250}}}},
    Cadence{Tone::ringback, "uk", {{{{400, 450}, 400}, {{}, 200}, {{400, 450}, 400}, {{}, 2000}}}},
    Cadence{Tone::busy, "uk", {{{{400, 0}, 375}, {{}, 375}}}},
    Cadence{Tone::congestion, "uk", {{{{400, 0}, 400}, {{}, 350}, {{400, 0}, 225}, {{}, 525}}}},
    Cadence{Tone::ringback, "es", {{{{425, 0}, 1500}, {{}, 3000}}}},
    Cadence{Tone::busy, "es", {{{{425, 0}, 200}, {{}, 200}}}},
    Cadence{Tone::congestion, "es", {{{{425, 0}, 200}, {{}, 200}, {{425, 0}, 200}, {{}, 600}}}},
    Cadence{Tone::ringback, "mx", {{{{425, 0}, 1000}, {{}, 4000}}}},
    Cadence{Tone::busy, "mx", {{{{425, 0}, 250}, {{}, 250}}}},
    Cadence{Tone::congestion, "mx", {{{{425, 0}, 250}, {{}, 250}}}},
    Cadence{Tone::ringback, "br", {{{{425, 0}, 1000}, {{}, 4000}}}},
    Cadence{Tone::busy, "br", {{{{425, 0}, 250}, {{}, 250}}}},
    Cadence{Tone::congestion, "br", {{{{425, 0}, 250}, {{}, 250}}}},
};

// Adds the sum of the sines, with 4 ms of rise and fall so that it does not click.
void append_tone(std::vector<std::int16_t>& pcm, std::array<unsigned, 2> hertz, milliseconds length,
                 double amplitude, double ramp_samples = 64) {
    const auto count = static_cast<std::size_t>(length.count()) * (kMasterRate / 1000);
    for (std::size_t i = 0; i < count; ++i) {
        double value = 0;
        for (const unsigned frequency : hertz)
            if (frequency != 0)
                value += std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i) /
                                  kMasterRate);
        const double edge = static_cast<double>(std::min(i, count - 1 - i));
        const double gain = ramp_samples > 0 ? std::min(1.0, edge / ramp_samples) : 1.0;
        pcm.push_back(static_cast<std::int16_t>(std::lround(value * amplitude * gain)));
    }
}

PromptPtr render(const Cadence& cadence) {
    std::vector<std::int16_t> pcm;
    do {  // whole 20 ms, so that the repetition keeps the rhythm
        for (const Segment& segment : cadence.segments)
            append_tone(pcm, segment.hertz, milliseconds(segment.milliseconds), kProgressAmplitude);
    } while (pcm.size() % 320 != 0);
    return make_prompt(pcm);
}

// ITU-T Q.23: row and column of the key.
std::optional<std::array<unsigned, 2>> digit_frequencies(char digit) {
    constexpr std::string_view kKeys = "123A456B789C*0#D";
    constexpr std::array<unsigned, 4> kRows{697, 770, 852, 941};
    constexpr std::array<unsigned, 4> kColumns{1209, 1336, 1477, 1633};
    const auto at = kKeys.find(digit);
    if (at == std::string_view::npos) return std::nullopt;
    return std::array{kRows[at / 4], kColumns[at % 4]};
}

}  // namespace

ToneBank::ToneBank() {
    for (const Cadence& cadence : kCadences)
        progress_.emplace(std::tuple(cadence.tone, cadence.country), render(cadence));
}

PromptPtr ToneBank::progress(Tone tone, std::string_view country) const {
    const auto found = progress_.find(std::tuple(tone, country));
    return found != progress_.end() ? found->second
                                    : progress_.at(std::tuple(tone, std::string_view("us")));
}

PromptPtr ToneBank::sine(unsigned hertz) {
    auto& prompt = sines_[hertz];
    if (!prompt) {
        std::vector<std::int16_t> pcm;
        append_tone(pcm, {hertz, 0}, milliseconds(1000), kSineAmplitude, 0);
        prompt = make_prompt(pcm);
    }
    return prompt;
}

std::vector<PlayItem> ToneBank::digits(std::string_view text, milliseconds length) {
    std::vector<PlayItem> items;
    for (const char digit : text) {
        if (digit == 'w' || digit == 'W') {
            items.emplace_back(Silence{milliseconds(digit == 'w' ? 500 : 1000)});
        } else if (const auto hertz = digit_frequencies(digit)) {
            auto& prompt = digits_[{digit, length}];
            if (!prompt) {
                std::vector<std::int16_t> pcm;
                append_tone(pcm, *hertz, length, kDigitAmplitude);
                pcm.resize(pcm.size() + kMasterRate / 10);
                prompt = make_prompt(pcm);
            }
            items.emplace_back(prompt);
        }
    }
    return items;
}

}  // namespace skyn3t::media
