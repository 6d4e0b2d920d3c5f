#include "speech/prompt_library.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "script_directory.hpp"
#include "speech/audio_file.hpp"
#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using namespace std::chrono_literals;
using test::ScriptDirectory;
using test::tone;

// Speaks a tone of 10 ms a letter; can be held back, and made to fail.
class ToneEngine final : public TtsEngine {
  public:
    struct State {
        std::atomic<int> spoken{0};
        std::atomic<bool> fails{false};
        std::mutex gate;  // whoever holds it holds the engine back
    };
    explicit ToneEngine(State& state, std::string name = "tone")
        : state_(state), name_(std::move(name)) {}
    std::string identity(const Voice&) const override { return name_; }
    bool speaks(const Voice&) const override { return true; }
    Result<Clip> synthesize(const TtsRequest& request) override {
        const std::lock_guard wait(state_.gate);
        if (state_.fails) return fail(Errc::unavailable, "broken");
        ++state_.spoken;
        return tone(440, 0.01 * static_cast<double>(request.words.size()), 16000);
    }

  private:
    State& state_;
    std::string name_;
};

SayRequest sentence(std::string_view text, std::string community = {}) {
    return {Utterance(text), "alice", "es-MX", std::move(community), false};
}

struct Fixture {
    ScriptDirectory directory;
    ToneEngine::State engine;
    RecordingStore recordings{directory.path() / "recordings"};
    std::size_t memory = 64u << 20;
    std::size_t queue = 64;

    std::filesystem::path prompts() const { return directory.path() / "prompts"; }
    std::unique_ptr<PromptLibrary> open() {
        std::vector<std::unique_ptr<TtsEngine>> engines;
        engines.push_back(std::make_unique<ToneEngine>(engine));
        return open(std::move(engines));
    }
    std::unique_ptr<PromptLibrary> open(std::vector<std::unique_ptr<TtsEngine>> engines) {
        PromptLibrary::Options options;
        options.directory = prompts();
        options.memory_bytes = memory;
        options.queue = queue;
        return std::make_unique<PromptLibrary>(options, recordings, std::move(engines));
    }
    std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(prompts()))
            found.push_back(entry);
        return found;
    }
};

// Renders one and waits for its callback.
Result<PromptPtr> rendered(PromptLibrary& library, const PromptRequest& request) {
    std::promise<Result<PromptPtr>> promise;
    const auto queued = library.render(
        request, [&](Result<PromptPtr> result) { promise.set_value(std::move(result)); });
    if (!queued) return tl::unexpected(queued.error());
    return promise.get_future().get();
}

TEST(PromptLibrary, FindsAPromptOnceItIsRendered) {
    Fixture f;
    const auto library = f.open();
    EXPECT_EQ(library->find(sentence("Opción no válida.")), nullptr);
    const auto prompt = rendered(*library, sentence("Opción no válida."));
    ASSERT_TRUE(prompt) << prompt.error().detail;
    EXPECT_EQ(library->find(sentence("Opción no válida.")), *prompt);
    EXPECT_EQ(library->find(sentence("  Opción  no válida. ")), *prompt);
    EXPECT_EQ(library->find(sentence("Otra.")), nullptr);
    EXPECT_EQ((*prompt)->payload(media::Codec::pcma).size() * 2, (*prompt)->master().size());
}

TEST(PromptLibrary, FindsAfterARestartWhatIsOnDisk) {
    Fixture f;
    std::vector<std::int16_t> before;
    {
        const auto library = f.open();
        const auto prompt = rendered(*library, sentence("Adiós."));
        before.assign((*prompt)->master().begin(), (*prompt)->master().end());
    }
    const auto library = f.open();
    const auto prompt = rendered(*library, sentence("Adiós."));
    ASSERT_TRUE(prompt);
    EXPECT_TRUE(std::ranges::equal((*prompt)->master(), before));
    EXPECT_EQ(f.engine.spoken, 1);
}

