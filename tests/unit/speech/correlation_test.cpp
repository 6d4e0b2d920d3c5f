#include "speech/correlation.hpp"

#include <gtest/gtest.h>

#include <random>

#include "media/codec.hpp"
#include "speech/mastering.hpp"
#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using Samples = std::vector<std::int16_t>;

Samples prompt(std::string_view text) { return make_master(test::say(text)).narrow; }

// What a caller hears of it: through G.711, quieter, in the midst of silence.
Samples heard(const Samples& sent, std::size_t before = 4321,
              media::Codec codec = media::Codec::pcma) {
    Samples padded(before, 0);
    for (const auto sample : sent) padded.push_back(static_cast<std::int16_t>(sample / 2));
    padded.resize((padded.size() + 8000 + 159) / 160 * 160, 0);
    std::vector<std::uint8_t> payload(padded.size());
    media::Encoder encoder(codec, 8000);
    payload.resize(encoder.encode(padded, payload));
    Samples out(padded.size());
    media::Decoder decoder(codec, 8000);
    out.resize(decoder.decode(payload, out));
    return out;
}

TEST(PromptMatch, FindsAGreetingInWhatACallerHears) {
    const Samples sent = prompt(test::kOficina);
    for (const auto codec : {media::Codec::pcmu, media::Codec::pcma}) {
        const PromptMatch match = match_prompt(heard(sent, 4321, codec), sent);
        EXPECT_GT(match.correlation, 0.95);
        EXPECT_GT(match.whole, 0.99);
        EXPECT_EQ(match.offset.count(), 540);
    }
}

TEST(PromptMatch, TellsGreetingsApartThatShareMostOfTheirWords) {
    const std::vector<Samples> prompts{prompt(test::kOficina), prompt(test::kPlazaNorte),
                                       prompt(test::kLasFlores)};
    for (std::size_t sent = 0; sent < prompts.size(); ++sent) {
        for (std::size_t other = 0; other < prompts.size(); ++other) {
            const PromptMatch match = match_prompt(heard(prompts[sent]), prompts[other]);
            if (sent == other)
                EXPECT_GE(match.correlation, 0.9);
            else
                EXPECT_LE(match.correlation, 0.3) << sent << " against " << other;
        }
    }
}

TEST(PromptMatch, TellsNamesApartThatDifferByOneWord) {
    const Samples a = prompt("Bienvenido a Torre Norte. Para conserjería, presione 1.");
    const Samples b = prompt("Bienvenido a Torre Sur. Para conserjería, presione 1.");
    EXPECT_LE(match_prompt(heard(a), b).correlation, 0.3);
    EXPECT_LE(match_prompt(heard(b), a).correlation, 0.3);
}

TEST(PromptMatch, ForgivesALostPacket) {
    const Samples sent = prompt(test::kOficina);
    Samples received = heard(sent);
    std::fill_n(received.begin() + 20000, 160, std::int16_t{0});
    EXPECT_GE(match_prompt(received, sent).correlation, 0.9);
}

TEST(PromptMatch, FollowsAClockThatDrifts) {
    const Samples sent = prompt(test::kOficina);
    Samples received = heard(sent);
    for (std::size_t at = 5000; at < received.size(); at += 10000)
        received.erase(received.begin() + static_cast<std::ptrdiff_t>(at));  // 100 ppm
    EXPECT_GE(match_prompt(received, sent).correlation, 0.9);
}

TEST(PromptMatch, MissesAPromptThatWasCutOff) {
    const Samples sent = prompt(test::kOficina);
    Samples received = heard(sent);
    std::fill(received.begin() + 30000, received.end(), std::int16_t{0});
    EXPECT_LE(match_prompt(received, sent).correlation, 0.3);
}

TEST(PromptMatch, FindsNothingInSilenceNoiseOrNothing) {
    const Samples sent = prompt("Opción no válida.");
    EXPECT_EQ(match_prompt(Samples(16000, 0), sent).correlation, 0);
    EXPECT_EQ(match_prompt({}, sent).correlation, 0);
    EXPECT_EQ(match_prompt(sent, {}).correlation, 0);
    std::mt19937 random(1);
    std::normal_distribution<float> noise(0, 3000);
    Samples hiss(80000);
    for (auto& sample : hiss) sample = static_cast<std::int16_t>(noise(random));
    EXPECT_LE(match_prompt(hiss, sent).correlation, 0.3);
}

}  // namespace
}  // namespace skyn3t::speech
