#include "speech/voices.hpp"

#include <gtest/gtest.h>

namespace skyn3t::speech {
namespace {

struct VoiceRow {
    std::string_view voice;
    std::string_view language;
    Voice chosen;
    std::optional<int> warning;
};

TEST(ChooseVoice, MapsTwimlsNamesToLanguageAndGender) {
    const std::vector<VoiceRow> rows{
        {"alice", "es-MX", {"es-419", Gender::female}, {}},
        {"", "", {"es-419", Gender::female}, {}},
        {"", "es-CL", {"es-419", Gender::female}, {}},
        {"woman", "es", {"es-419", Gender::female}, {}},
        {"man", "es", {"es-419", Gender::male}, {}},
        {"man", "en-gb", {"en-GB", Gender::male}, {}},
        {"Alice", "es-ES", {"es-ES", Gender::female}, {}},
        {"Polly.Mia", "", {"es-419", Gender::female}, {}},
        {"Polly.Mia-Neural", "es-MX", {"es-419", Gender::female}, {}},
        {"Polly.Andres-Neural", "", {"es-419", Gender::male}, {}},
        {"Polly.Lupe-Generative", "es-US", {"es-419", Gender::female}, {}},
        {"Polly.Miguel", "es-US", {"es-419", Gender::male}, {}},
        {"Polly.Conchita", "", {"es-ES", Gender::female}, {}},
        {"Polly.Sergio-Neural", "", {"es-ES", Gender::male}, {}},
        {"Polly.Joanna",
         "es-MX",
         {"en-US", Gender::female},
         {}},  // a named voice implies its language
        {"Google.es-US-Standard-A", "", {"es-419", Gender::female}, {}},
        {"Google.es-US-Wavenet-B", "", {"es-419", Gender::male}, {}},
        {"Google.es-ES-Neural2-B", "es-MX", {"es-ES", Gender::male}, {}},
    };
    for (const auto& row : rows) {
        const VoiceChoice choice = choose_voice(row.voice, row.language);
        EXPECT_EQ(choice.voice, row.chosen) << row.voice << ' ' << row.language;
        EXPECT_EQ(choice.warning, row.warning) << row.voice << ' ' << row.language;
    }
}

TEST(ChooseVoice, WarnsAndFallsBackWhenTheVoiceIsUnknown) {
    for (const std::string_view voice :
         {"Polly.Nobody", "robot", "Polly.", "Google.", "Google.xx-YY-A", "."}) {
        const VoiceChoice choice = choose_voice(voice, "es-MX");
        EXPECT_EQ(choice.warning, 13511) << voice;
        EXPECT_EQ(choice.voice, (Voice{"es-419", Gender::female})) << voice;
    }
}

TEST(ChooseVoice, WarnsAndSpeaksSpanishWhenTheLanguageIsUnknown) {
    const VoiceChoice choice = choose_voice("man", "tlh");
    EXPECT_EQ(choice.warning, 13511);
    EXPECT_EQ(choice.voice, (Voice{"es-419", Gender::male}));
}

}  // namespace
}  // namespace skyn3t::speech