TEST(PromptLibrary, RendersAgainWhatIsDamagedOnDisk) {
    Fixture f;
    ASSERT_TRUE(rendered(*f.open(), sentence("Adiós.")));
    ASSERT_EQ(f.files().size(), 1u);
    {
        std::fstream file(f.files()[0], std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(500);
        file.put('x');
    }
    EXPECT_TRUE(rendered(*f.open(), sentence("Adiós.")));
    EXPECT_EQ(f.engine.spoken, 2);
    EXPECT_TRUE(rendered(*f.open(), sentence("Adiós.")));
    EXPECT_EQ(f.engine.spoken, 2);
}

TEST(PromptLibrary, RemovesWhatACrashLeftHalfWritten) {
    Fixture f;
    std::filesystem::create_directories(f.prompts());
    std::ofstream(f.prompts() / "ab.prompt.1234.tmp") << "half";
    (void)f.open();
    EXPECT_TRUE(f.files().empty());
}

TEST(PromptLibrary, KeepsPersonalPromptsOffTheDisk) {
    Fixture f;
    const auto library = f.open();
    SayRequest request = sentence("Señor Pérez, su saldo es $15.990.");
    request.personal = true;
    ASSERT_TRUE(rendered(*library, request));
    EXPECT_NE(library->find(request), nullptr);
    EXPECT_TRUE(f.files().empty());
}

TEST(PromptLibrary, RendersEqualRequestsOnce) {
    Fixture f;
    const auto library = f.open();
    std::atomic<int> answers{0};
    {
        const std::lock_guard hold(f.engine.gate);
        for (int i = 0; i < 10; ++i)
            ASSERT_TRUE(
                library->render(sentence("Bienvenido."), [&](const Result<PromptPtr>& result) {
                    if (result) ++answers;
                }));
    }
    ASSERT_TRUE(rendered(*library, sentence("El último.")));
    EXPECT_EQ(answers, 10);
    EXPECT_EQ(f.engine.spoken, 2);
}

TEST(PromptLibrary, RefusesARenderWhenItsQueueIsFull) {
    Fixture f;
    f.queue = 2;
    const auto library = f.open();
    std::atomic<int> called{0};
    const auto count = [&](const Result<PromptPtr>&) { ++called; };
    Errc refused = Errc::conflict;
    int accepted = 0;
    {
        const std::lock_guard hold(f.engine.gate);
        for (const char* text : {"a", "b", "c", "d", "e"}) {  // at most one is being made, two wait
            const auto queued = library->render(sentence(text), count);
            if (queued)
                ++accepted;
            else
                refused = queued.error().code;
        }
    }
    EXPECT_EQ(refused, Errc::too_many);
    EXPECT_LE(accepted, 3);
    while (!rendered(*library, sentence("fin"))) {
    }
    EXPECT_EQ(called, accepted);
}

TEST(PromptLibrary, RendersMoreThanItsQueueHoldsWhenItMayWait) {
    Fixture f;
    f.queue = 2;
    const auto library = f.open();
    std::vector<PromptRequest> requests;
    for (int i = 0; i < 20; ++i) requests.emplace_back(sentence("frase " + std::to_string(i)));
    std::vector<std::size_t> progress;
    ASSERT_TRUE(library->render_all(requests, [&](std::size_t done, std::size_t total) {
        EXPECT_EQ(total, 20u);
        progress.push_back(done);
    }));
    EXPECT_EQ(progress.size(), 20u);
    EXPECT_EQ(progress.back(), 20u);
    for (const auto& request : requests) EXPECT_NE(library->find(request), nullptr);
}

TEST(PromptLibrary, TellsOfAFailureAfterTryingAll) {
    Fixture f;
    const auto library = f.open();
    const auto done = library->render_all({sentence("uno"), sentence(""), sentence("dos")});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::invalid_argument);
    EXPECT_NE(library->find(sentence("dos")), nullptr);
}

TEST(PromptLibrary, AnswersEveryCallbackWhenItIsDestroyed) {
    Fixture f;
    std::atomic<int> canceled{0};
    std::atomic<int> called{0};
    auto library = f.open();
    std::unique_lock hold(f.engine.gate);
    for (const char* text : {"a", "b", "c"})
        ASSERT_TRUE(library->render(sentence(text), [&](const Result<PromptPtr>& result) {
            ++called;
            if (!result && result.error().code == Errc::canceled) ++canceled;
        }));
    std::thread closing([&] { library.reset(); });
    hold.unlock();
    closing.join();
    EXPECT_EQ(called, 3);
}

TEST(PromptLibrary, SpeaksByTheNextEngineWhenTheFirstFailsAndKeepsThatOffTheDisk) {
    Fixture f;
    ToneEngine::State broken;
    broken.fails = true;
    std::vector<std::unique_ptr<TtsEngine>> engines;
    engines.push_back(std::make_unique<ToneEngine>(broken, "better"));
    engines.push_back(std::make_unique<ToneEngine>(f.engine, "plain"));
    const auto library = f.open(std::move(engines));
    ASSERT_TRUE(rendered(*library, sentence("Adiós.")));
    EXPECT_EQ(f.engine.spoken, 1);
    EXPECT_NE(library->find(sentence("Adiós.")), nullptr);
    EXPECT_TRUE(f.files().empty());
}

TEST(PromptLibrary, SaysWhatToInstallWhenThereIsNoEngine) {
    Fixture f;
    const auto library = f.open({});
    const auto prompt = rendered(*library, sentence("Adiós."));
    ASSERT_FALSE(prompt);
    EXPECT_EQ(prompt.error().code, Errc::unavailable);
    EXPECT_NE(prompt.error().detail.find("espeak-ng"), std::string::npos);
}

