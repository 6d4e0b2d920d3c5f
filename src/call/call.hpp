#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call/dialing.hpp"
#include "call/leg.hpp"
#include "call/leg_script.hpp"
#include "call/progress.hpp"
#include "model/call_record.hpp"

namespace skyn3t::call {

// Whose call it is and how it is told, whichever way its leg goes.
struct CallSeed {
    TenantPtr tenant;          // null only while a call is for no community, which is then refused
    model::CallRecord record;  // sid, from, to, direction
    std::string caller;        // what a Dial shows by default
    std::string visibility{};  // of a test call: which probe bindings it may see
    std::optional<twiml::StatusCallback> status_callback{};
};

// Who called, as the router found out.
struct Incoming : CallSeed {
    std::optional<twiml::CallInfo::Sip> sip;
    std::string forwarded_from;  // who diverted the call here; empty: nobody
    StoryDetail story;           // of the first line: through which trunk, from which phone
    std::string source;          // the host that sent it
    std::optional<sip::Endpoint> behind_edge{};  // who sent it, if one of our edges passed it on
};

// A call that the API asks for.
struct Outgoing : CallSeed {
    twiml::Noun to;
    std::string shown_caller;  // what the called phone sees
    twiml::StartingPoint start;
    std::string send_digits;
    seconds timeout{60};
    seconds time_limit{14400};
    // By Twilio's number, of the request itself.
    std::vector<std::pair<int, std::string>> warnings;
};

// A call: its leg, the documents that run on it, what they dialled, and its records. The leg came
// in, goes out because the API asked for it, or was dialled by another call and goes on by itself.
// Owned by Calls until it says that it has finished; outlives its coroutines, and does what must be
// done after a hang-up. Signalling thread.
class Call final : private ScriptOwner, private LegOwner, private DialingOwner {
  public:
    // `on_finished` comes once, last, from the loop: the call may be destroyed in it.
    using OnFinished = std::function<void(Call&)>;
    Call(Services& services, CallSeed seed, OnFinished on_finished);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    // Gives them back when the call has finished.
    void keep(CallLimits::Places places) { places_ = std::move(places); }

    const CallSid& sid() const { return record_.sid; }
    const Tenant& tenant() const { return *tenant_; }
    const model::CallRecord& record() const { return record_; }
    bool is_over() const { return over_; }
    // Only of a call that the API asked for.
    bool may_be_canceled() const { return outgoing_ && !over_ && !record_.answer_time.has_value(); }

    // Takes the INVITE and begins; see Leg::take for a refusal, after which the call may be
    // destroyed.
    std::optional<Leg::Refusal> begin(sip::IncomingRequest& request, Incoming incoming,
                                      twiml::StartingPoint start);
    // Its row, until it is its turn to ring.
    void queue(Outgoing outgoing);
    void ring();
    // Goes on with a leg that another call dialled.
    void continue_with(ReleasedLeg released, twiml::StartingPoint start);

    // Ends it from outside, whatever it is doing.
    void end(model::EndReason why);
    // Runs other documents, at once. Errc::conflict: none are running.
    Result<void> redirect(twiml::StartingPoint start);
    void replace_callback(twiml::StatusCallback where) { progress_.replace(std::move(where)); }
    void limit_time(seconds since_answer);

    // ---- what it has dialled, by the child's SID
    const model::CallRecord* find_child(const CallSid& child) const;
    std::optional<model::CallRecord> end_child(const CallSid& child, model::EndReason why);
    // The child that the caller talks with; nothing: it is not that one.
    std::optional<ReleasedLeg> release_child(const CallSid& child);
    CallSeed seed_of_child() const;

  private:
    void start_script(twiml::StartingPoint start, std::string digits = {});
    void stop_script();
    void note_answered();
    // Its leg has ended, or is to end now. `told`: what the peer gave as its reason.
    void close(model::EndReason why, int status, const std::string& told = {});
    model::CallStatus final_status(model::EndReason why, int status) const;
    model::EndReason why_document_ended() const;
    int final_error(model::EndReason why) const;
    model::Dialler dialler() const;  // on whose behalf its documents dial
    void request_cut_dial_action(const Dialing& dialing);
    void raise_alert(int twilio_code, const std::string& detail,
                     const twiml::DocumentAddress& document);
    void on_limit();
    void finish_when_closed();
    bool is_outgoing() const { return outgoing_ != nullptr; }

    // ---- ScriptOwner
    twiml::CallInfo script_info() const override;
    void answer_leg() override { answer_caller(); }
    Task<Result<twiml::DialOutcome>> dial_for_script(const twiml::Dial& dial) override;
    void reject_leg(twiml::RejectReason reason) override;
    void tell_of_script(std::string kind, StoryDetail detail) override;
    void warn_of_script(int twilio_code, std::string detail,
                        const twiml::DocumentAddress& document) override {
        warn(twilio_code, std::move(detail), document);
    }
    void on_script_done(LegScript& script, twiml::Ended how) override;
    void on_script_threw(LegScript& script) override;
    void on_script_overrun() override { end(model::EndReason::server_error); }
    // ---- LegOwner
    void on_leg_ringing(Leg& leg) override;
    void on_leg_answered(Leg& leg) override;
    void on_leg_digit(Leg& leg, char digit) override;
    void on_leg_unheard(Leg& leg) override;
    void on_leg_played(Leg& leg, media::PlayId play) override;
    void on_leg_asked_transfer(Leg& leg, const std::string& to) override;
    void on_leg_ended(Leg& leg, const LegEnd& end) override;
    void on_leg_closed(Leg& leg) override;
    // ---- DialingOwner
    const CallTimes& times() const override { return times_; }
    Leg& caller_leg() override { return *leg_; }
    void answer_caller() override;
    void tell(const CallSid& sid, std::string kind, StoryDetail detail) override;
    void warn(int twilio_code, std::string detail, const twiml::DocumentAddress& document) override;
    void on_dialing_closed() override { finish_when_closed(); }

    Services& services_;
    TenantPtr tenant_;
    model::CallRecord record_;
    ProgressCallback progress_;
    std::optional<twiml::CallInfo::Sip> sip_info_;
    std::string forwarded_from_;
    std::string caller_;
    std::string visibility_;
    CallTimes times_;
    std::unique_ptr<const Outgoing> outgoing_;  // of a call that the API asked for
    OnFinished on_finished_;
    CallLimits::Places places_;

    std::vector<std::unique_ptr<Leg>> legs_;  // one; of an outgoing call one for each contact
    Leg* leg_ = nullptr;                 // of these: the only one, who answered, or who spoke last
    std::unique_ptr<LegScript> script_;  // the one that runs
    std::vector<std::unique_ptr<LegScript>> stopped_;  // earlier ones, until they are done
    std::vector<std::unique_ptr<Dialing>> dialings_;   // earlier ones may still close
    Dialing* dialing_ = nullptr;                       // the one that runs
    bool over_ = false;                                // nothing more is said or dialled
    bool finished_ = false;
    Timer limit_;  // of ringing, then of talking
    Timer finish_;
};

}  // namespace skyn3t::call
