#include "server/document_previews.hpp"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <span>
#include <thread>

#include "speech/audio_file.hpp"
#include "unit/speech/script_directory.hpp"
#include "unit/speech/speech_samples.hpp"

namespace skyn3t::server {
namespace {

// Speaks half a second of tone, whatever the words; can be held back.
class ToneEngine final : public speech::TtsEngine {
  public:
    explicit ToneEngine(std::mutex& gate) : gate_(gate) {}
    std::string identity(const speech::Voice&) const override { return "tone"; }
    bool speaks(const speech::Voice&) const override { return true; }
    Result<speech::Clip> synthesize(const speech::TtsRequest&) override {
        const std::lock_guard wait(gate_);
        return speech::test::tone(440, 0.5, 16000);
    }

  private:
    std::mutex& gate_;
};

class DocumentPreviewsTest : public testing::Test {
  protected:
    DocumentPreviewsTest() {
        speech::PromptLibrary::Options options;
        options.directory = directory_.path() / "prompts";
        std::vector<std::unique_ptr<speech::TtsEngine>> engines;
        engines.push_back(std::make_unique<ToneEngine>(gate_));
        library_ =
            std::make_unique<speech::PromptLibrary>(options, recordings_, std::move(engines));
        previews_ = std::make_unique<DocumentPreviews>(*library_, "https://voice.example.cl");
    }

    std::future<Result<std::string>> ask(const std::string& verbs) {
        auto promise = std::make_shared<std::promise<Result<std::string>>>();
        previews_->render({"<Response>" + verbs + "</Response>", "A", false},
                          [promise](Result<std::string> sound) { promise->set_value(sound); });
        return promise->get_future();
    }
    // Seconds of the WAV file, which is 8 kHz mono.
    double seconds(const std::string& verbs) {
        const auto file = ask(verbs).get();
        if (!file) return -1;
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(file->data()), file->size());
        const auto clip = speech::decode_audio(bytes).value();
        EXPECT_EQ(clip.sample_rate, 8000);
        return static_cast<double>(clip.samples.size()) / 8000;
    }
    void record(const std::string& name, double length) {
        const auto file = speech::encode_wav(speech::test::tone(440, length, 16000));
        ASSERT_TRUE(recordings_.import("A", name, file));
    }

    speech::test::TemporaryDirectory directory_;
    std::mutex gate_;
    speech::RecordingStore recordings_{directory_.path() / "recordings"};
    std::unique_ptr<speech::PromptLibrary> library_;
    std::unique_ptr<DocumentPreviews> previews_;
};

TEST_F(DocumentPreviewsTest, AreWhatIsSaidAndTheSilenceBetween) {
    const double one = seconds("<Say>hola</Say>");
    EXPECT_GT(one, 0.4);
    EXPECT_NEAR(seconds("<Say>hola</Say><Pause length='2'/><Say>chao</Say>"), 2 * one + 2, 0.05);
    EXPECT_NEAR(seconds("<Say loop='3'>hola</Say>"), 3 * one, 0.05);
    EXPECT_NEAR(seconds("<Gather><Say>hola</Say></Gather><Say>chao</Say>"), one, 0.05);
}

TEST_F(DocumentPreviewsTest, PlayRecordingsOfTheirCommunityAndNothingOfOthers) {
    record("aviso", 1.0);
    const double one = seconds("<Say>hola</Say>");
    const double recording = seconds("<Play>/recordings/A/aviso.wav</Play>");
    EXPECT_GT(recording, 0.9);
    EXPECT_NEAR(seconds("<Say>hola</Say><Play>https://voice.example.cl/recordings/A/aviso.wav"
                        "</Play>"),
                one + recording, 0.05);
    for (const char* url :
         {"/recordings/B/aviso.wav", "https://otro.cl/a.wav", "/recordings/A/../B/aviso.wav"})
        EXPECT_NEAR(seconds("<Say>hola</Say><Play>" + std::string(url) + "</Play>"), one, 0.05)
            << url;
}

TEST_F(DocumentPreviewsTest, AreAMinuteLongAtMost) {
    EXPECT_EQ(seconds("<Say loop='0'>hola</Say>"), 60);
    EXPECT_EQ(seconds("<Say>hola</Say><Pause length='9999'/><Say>chao</Say>"), 60);
}

TEST_F(DocumentPreviewsTest, AreRefusedWhenThereIsNothingToHear) {
    for (const char* verbs : {"", "<Hangup/>", "<Pause length='3'/>",
                              "<Play>https://otro.cl/a</Play>", "<Dial>+56987654321</Dial>"}) {
        const auto refused = ask(verbs).get();
        ASSERT_FALSE(refused) << verbs;
        EXPECT_EQ(refused.error().code, Errc::invalid_argument) << verbs;
    }
}

TEST_F(DocumentPreviewsTest, AreRefusedWhileTooManyAreMade) {
    std::unique_lock hold(gate_);
    std::vector<std::future<Result<std::string>>> asked;
    for (int i = 0; i < DocumentPreviews::kMostAtOnce; ++i)
        asked.push_back(
            ask("<Say>" + std::string(static_cast<std::size_t>(i + 1), 'a') + "</Say>"));
    const auto refused = ask("<Say>otra</Say>").get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::too_many);
    hold.unlock();
    for (auto& each : asked) EXPECT_TRUE(each.get());
    EXPECT_TRUE(ask("<Say>otra</Say>").get());
}

TEST_F(DocumentPreviewsTest, AreAnsweredWhenTheServerEndsBeforeTheyAreMade) {
    std::unique_lock hold(gate_);
    auto first = ask("<Say>hola</Say>");
    auto second = ask("<Say>chao</Say>");
    std::thread end([&] { library_.reset(); });
    hold.unlock();
    end.join();
    (void)first.get();
    (void)second.get();
}

}  // namespace
}  // namespace skyn3t::server
