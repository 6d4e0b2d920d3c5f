#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/inbox.hpp"
#include "call/dialing.hpp"
#include "call/leg.hpp"
#include "model/call_record.hpp"
#include "twiml/call_control.hpp"
#include "twiml/interpreter.hpp"

namespace skyn3t::call {

// Who called, as the router found out.
struct Incoming {
    TenantPtr tenant;          // null only while a call is for no community, which is then refused
    model::CallRecord record;  // sid, from, to, direction
    std::optional<twiml::CallInfo::Sip> sip;
    std::string caller;      // what a Dial shows by default
    std::string visibility;  // of a test call: which probe bindings it may see
    StoryDetail story;       // of the first line: through which trunk, from which phone
    std::string source;      // the host that sent it
};

// A call that came in: its leg, the documents that run on it, what they dialled, and its records.
// Owned by Calls until it says that it has finished; outlives its coroutine, and does what must be
// done after a hang-up. Signalling thread.
class Call final : public twiml::CallControl, private LegOwner, private DialingOwner {
  public:
    // `on_finished` comes once, last, from the loop: the call may be destroyed in it.
    Call(Services& services, Incoming incoming, std::function<void(Call&)> on_finished);
    ~Call() override;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    const CallSid& sid() const { return record_.sid; }
    const Tenant& tenant() const { return *tenant_; }

    // Takes the INVITE and begins; see Leg::take for a refusal, after which the call may be
    // destroyed.
    std::optional<Leg::Refusal> begin(sip::IncomingRequest& request, twiml::StartingPoint start);
    // Ends it from outside, whatever it is doing.
    void end(model::EndReason why);

    // ---- twiml::CallControl
    SteadyTime now() const override { return services_.now(); }
    twiml::CallInfo info() const override;
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
    // What the script may wait for. A digit says only that the queue is no longer empty.
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
    // What the documents did last, which tells why they ended the call.
    enum class Lately { nothing, heard_no_key, heard_a_key, dialled };

    Task<void> script(twiml::StartingPoint start);
    void on_script_done(twiml::Ended how);
    Task<Result<media::PromptPtr>> sound_of(
        std::variant<twiml::Say, twiml::Play, twiml::Pause, twiml::AudioBody> item);
    Task<Result<media::PromptPtr>> wait_for_sound(std::uint64_t ticket);
    Task<Result<std::vector<media::PlayItem>>> items_of(const twiml::Audio& audio);
    Task<Result<std::optional<char>>> wait_for_play(media::PlayId play, twiml::Interrupt interrupt);
    std::function<void(Result<media::PromptPtr>)> sound_answer(std::uint64_t ticket);

    void close(model::EndReason why, int status);  // the caller's leg has ended, or is to end now
    model::EndReason why_document_ended() const;
    void request_cut_dial_action(const Dialing& dialing);
    void finish_when_closed();

    // ---- LegOwner, of the caller's leg
    void on_leg_digit(Leg& leg, char digit) override;
    void on_leg_played(Leg& leg, media::PlayId play) override;
    void on_leg_ended(Leg& leg, const LegEnd& end) override;
    void on_leg_closed(Leg& leg) override;
    // ---- DialingOwner
    Leg& caller_leg() override { return leg_; }
    void answer_caller() override;
    void tell(const CallSid& sid, std::string kind, StoryDetail detail) override;
    void on_dialing_closed() override { finish_when_closed(); }

    Services& services_;
    TenantPtr tenant_;
    model::CallRecord record_;
    std::optional<twiml::CallInfo::Sip> sip_info_;
    std::string caller_;
    std::string visibility_;
    StoryDetail origin_;
    std::function<void(Call&)> on_finished_;

    Leg leg_;
    Inbox<Happening> inbox_;
    std::deque<char> digits_;
    std::vector<std::unique_ptr<Dialing>>
        dialings_;  // the last may be running; earlier ones may still close
    bool dialing_runs_ = false;
    std::uint64_t last_ticket_ = 0;
    media::PlayId awaited_play_ = 0;
    Lately lately_ = Lately::nothing;
    int last_warning_ = 0;      // Twilio's code; what a document that fails had last
    unsigned asked_again_ = 0;  // Gathers that followed upon a key
    int document_fault_ = 0;    // Twilio's code of the last document that could not be had or read
    bool over_ = false;         // nothing more is said or dialled
    bool script_done_ = false;
    bool finished_ = false;
    Timer finish_;
    // Answers that come after the call is gone find it so.
    std::shared_ptr<Call*> self_;
};

}  // namespace skyn3t::call
