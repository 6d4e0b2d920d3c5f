#include "verify/speech_check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace skyn3t::verify {
namespace {

std::string first_text(std::string_view xml) {
    const auto say = first_words(xml);
    return say ? say->text() : "(nothing)";
}

TEST(FirstWords, AreThoseInsideTheGather) {
    EXPECT_EQ(first_text("<Response><Gather><Say>Bienvenido.</Say></Gather><Say>Adiós.</Say>"
                         "</Response>"),
              "Bienvenido.");
}

TEST(FirstWords, AreThoseBeforeTheGatherWhenTheOperatorWroteThemThere) {
    EXPECT_EQ(first_text("<Response><Say>Hola.</Say><Gather><Say>Marque uno.</Say></Gather>"
                         "</Response>"),
              "Hola.");
}

TEST(FirstWords, AreNoneOfADocumentThatOnlyPlaysOrCannotBeRead) {
    EXPECT_EQ(first_text("<Response><Play>http://example.cl/a.wav</Play></Response>"), "(nothing)");
    EXPECT_EQ(first_text("no XML"), "(nothing)");
}

// A syllable for each pitch; rough enough to be unlike any other.
media::PromptPtr prompt_of(const std::vector<double>& pitches) {
    std::vector<std::int16_t> samples;
    for (const double hertz : pitches)
        for (int i = 0; i < 4800; ++i)
            samples.push_back(static_cast<std::int16_t>(
                9000 * std::sin(2 * std::numbers::pi * hertz * i / 16000) *
                std::sin(std::numbers::pi * i / 4800)));
    return media::make_prompt(samples);
}

TEST(Compare, TellsTheOwnPromptFromAnothersInWhatWasHeard) {
    const auto own = prompt_of({220, 330, 275, 440, 310});
    const auto other = prompt_of({410, 255, 365, 230, 500});
    std::vector<std::int16_t> heard(4000, 0);
    const auto spoken = as_heard(*own);
    heard.insert(heard.end(), spoken.begin(), spoken.end());
    heard.resize(heard.size() + 4000);
    const auto found = compare(heard, {{"OWN", own}, {"OTHER", other}});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].community, "OWN");
    EXPECT_GE(found[0].match.correlation, kOwnPrompt);
    EXPECT_EQ(found[0].match.offset, std::chrono::milliseconds(500));
    EXPECT_LE(found[1].match.correlation, kOtherPrompt);
}

}  // namespace
}  // namespace skyn3t::verify
