#include "media/concealer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace skyn3t::media {
namespace {

// A voice of 125 Hz with two harmonics.
std::vector<std::int16_t> hum(std::size_t samples) {
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i < samples; ++i) {
        const double t = 2 * std::numbers::pi * 125 * static_cast<double>(i) / 8000;
        pcm.push_back(static_cast<std::int16_t>(std::lround(
            4000 * std::sin(t) + 2000 * std::sin(2 * t + 1) + 1000 * std::sin(5 * t + 2))));
    }
    return pcm;
}

// `pcm` with every frame concealed for which `lost` says so.
std::vector<std::int16_t> through(std::vector<std::int16_t> pcm, bool (*lost)(std::size_t frame)) {
    Concealer concealer;
    for (std::size_t frame = 0; frame < pcm.size() / 160; ++frame) {
        const auto samples = std::span(pcm).subspan(frame * 160, 160);
        if (lost(frame))
            concealer.conceal(samples);
        else
            concealer.accept(samples);
    }
    return pcm;
}

double correlation(std::span<const std::int16_t> a, std::span<const std::int16_t> b) {
    double ab = 0, aa = 1, bb = 1;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

TEST(Concealer, PassesGoodAudioUnchanged) {
    const auto pcm = hum(1600);
    EXPECT_EQ(through(pcm, [](std::size_t) { return false; }), pcm);
}

TEST(Concealer, ALostFrameOfAVoiceSoundsLikeIt) {
    const auto pcm = hum(3200);
    const auto heard = through(pcm, [](std::size_t frame) { return frame == 10; });
    EXPECT_GT(correlation(std::span(pcm).subspan(1600, 160), std::span(heard).subspan(1600, 160)),
              0.95);
}

TEST(Concealer, FivePercentLossKeepsACorrelationOverNinetyFivePercent) {
    const auto pcm = hum(160000);
    const auto heard = through(pcm, [](std::size_t frame) { return frame % 20 == 7; });
    EXPECT_GT(correlation(pcm, heard), 0.95);
}

TEST(Concealer, ALongLossFadesToSilenceInSixtyMilliseconds) {
    const auto heard = through(hum(3200), [](std::size_t frame) { return frame >= 10; });
    EXPECT_NE(heard[1600 + 400], 0);
    for (std::size_t i = 1600 + 480; i < heard.size(); ++i) ASSERT_EQ(heard[i], 0);
}

TEST(Concealer, JoinsWithoutAClick) {
    const auto pcm = hum(3200);
    const auto heard = through(pcm, [](std::size_t frame) { return frame % 5 == 4; });
    const auto steepest = [](const std::vector<std::int16_t>& audio) {
        int steep = 0;
        for (std::size_t i = 1; i < audio.size(); ++i)
            steep = std::max(steep, std::abs(audio[i] - audio[i - 1]));
        return steep;
    };
    EXPECT_LT(steepest(heard), 2 * steepest(pcm));
}

}  // namespace
}  // namespace skyn3t::media
