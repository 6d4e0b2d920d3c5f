#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/inbox.hpp"
#include "call/leg.hpp"
#include "call/services.hpp"
#include "twiml/call_control.hpp"
#include "twiml/interpreter.hpp"

namespace skyn3t::call {

using StoryDetail = std::vector<std::pair<std::string, std::string>>;

class LegScript;

// What a script needs of whoever owns its leg: a call, or the dialling of a leg that is screened.
class ScriptOwner {
  public:
    virtual twiml::CallInfo script_info() const = 0;
    virtual void answer_leg() = 0;  // does nothing when it is answered
    virtual Task<Result<twiml::DialOutcome>> dial_for_script(const twiml::Dial& dial) = 0;
    virtual void reject_leg(twiml::RejectReason reason) = 0;
    virtual void tell_of_script(std::string kind, StoryDetail detail) = 0;
    // `document`: which was running, or could not be had.
    virtual void warn_of_script(int twilio_code, std::string detail,
                                const twiml::DocumentAddress& document) = 0;
    // The last call, from the script's own coroutine; with Ended::call_over after stop().
    virtual void on_script_done(LegScript& script, twiml::Ended how) = 0;
    // Instead of on_script_done(), when its coroutine threw: a fault of ours, which is this call's
    // alone.
    virtual void on_script_threw(LegScript& script) = 0;
    virtual void on_script_overrun() = 0;  // more happened than an inbox holds: end the leg

  protected:
    ~ScriptOwner() = default;
};

// One run of documents on one leg: the leg's side of twiml::CallControl, and its coroutine. Owned
// by its ScriptOwner, which keeps it until is_done(), and keeps the leg longer. Signalling thread.
class LegScript final : public twiml::CallControl {
  public:
    LegScript(Services& services, ScriptOwner& owner, Leg& leg, CallRef call,
              std::string community_code);
    LegScript(const LegScript&) = delete;
    LegScript& operator=(const LegScript&) = delete;

    // Sends `digits` first, if there are any.
    void start(twiml::StartingPoint start, std::string digits = {});
    // The leg has ended, or is to run something else: nothing more is said, and what the coroutine
    // waits for is canceled.
    void stop();
    bool is_done() const { return done_; }

    void on_digit(char digit);
    void on_played(media::PlayId play);

    // What the documents did last, which tells why they ended the call.
    enum class Lately { nothing, heard_nothing, heard_no_key, heard_a_key, dialled };
    Lately lately() const { return lately_; }
    unsigned asked_again() const { return asked_again_; }  // Gathers that followed upon a key
    // The last document only said that the call can not be made.
    bool was_refused() const { return was_refused_; }
    // Twilio's code of the last document that could not be had or read.
    int document_fault() const { return document_fault_; }

    // ---- twiml::CallControl
    SteadyTime now() const override { return services_.now(); }
    twiml::CallInfo info() const override { return owner_.script_info(); }
    bool is_answered() const override { return leg_.state() == Leg::State::answered; }
    Task<Result<void>> answer() override;
    Task<Result<std::optional<char>>> play(const twiml::Audio& audio,
                                           twiml::Interrupt interrupt) override;
    Task<Result<char>> next_digit(SteadyTime deadline) override;
    void discard_digits() override;
    Task<Result<void>> pause(seconds length) override;
    Task<Result<void>> send_digits(const std::string& digits) override;
    Task<Result<twiml::DialOutcome>> dial(const twiml::Dial& dial) override;
    Task<tl::expected<twiml::FetchedDocument, twiml::FetchError>> fetch(
        const twiml::FetchRequest& request) override;
    void reject(twiml::RejectReason reason) override;
    void hang_up() override;
    void warn(int twilio_code, std::string detail) override;

  private:
    // What the coroutine may wait for. A digit says only that the queue is no longer empty.
    struct DigitCame {};
    struct PlayEnded {
        media::PlayId play;
    };
    struct SoundReady {
        std::uint64_t ticket;
        Result<media::PromptPtr> sound;
    };
    struct DocumentReady {
        std::uint64_t ticket;
        tl::expected<twiml::FetchedDocument, twiml::FetchError> document;
    };
    using Happening = std::variant<DigitCame, PlayEnded, SoundReady, DocumentReady>;

    Task<void> run(twiml::StartingPoint start, std::string digits);
    void on_exception(const std::exception_ptr& error);
    Task<Result<void>> sleep_until(SteadyTime end);
    Task<Result<media::PromptPtr>> sound_of(
        std::variant<twiml::Say, twiml::Play, twiml::Pause, twiml::AudioBody> item);
    Task<Result<media::PromptPtr>> wait_for_sound(std::uint64_t ticket);
    Task<Result<std::vector<media::PlayItem>>> items_of(const twiml::Audio& audio);
    Task<Result<std::optional<char>>> wait_for_play(media::PlayId play, twiml::Interrupt interrupt);
    std::function<void(Result<media::PromptPtr>)> sound_answer(std::uint64_t ticket);

    Services& services_;
    ScriptOwner& owner_;
    Leg& leg_;
    const CallRef call_;
    const std::string community_code_;

    Inbox<Happening> inbox_;
    std::deque<char> digits_;
    std::uint64_t last_ticket_ = 0;
    media::PlayId awaited_play_ = 0;
    Lately lately_ = Lately::nothing;
    unsigned asked_again_ = 0;
    int document_fault_ = 0;
    bool was_refused_ = false;
    twiml::DocumentAddress document_;  // asked for last
    bool stopped_ = false;
    bool done_ = false;
    // Answers that come after the script is gone find it so.
    std::shared_ptr<LegScript*> self_;
};

}  // namespace skyn3t::call
