#include "speech/recording_store.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "script_directory.hpp"
#include "speech/audio_file.hpp"
#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using test::ScriptDirectory;
using test::tone;

Errc code(const Result<void>& result) { return result ? Errc::conflict : result.error().code; }

TEST(RecordingStore, KeepsARecordingAndFindsItAfterARestart) {
    const ScriptDirectory directory;
    const Clip clip = tone(440, 1, 44100);
    std::optional<std::string> digest;
    {
        RecordingStore store(directory.path());
        ASSERT_TRUE(store.import("PLAZA_NORTE", "bienvenida", encode_wav(clip)));
        digest = store.digest("PLAZA_NORTE", "bienvenida");
        ASSERT_TRUE(digest);
    }
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "PLAZA_NORTE" / "bienvenida.wav"));
    const RecordingStore store(directory.path());
    EXPECT_EQ(store.digest("PLAZA_NORTE", "bienvenida"), digest);
    EXPECT_EQ(store.names("PLAZA_NORTE"), std::vector<std::string>{"bienvenida"});
    const auto loaded = store.load("PLAZA_NORTE", "bienvenida");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->sample_rate, 44100);
    EXPECT_EQ(loaded->samples, clip.samples);
}

TEST(RecordingStore, ShowsNoCommunityAnothersRecording) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    ASSERT_TRUE(store.import("PLAZA_NORTE", "bienvenida", encode_wav(tone(440, 1, 8000))));
    EXPECT_FALSE(store.digest("LAS_FLORES", "bienvenida"));
    EXPECT_TRUE(store.names("LAS_FLORES").empty());
}

TEST(RecordingStore, RemovesAllThatACommunityHasAndNothingOfTheOthers) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    const auto wave = encode_wav(tone(440, 1, 8000));
    for (const char* name : {"bienvenida", "despedida"})
        ASSERT_TRUE(store.import("PLAZA_NORTE", name, wave));
    ASSERT_TRUE(store.import("PLAZA", "bienvenida", wave));
    std::ofstream(directory.path() / "PLAZA_NORTE" / "half.tmp") << "left by a crash";
    ASSERT_TRUE(store.remove_all("PLAZA_NORTE"));
    EXPECT_TRUE(store.names("PLAZA_NORTE").empty());
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "PLAZA_NORTE"));
    EXPECT_EQ(store.names("PLAZA"), std::vector<std::string>{"bienvenida"});
    EXPECT_TRUE(store.remove_all("PLAZA_NORTE")) << "there may be nothing";
    EXPECT_EQ(code(store.remove_all("../PLAZA")), Errc::invalid_argument);
    EXPECT_EQ(code(store.remove_all("")), Errc::invalid_argument);
    EXPECT_EQ(RecordingStore(directory.path()).names("PLAZA").size(), 1u);
}

TEST(RecordingStore, MovesAllToANewCodeWhereNothingElseIsLeft) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    ASSERT_TRUE(store.import("OLD", "bienvenida", encode_wav(tone(440, 1, 8000))));
    ASSERT_TRUE(store.import("NEW", "despedida", encode_wav(tone(440, 1, 8000))));
    const auto digest = store.digest("OLD", "bienvenida");
    ASSERT_TRUE(store.rename_all("OLD", "NEW"));
    EXPECT_TRUE(store.names("OLD").empty());
    EXPECT_EQ(store.names("NEW"), std::vector<std::string>{"bienvenida"});
    EXPECT_EQ(store.digest("NEW", "bienvenida"), digest);
    EXPECT_TRUE(store.load("NEW", "bienvenida"));
    const RecordingStore restarted(directory.path());
    EXPECT_EQ(restarted.names("NEW"), std::vector<std::string>{"bienvenida"});
    EXPECT_TRUE(restarted.names("OLD").empty());
    EXPECT_TRUE(store.rename_all("OLD", "NEWER")) << "there may be nothing";
    EXPECT_EQ(code(store.rename_all("../NEW", "NEWER")), Errc::invalid_argument);
}

TEST(RecordingStore, MixesStereoToMono) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    // Two channels of 16 bits, 8000 Hz, three frames: (1000, 3000), (-2000, 0), (100, 300).
    const std::vector<std::uint8_t> wave{
        'R', 'I',  'F',  'F',  48,   0,    0,    0,    'W',  'A',  'V',  'E',  'f',  'm',
        't', ' ',  16,   0,    0,    0,    1,    0,    2,    0,    0x40, 0x1f, 0,    0,
        0,   0x7d, 0,    0,    4,    0,    16,   0,    'd',  'a',  't',  'a',  12,   0,
        0,   0,    0xe8, 0x03, 0xb8, 0x0b, 0x30, 0xf8, 0x00, 0x00, 0x64, 0x00, 0x2c, 0x01};
    ASSERT_TRUE(store.import("LAS_FLORES", "bienvenida", wave));
    EXPECT_EQ(store.load("LAS_FLORES", "bienvenida")->samples,
              (std::vector<std::int16_t>{2000, -1000, 200}));
}

TEST(RecordingStore, RefusesWhatIsNoSound) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    const std::string html = "<html>hola</html>";
    const auto* begin = reinterpret_cast<const std::uint8_t*>(html.data());
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", std::span(begin, html.size()))),
              Errc::parse_error);
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", std::span<const std::uint8_t>{})),
              Errc::parse_error);
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", encode_wav({{}, 8000}))),
              Errc::parse_error);
    auto cut = encode_wav(tone(440, 1, 8000));
    cut.resize(20);
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", cut)), Errc::parse_error);
    EXPECT_TRUE(store.names("LAS_FLORES").empty());
}

TEST(RecordingStore, RefusesWhatIsTooLongOrTooLarge) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    const Clip hours{std::vector<std::int16_t>(4000 * 301, 1), 4000};
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", encode_wav(hours))), Errc::too_large);
    const std::vector<std::uint8_t> large(RecordingStore::kMaxBytes + 1);
    EXPECT_EQ(code(store.import("LAS_FLORES", "bienvenida", large)), Errc::too_large);
}

TEST(RecordingStore, RefusesNamesThatCouldLeaveItsDirectory) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    const auto wave = encode_wav(tone(440, 1, 8000));
    for (const char* name : {"", "../x", "a/b", "A", "a.b", "ñ"})
        EXPECT_EQ(code(store.import("LAS_FLORES", name, wave)), Errc::invalid_argument) << name;
    for (const char* community : {"", "..", "las_flores", "A/B"})
        EXPECT_EQ(code(store.import(community, "bienvenida", wave)), Errc::invalid_argument);
}

TEST(RecordingStore, NamesTheFileThatItCannotTake) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path() / "recordings");
    const auto file = directory.path() / "saludo.wav";
    std::ofstream(file) << "not a wave";
    const auto result = store.import("LAS_FLORES", "bienvenida", file);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().detail.find("saludo.wav"), std::string::npos);
}

TEST(RecordingStore, ForgetsARemovedRecording) {
    const ScriptDirectory directory;
    RecordingStore store(directory.path());
    ASSERT_TRUE(store.import("LAS_FLORES", "bienvenida", encode_wav(tone(440, 1, 8000))));
    ASSERT_TRUE(store.remove("LAS_FLORES", "bienvenida"));
    EXPECT_FALSE(store.digest("LAS_FLORES", "bienvenida"));
    EXPECT_EQ(code(store.remove("LAS_FLORES", "bienvenida")), Errc::not_found);
}

}  // namespace
}  // namespace skyn3t::speech
