#include "server/document_previews.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "server/prompts.hpp"
#include "speech/audio_file.hpp"
#include "twiml/preview.hpp"
#include "twiml/url.hpp"

namespace skyn3t::server {
namespace {

constexpr int kRate = 8000;
constexpr std::size_t kMostSamples = kRate * DocumentPreviews::kLongest.count();

// What is to be heard, in its order: a sound or a silence.
using Item = std::variant<speech::PromptRequest, std::chrono::seconds>;
struct Looped {
    Item item;
    unsigned loop = 1;
};

std::optional<Looped> item_of(const twiml::Prompt& prompt, const rest::PreviewRequest& request,
                              const std::string& base_url) {
    if (const auto* pause = std::get_if<twiml::Pause>(&prompt)) return Looped{pause->length};
    if (const auto* say = std::get_if<twiml::Say>(&prompt)) {
        auto wanted = say_request(*say, request.community);
        wanted.personal = request.is_personal;
        return Looped{speech::PromptRequest(std::move(wanted)), say->loop};
    }
    // Another server's sound is not fetched for a look, nor are tones.
    const auto& play = std::get<twiml::Play>(prompt);
    const auto url = twiml::resolve_url(play.url, base_url + "/twiml/document");
    const auto name = url ? own_recording_name(*url, base_url, request.community) : std::nullopt;
    if (!name || !play.digits.empty()) return std::nullopt;
    return Looped{speech::PromptRequest(speech::RecordingRequest{request.community, *name}),
                  play.loop};
}

// One preview; shared by the callbacks that carry it on.
class Preview : public std::enable_shared_from_this<Preview> {
  public:
    Preview(speech::PromptLibrary& library, std::vector<Looped> items, rest::Done<std::string> done)
        : library_(library), items_(std::move(items)), done_(std::move(done)) {}

    // Until a prompt has to be rendered: then its callback goes on.
    void go_on() {
        for (; next_ < items_.size() && sound_.size() < kMostSamples; ++next_) {
            const Looped& looped = items_[next_];
            if (const auto* silence = std::get_if<std::chrono::seconds>(&looped.item)) {
                add_silence(*silence);
                continue;
            }
            const auto& wanted = std::get<speech::PromptRequest>(looped.item);
            if (const auto ready = library_.find(wanted)) {
                add(*ready, looped.loop);
                continue;
            }
            return render(wanted, looped.loop);
        }
        finish();
    }

  private:
    void render(const speech::PromptRequest& wanted, unsigned loop) {
        ++next_;
        const auto taken = library_.render(
            wanted, [self = shared_from_this(), loop](Result<speech::PromptPtr> prompt) {
                // A recording that is not there is left out, as in a call.
                if (!prompt && prompt.error().code != Errc::not_found)
                    return self->done_(tl::unexpected(prompt.error()));
                if (prompt) self->add(**prompt, loop);
                self->go_on();
            });
        if (!taken) done_(tl::unexpected(taken.error()));
    }

    void add(const media::Prompt& prompt, unsigned loop) {
        const auto narrow = media::decimate(prompt.master());
        is_heard_ = is_heard_ || !narrow.empty();
        for (unsigned i = 0; i < loop && !narrow.empty() && sound_.size() < kMostSamples; ++i)
            sound_.insert(sound_.end(), narrow.begin(), narrow.end());
    }

    void add_silence(std::chrono::seconds length) {
        const auto wanted =
            static_cast<std::size_t>(std::min(length, DocumentPreviews::kLongest).count()) * kRate;
        sound_.resize(sound_.size() + wanted);
    }

    void finish() {
        if (!is_heard_)
            return done_(fail(Errc::invalid_argument,
                              "The document has nothing to hear before it waits, goes on elsewhere "
                              "or ends"));
        sound_.resize(std::min(sound_.size(), kMostSamples));
        const auto file = speech::encode_wav({std::move(sound_), kRate});
        done_(std::string(file.begin(), file.end()));
    }

    speech::PromptLibrary& library_;
    const std::vector<Looped> items_;
    const rest::Done<std::string> done_;
    std::size_t next_ = 0;
    std::vector<std::int16_t> sound_;
    bool is_heard_ = false;
};

}  // namespace

DocumentPreviews::DocumentPreviews(speech::PromptLibrary& library, std::string base_url)
    : library_(library),
      base_url_(std::move(base_url)),
      running_(std::make_shared<std::atomic<int>>(0)) {}

void DocumentPreviews::render(rest::PreviewRequest request, rest::Done<std::string> done) {
    const auto document = twiml::parse_document(request.xml);
    if (!document)
        return done(
            fail(Errc::parse_error, "The document cannot be read: " + document.error().detail));
    std::vector<Looped> items;
    for (const twiml::Prompt& prompt : twiml::heard_prompts(*document))
        if (auto item = item_of(prompt, request, base_url_)) items.push_back(std::move(*item));
    if (running_->fetch_add(1) >= kMostAtOnce) {
        running_->fetch_sub(1);
        return done(fail(Errc::too_many, "Too many previews are being made; ask again"));
    }
    const auto counted = [running = running_, done = std::move(done)](Result<std::string> sound) {
        running->fetch_sub(1);
        done(std::move(sound));
    };
    std::make_shared<Preview>(library_, std::move(items), counted)->go_on();
}

}  // namespace skyn3t::server
