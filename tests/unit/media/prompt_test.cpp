#include "media/prompt.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "media/tone.hpp"

namespace skyn3t::media {
namespace {

std::vector<std::int16_t> sine_16k(double hertz, std::size_t samples) {
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i < samples; ++i)
        pcm.push_back(static_cast<std::int16_t>(std::lround(
            8000 * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / 16000))));
    return pcm;
}

// Level change of decimate() at a frequency, in dB, away from the ends.
double gain_at(double hertz) {
    const auto out = decimate(sine_16k(hertz, 16000));
    double sum = 0;
    for (std::size_t i = 500; i < 7500; ++i) sum += static_cast<double>(out[i]) * out[i];
    return 10 * std::log10(sum / 7000 / (8000.0 * 8000.0 / 2) + 1e-12);
}

TEST(Decimate, IsFlatInTheTelephoneBand) {
    for (const double hertz : {300.0, 1000.0, 2500.0, 3400.0})
        EXPECT_NEAR(gain_at(hertz), 0, 0.2) << hertz;
}

TEST(Decimate, RemovesWhatWouldAlias) {
    for (const double hertz : {4600.0, 5500.0, 7000.0}) EXPECT_LT(gain_at(hertz), -55) << hertz;
}

TEST(Prompt, IsPaddedToWholeFramesInEveryCodec) {
    const auto prompt = make_prompt(sine_16k(440, 321));
    EXPECT_EQ(prompt->master().size(), 640u);
    for (const Codec codec : kCodecs) EXPECT_EQ(prompt->payload(codec).size(), 320u);
    EXPECT_EQ(prompt->duration(), std::chrono::milliseconds(40));
}

TEST(Prompt, TakesANarrowbandVariantThatIsAFewSamplesShort) {
    const std::vector<std::int16_t> narrow(158, 0);
    const auto prompt = make_prompt(sine_16k(440, 320), narrow);
    EXPECT_EQ(prompt->payload(Codec::pcmu).size(), 160u);
    EXPECT_EQ(prompt->payload(Codec::pcmu)[0], 0xff);
}

TEST(Prompt, RefusesPartsThatDiffer) {
    const std::vector<std::int16_t> master(320);
    const std::vector<std::uint8_t> payload(161);
    EXPECT_THROW(Prompt({master, {payload, payload, payload}}, nullptr), std::invalid_argument);
}

TEST(ToneBank, ChileanRingbackIsOneSecondOnThreeOff) {
    const ToneBank bank;
    const auto ringback = bank.progress(Tone::ringback, "cl");
    EXPECT_EQ(ringback->duration(), std::chrono::milliseconds(4000));
    EXPECT_NE(ringback->payload(Codec::pcma)[4005], 0xd5);
    EXPECT_EQ(ringback->payload(Codec::pcma)[8200], 0xd5);
}

TEST(ToneBank, RepeatsACadenceUntilItIsWholeFrames) {
    const ToneBank bank;
    EXPECT_EQ(bank.progress(Tone::busy, "uk")->duration(), std::chrono::milliseconds(1500));
}

TEST(ToneBank, AnUnknownCountrySoundsAsTheUnitedStates) {
    const ToneBank bank;
    EXPECT_EQ(bank.progress(Tone::ringback, "xx"), bank.progress(Tone::ringback, "us"));
}

TEST(ToneBank, DigitsAreSoundsAndPauses) {
    ToneBank bank;
    const auto items = bank.digits("1w?1", std::chrono::milliseconds(100));
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(std::get<PromptPtr>(items[0])->duration(), std::chrono::milliseconds(200));
    EXPECT_EQ(std::get<Silence>(items[1]).length, std::chrono::milliseconds(500));
    EXPECT_EQ(std::get<PromptPtr>(items[0]), std::get<PromptPtr>(items[2]));
}

}  // namespace
}  // namespace skyn3t::media
