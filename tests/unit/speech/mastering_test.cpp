#include "speech/mastering.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using test::say;
using test::tone;

Clip wide(const Clip& source) { return {make_master(source).wide, 16000}; }
Clip narrow(const Clip& source) { return {make_master(source).narrow, 8000}; }

TEST(Master, HasOneLoudnessAndNoPeakAboveTheCeiling) {
    for (const auto text :
         {test::kOficina, test::kPlazaNorte, std::string_view("Adiós."), std::string_view("uno")}) {
        const Clip spoken = say(text);
        EXPECT_NEAR(loudness(wide(spoken)), -18.0, 1.0) << text;
        EXPECT_NEAR(loudness(narrow(spoken)), -18.0, 1.0) << text;
        EXPECT_LE(true_peak(wide(spoken)), -3.0) << text;
        EXPECT_LE(true_peak(narrow(spoken)), -3.0) << text;
    }
}

TEST(Master, HasOneLoudnessWhateverTheSourcesLevelAndRate) {
    for (const int rate : {8000, 16000, 22050, 44100, 48000})
        for (const double amplitude : {0.01, 0.1, 0.9})
            EXPECT_NEAR(loudness(wide(tone(440, 2, rate, amplitude))), -18.0, 0.3)
                << rate << " Hz, amplitude " << amplitude;
}

TEST(Master, KeepsFiftyMillisecondsBeforeTheSoundAndOneHundredAndTwentyAfter) {
    Clip source = tone(440, 1, 16000);
    source.samples.insert(source.samples.begin(), 16000, 0);
    source.samples.insert(source.samples.end(), 32000, 0);
    const Master master = make_master(source);
    const auto loud = [](std::int16_t sample) { return std::abs(sample) > 300; };
    const auto first = std::find_if(master.wide.begin(), master.wide.end(), loud);
    const auto last = std::find_if(master.wide.rbegin(), master.wide.rend(), loud);
    EXPECT_NEAR(static_cast<double>(first - master.wide.begin()) / 16, 50, 10);
    EXPECT_NEAR(static_cast<double>(last - master.wide.rbegin()) / 16, 120, 30);
}

TEST(Master, AddsTheSilenceThatItsSourceLacks) {
    const Master master = make_master(tone(440, 1, 16000));
    EXPECT_EQ(master.wide.size(), 18880u);  // 50 + 1000 + 120 ms, to whole frames of 20 ms
    EXPECT_EQ(master.narrow.size(), 9440u);
    EXPECT_LT(std::abs(master.wide[400]), 30);
    EXPECT_LT(std::abs(master.wide[18000]), 30);
}

TEST(Master, TakesHumAway) {
    Clip source = tone(1000, 2, 16000, 0.2);
    const Clip hum = tone(50, 2, 16000, 0.2);
    for (std::size_t i = 0; i < source.samples.size(); ++i)
        source.samples[i] = static_cast<std::int16_t>(source.samples[i] + hum.samples[i]);
    const auto clean = make_master(tone(1000, 2, 16000, 0.2)).wide;
    const auto filtered = make_master(source).wide;
    double error = 0;
    double signal = 0;
    for (std::size_t i = 3200; i < 32000; ++i) {
        error += std::pow(filtered[i] - clean[i], 2);
        signal += std::pow(clean[i], 2);
    }
    EXPECT_LT(error / signal, 0.15);  // of 1.0 before: the hum was as strong as the tone
}

TEST(Master, LeavesSilenceSilent) {
    const Master master = make_master({std::vector<std::int16_t>(16000, 0), 16000});
    EXPECT_EQ(master.wide, std::vector<std::int16_t>(16000, 0));
    EXPECT_EQ(master.narrow, std::vector<std::int16_t>(8000, 0));
}

TEST(Master, OfNothingIsNothing) { EXPECT_TRUE(make_master({{}, 16000}).wide.empty()); }

}  // namespace
}  // namespace skyn3t::speech
