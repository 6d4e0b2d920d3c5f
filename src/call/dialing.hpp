#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/signal.hpp"
#include "call/dial_targets.hpp"
#include "call/dialing_owner.hpp"
#include "call/leg.hpp"
#include "call/progress.hpp"
#include "call/screening.hpp"
#include "model/call_record.hpp"
#include "twiml/request.hpp"

namespace skyn3t::call {

// A dialled leg that goes on by itself, with its row and its callbacks.
struct ReleasedLeg {
    std::unique_ptr<Leg> leg;
    model::CallRecord record;
    ProgressCallback progress;
    CallTimes times;  // of the call that it was dialled in
};

// One Dial of a call, from the first INVITE to the last figure of its child legs. A state machine
// on the signalling thread; run() is its script, and may be gone before it. Owned by the call until
// on_dialing_closed().
class Dialing final : private LegOwner {
  public:
    Dialing(Services& services, DialingOwner& owner, Caller caller, twiml::Dial dial,
            const CallSid& parent);
    ~Dialing();

    // Rings, joins, and returns when the joined leg has ended or nobody is left to ring.
    // Errc::canceled after abandon().
    Task<Result<twiml::DialOutcome>> run();
    // The caller has gone, or the call was taken away: ends every child leg. What came of it is in
    // outcome().
    void abandon(model::EndReason why);
    void on_caller_digit(char digit);

    // ---- of a child, by its SID
    // Null: no child that is started and not over.
    const model::CallRecord* find(const CallSid& child) const;
    // Its row after that; nothing: it was over.
    std::optional<model::CallRecord> end_child(const CallSid& child, model::EndReason why);
    // Takes the child that the caller talks with out of the Dial, which ends for the caller.
    // Nothing: it is not that one.
    std::optional<ReleasedLeg> release(const CallSid& child);

    bool is_closed() const;
    // Closed, and run() has returned: it may be destroyed.
    bool is_done() const { return finished_ && is_closed(); }
    const twiml::Dial& dial() const { return dial_; }
    twiml::DialOutcome outcome() const;
    // Why nobody was joined, or what ended the conversation; absent while it is not known.
    std::optional<model::EndReason> end_reason() const;
    int error_code() const;

  private:
    // A noun: one child call, ringing at every contact of its phone.
    struct Child {
        const twiml::Noun* noun = nullptr;
        model::CallRecord record;
        ProgressCallback progress;
        std::vector<std::unique_ptr<Leg>> legs;
        std::vector<std::string> addresses;  // of the legs, as long as all ring
        Leg* last =
            nullptr;  // whose figures and codes the record shows: the winner, or who spoke last
        std::optional<LegEnd> end;
        std::unique_ptr<Screening> screening;  // since its answer
        bool started = false;                  // sequential ones wait their turn
        bool settled = false;                  // its final status is known
        bool recorded = false;

        bool is_answered() const { return record.answer_time.has_value(); }
        bool is_screened() const { return screening && !settled; }
    };

    void start(Child& child);
    void settle(Child& child, model::CallStatus status, LegEnd end);
    void give_up(Child& child, model::GaveUp by, model::EndReason reason);
    void give_up_ringing(model::GaveUp by, model::EndReason reason);
    bool anyone_rings() const;
    bool is_over() const {
        return abandoned_ || released_ || (winner_ && winner_->state() == Leg::State::ended);
    }
    bool is_winner(const Child& child) const { return winner_ && child.last == winner_; }
    void screen(Child& child, const twiml::Screening& document);
    void on_verdict(Child& child, Screening::Verdict verdict);
    Task<void> ring_until(SteadyTime deadline);
    Task<void> talk();
    Child& child_of(const Leg& leg);
    const Child* telling_child() const;
    twiml::DialCallStatus dial_status(const Child& child) const;
    Child* live_child(const CallSid& sid);
    void record_if_closed(Child& child);
    void tell_if_closed();
    // Of one of several phones that are registered for the same user.
    void tell_of_contact(const Child& child, const Leg& leg, std::string kind,
                         StoryDetail more = {});

    void on_leg_ringing(Leg& leg) override;
    void on_leg_answered(Leg& leg) override;
    void on_leg_digit(Leg& leg, char digit) override;
    void on_leg_unheard(Leg& leg) override;
    void on_leg_played(Leg& leg, media::PlayId play) override;
    void on_leg_asked_transfer(Leg& leg, const std::string& to) override;
    void on_leg_ended(Leg& leg, const LegEnd& end) override;
    void on_leg_closed(Leg& leg) override;

    Services& services_;
    DialingOwner& owner_;
    Caller caller_;
    twiml::Dial dial_;
    std::vector<Child> children_;
    Leg* winner_ = nullptr;
    std::optional<SteadyTime> bridged_at_;
    std::optional<SteadyTime> unbridged_at_;
    bool star_ = false;
    bool abandoned_ = false;
    const Child* released_ = nullptr;  // whom the caller talked with, and who went on by itself
    bool finished_ = false;            // run() has returned
    Signal changed_;
};

}  // namespace skyn3t::call
