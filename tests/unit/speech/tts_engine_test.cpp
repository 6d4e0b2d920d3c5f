#include "speech/tts_engine.hpp"

#include <gtest/gtest.h>

#include "script_directory.hpp"
#include "speech/pico_engine.hpp"
#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using namespace std::chrono_literals;
using test::ScriptDirectory;

EspeakEngine espeak() { return EspeakEngine(find_program("espeak-ng")); }
double length(const Clip& clip) {
    return static_cast<double>(clip.samples.size()) / clip.sample_rate;
}

TEST(EspeakEngine, SpeaksASentence) {
    const auto clip = espeak().synthesize({"Bienvenido a Oficina Principal.", {}, 1.0});
    ASSERT_TRUE(clip) << clip.error().detail;
    EXPECT_EQ(clip->sample_rate, 22050);
    EXPECT_GT(length(*clip), 1.5);
    EXPECT_LT(length(*clip), 4.0);
}

TEST(EspeakEngine, SaysTheSameTwiceAlikeToTheSample) {
    auto engine = espeak();
    EXPECT_EQ(engine.synthesize({"Adiós.", {}, 1.0})->samples,
              engine.synthesize({"Adiós.", {}, 1.0})->samples);
}

TEST(EspeakEngine, SpeaksFasterAtAHigherRate) {
    auto engine = espeak();
    const TtsRequest normal{"Por favor, seleccione una opción.", {}, 1.0};
    const TtsRequest fast{normal.words, {}, 1.5};
    EXPECT_LT(length(*engine.synthesize(fast)), 0.8 * length(*engine.synthesize(normal)));
}

TEST(EspeakEngine, HasAVoiceForEveryLanguageAndGender) {
    auto engine = espeak();
    for (const char* language :
         {"es-419", "es-ES", "en-US", "en-GB", "fr-FR", "de-DE", "it-IT", "pt-BR"})
        for (const Gender gender : {Gender::female, Gender::male}) {
            const auto clip = engine.synthesize({"uno", {language, gender}, 1.0});
            EXPECT_TRUE(clip && !clip->samples.empty()) << language;
        }
}

TEST(EspeakEngine, TakesTextThatLooksLikeAnOption) {
    const auto clip = espeak().synthesize({"-v whisper --version", {}, 1.0});
    ASSERT_TRUE(clip);
    EXPECT_GT(length(*clip), 0.5);
}

TEST(EspeakEngine, TriesOnceMoreWhenItsProcessCrashes) {
    const ScriptDirectory directory;
    const auto crashed = (directory.path() / "crashed").string();
    EspeakEngine engine(directory.script("espeak-ng",
                                         "case $1 in --version) exit 0;; esac\n"
                                         "[ -e " +
                                             crashed + " ] || { touch " + crashed +
                                             "; kill -SEGV $$; }\n"
                                             "exec espeak-ng \"$@\""));
    const auto clip = engine.synthesize({"uno", {}, 1.0});
    ASSERT_TRUE(clip) << clip.error().detail;
    EXPECT_TRUE(std::filesystem::exists(crashed));
}

TEST(EspeakEngine, GivesUpWhenItsProcessCrashesAgain) {
    const ScriptDirectory directory;
    EspeakEngine engine(directory.script("espeak-ng", "kill -SEGV $$"));
    const auto clip = engine.synthesize({"uno", {}, 1.0});
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().code, Errc::unavailable);
}

TEST(EspeakEngine, GivesUpWhenItsProcessHangs) {
    const ScriptDirectory directory;
    EspeakEngine engine(directory.script("espeak-ng", "sleep 60"), 50ms);
    const auto clip = engine.synthesize({"uno", {}, 1.0});
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().code, Errc::timeout);
}

TEST(EspeakEngine, RefusesWhatIsNoSound) {
    const ScriptDirectory directory;
    EspeakEngine engine(directory.script("espeak-ng", "echo hola"));
    const auto clip = engine.synthesize({"uno", {}, 1.0});
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().code, Errc::unavailable);
}

// pico2wave is in Debian non-free; a script takes its arguments as it would.
TEST(PicoEngine, GivesItsTextAfterTheOptionsAndReadsTheFile) {
    const ScriptDirectory directory;
    const auto shown = (directory.path() / "arguments").string();
    PicoEngine engine(directory.script(
        "pico2wave",
        "echo \"$1 $2 $3 $5 $6\" > " + shown + "\necho uno | espeak-ng --stdin -w \"$4\""));
    const auto clip = engine.synthesize({"cinco zonas", {}, 1.2});
    ASSERT_TRUE(clip) << clip.error().detail;
    std::ifstream file(shown);
    std::string arguments;
    std::getline(file, arguments);
    EXPECT_EQ(arguments, "-l es-ES -w -- <speed level=\"120\">sinco sonas</speed>");
}

TEST(PicoEngine, SpeaksSpanishAsAWomanOnly) {
    const PicoEngine engine("/bin/true");
    EXPECT_TRUE(engine.speaks({"es-419", Gender::female}));
    EXPECT_FALSE(engine.speaks({"es-419", Gender::male}));
    EXPECT_FALSE(engine.speaks({"en-US", Gender::female}));
}

}  // namespace
}  // namespace skyn3t::speech
