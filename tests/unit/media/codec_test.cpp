#include "media/codec.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "media/g711.hpp"

namespace skyn3t::media {
namespace {

std::vector<std::int16_t> sine(double hertz, double rate, std::size_t samples) {
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i < samples; ++i)
        pcm.push_back(static_cast<std::int16_t>(std::lround(
            8000 * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate))));
    return pcm;
}

double energy(std::span<const std::int16_t> pcm) {
    double sum = 0;
    for (const auto sample : pcm) sum += static_cast<double>(sample) * sample;
    return sum / static_cast<double>(pcm.size());
}

TEST(G711, EncodesEveryMuLawInputAsSpandspDoes) {
    for (int sample = -32768; sample <= 32767; ++sample)
        ASSERT_EQ(g711::mu_law_from_linear(static_cast<std::int16_t>(sample)),
                  linear_to_ulaw(sample))
            << sample;
}

TEST(G711, EncodesEveryALawInputAsSpandspDoes) {
    for (int sample = -32768; sample <= 32767; ++sample)
        ASSERT_EQ(g711::a_law_from_linear(static_cast<std::int16_t>(sample)),
                  linear_to_alaw(sample))
            << sample;
}

TEST(G711, DecodesEveryOctetAsSpandspDoes) {
    for (int octet = 0; octet < 256; ++octet) {
        const auto code = static_cast<std::uint8_t>(octet);
        ASSERT_EQ(g711::linear_from_mu_law(code), ulaw_to_linear(code)) << octet;
        ASSERT_EQ(g711::linear_from_a_law(code), alaw_to_linear(code)) << octet;
    }
}

TEST(G711, SilenceIsTheCodeOfZero) {
    EXPECT_EQ(g711::mu_law_from_linear(0), 0xff);
    EXPECT_EQ(g711::a_law_from_linear(0), 0xd5);
    EXPECT_EQ(silence_frame(Codec::pcmu)[0], 0xff);
    EXPECT_EQ(silence_frame(Codec::pcma)[159], 0xd5);
}

TEST(G722, SilenceFrameRepeatedDecodesToNearlyNothing) {
    Decoder decoder(Codec::g722, 16000);
    std::vector<std::int16_t> pcm(320);
    for (int frame = 0; frame < 50; ++frame)
        ASSERT_EQ(decoder.decode(silence_frame(Codec::g722), pcm), 320u);
    EXPECT_LT(energy(pcm), 32.0 * 32.0);
}

TEST(G722, CarriesASineAtItsOwnRate) {
    const auto pcm = sine(1000, 16000, 16000);
    Encoder encoder(Codec::g722, 16000);
    Decoder decoder(Codec::g722, 16000);
    std::vector<std::uint8_t> payload(8000);
    std::vector<std::int16_t> back(16000);
    EXPECT_EQ(encoder.encode(pcm, payload), 8000u);
    EXPECT_EQ(decoder.decode(payload, back), 16000u);
    EXPECT_NEAR(10 * std::log10(energy(back) / energy(pcm)), 0, 0.5);
}

TEST(G722, CarriesASineBetweenNarrowbandSides) {
    const auto pcm = sine(1000, 8000, 8000);
    Encoder encoder(Codec::g722, 8000);
    Decoder decoder(Codec::g722, 8000);
    std::vector<std::uint8_t> payload(8000);
    std::vector<std::int16_t> back(8000);
    EXPECT_EQ(encoder.encode(pcm, payload), 8000u);
    EXPECT_EQ(decoder.decode(payload, back), 8000u);
    EXPECT_NEAR(10 * std::log10(energy(back) / energy(pcm)), 0, 0.5);
}

TEST(Codec, NamesAndPayloadTypesAreThoseOfRfc3551) {
    EXPECT_EQ(encoding_name(Codec::pcmu), "PCMU");
    EXPECT_EQ(encoding_name(Codec::pcma), "PCMA");
    EXPECT_EQ(encoding_name(Codec::g722), "G722");
    EXPECT_EQ(static_payload_type(Codec::pcmu), 0);
    EXPECT_EQ(static_payload_type(Codec::pcma), 8);
    EXPECT_EQ(static_payload_type(Codec::g722), 9);
}

}  // namespace
}  // namespace skyn3t::media