TEST(PromptLibrary, DropsTheLeastRecentlyUsedButNotWhatIsPublished) {
    Fixture f;
    f.memory = 40000;  // three prompts of 200 ms; one second is 56 kB
    const auto library = f.open();
    ASSERT_TRUE(library->publish("LAS_FLORES", {{sentence("publicado"), ""}}));
    for (const char* text : {"uno", "dos", "tres"}) ASSERT_TRUE(rendered(*library, sentence(text)));
    EXPECT_NE(library->find(sentence("uno")), nullptr);  // used
    ASSERT_TRUE(rendered(*library, sentence("seis")));
    EXPECT_NE(library->find(sentence("uno")), nullptr);
    EXPECT_NE(library->find(sentence("publicado")), nullptr);
    EXPECT_EQ(library->find(sentence("dos")), nullptr);
    EXPECT_NE(library->find(sentence("seis")), nullptr);
    library->withdraw("LAS_FLORES");
    for (const char* text : {"siete", "ocho", "nueve"})
        ASSERT_TRUE(rendered(*library, sentence(text)));
    EXPECT_EQ(library->find(sentence("publicado")), nullptr);
}

TEST(PromptLibrary, PlaysACommunitysRecordingBeforeAnyVoiceAndNobodyElses) {
    Fixture f;
    ASSERT_TRUE(f.recordings.import("LAS_FLORES", "bienvenida", encode_wav(tone(1000, 2, 44100))));
    const auto library = f.open();
    const PublishedPrompt greeting{sentence("Bienvenido."), "bienvenida"};
    ASSERT_TRUE(library->publish("LAS_FLORES", {greeting}));
    ASSERT_TRUE(library->publish("PLAZA_NORTE", {greeting}));
    const auto recorded = library->find(sentence("Bienvenido.", "LAS_FLORES"));
    ASSERT_NE(recorded, nullptr);
    EXPECT_NEAR(static_cast<double>(recorded->duration().count()), 2170, 30);
    EXPECT_EQ(library->find(RecordingRequest{"LAS_FLORES", "bienvenida"}), recorded);
    const auto spoken = library->find(sentence("Bienvenido.", "PLAZA_NORTE"));
    ASSERT_NE(spoken, nullptr);
    EXPECT_LT(spoken->duration(), 1s);
    EXPECT_EQ(f.engine.spoken, 1);
}

TEST(PromptLibrary, KeepsNothingOnDiskOfTheRecordingsOfACommunityThatIsWithdrawn) {
    Fixture f;
    ASSERT_TRUE(f.recordings.import("LAS_FLORES", "bienvenida", encode_wav(tone(1000, 2, 44100))));
    const auto library = f.open();
    ASSERT_TRUE(library->publish("LAS_FLORES", {{sentence("Bienvenido."), "bienvenida"}}));
    ASSERT_EQ(f.files().size(), 1u);
    library->withdraw("LAS_FLORES");
    EXPECT_TRUE(f.files().empty());
}

TEST(PromptLibrary, KnowsNoRecordingThatIsNotThere) {
    Fixture f;
    const auto prompt = rendered(*f.open(), RecordingRequest{"LAS_FLORES", "bienvenida"});
    ASSERT_FALSE(prompt);
    EXPECT_EQ(prompt.error().code, Errc::not_found);
}

TEST(PromptLibrary, TakesAFetchedSoundFileAndKeepsItOffTheDisk) {
    Fixture f;
    const auto library = f.open();
    std::promise<Result<PromptPtr>> promise;
    ASSERT_TRUE(library->render_file(encode_wav(tone(440, 1, 8000)), [&](Result<PromptPtr> result) {
        promise.set_value(std::move(result));
    }));
    const auto prompt = promise.get_future().get();
    ASSERT_TRUE(prompt);
    EXPECT_EQ((*prompt)->duration(), 1180ms);
    EXPECT_TRUE(f.files().empty());
}

TEST(PromptLibrary, RendersBreaksAsExactSilence) {
    Fixture f;
    const auto library = f.open();
    const auto length = [&](std::vector<Segment> segments) {
        SayRequest request = sentence("");
        request.utterance = Utterance(std::move(segments));
        return (*rendered(*library, request))->duration();
    };
    const auto plain = length({Text{"hola hola hola"}});
    EXPECT_EQ(length({Break{500ms}, Text{"hola hola hola"}}), plain + 500ms);
    EXPECT_EQ(length({Text{"hola hola hola"}, Break{2s}}), plain + 2s);
    EXPECT_EQ(length({Break{400ms}}), 400ms);
}

TEST(PromptLibrary, RendersAGreetingByTheRealEngine) {
    Fixture f;
    const auto library = f.open(installed_engines());
    const auto prompt = rendered(*library, sentence(test::kLasFlores));
    ASSERT_TRUE(prompt) << prompt.error().detail;
    EXPECT_GT((*prompt)->duration(), 5s);
    EXPECT_LT((*prompt)->duration(), 20s);
}

}  // namespace
}  // namespace skyn3t::speech
