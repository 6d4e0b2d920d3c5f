#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/signal.hpp"
#include "call/dial_targets.hpp"
#include "call/leg.hpp"
#include "model/call_record.hpp"
#include "twiml/request.hpp"

namespace skyn3t::call {

using StoryDetail = std::vector<std::pair<std::string, std::string>>;

// What a dialling needs of the call that dials.
class DialingOwner {
  public:
    virtual Leg& caller_leg() = 0;
    virtual void answer_caller() = 0;  // does nothing when it is answered
    virtual void tell(const CallSid& sid, std::string kind, StoryDetail detail) = 0;
    virtual void warn(int twilio_code, std::string detail) = 0;
    virtual void on_dialing_closed() = 0;  // every child leg is closed and recorded

  protected:
    ~DialingOwner() = default;
};

// One Dial of a call, from the first INVITE to the last figure of its child legs. A state machine
// on the signalling thread; run() is its script, and may be gone before it. Owned by the call until
// on_dialing_closed().
class Dialing final : private LegOwner {
  public:
    Dialing(Services& services, DialingOwner& owner, Caller caller, twiml::Dial dial,
            const CallSid& parent);

    // Rings, joins, and returns when the joined leg has ended or nobody is left to ring.
    // Errc::canceled after abandon().
    Task<Result<twiml::DialOutcome>> run();
    // The caller has gone, or the call was taken away: ends every child leg. What came of it is in
    // outcome().
    void abandon(model::EndReason why);
    void on_caller_digit(char digit);

    bool is_closed() const;
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
        std::vector<std::unique_ptr<Leg>> legs;
        Leg* last =
            nullptr;  // whose figures and codes the record shows: the winner, or who spoke last
        std::optional<LegEnd> end;
        bool started = false;  // sequential ones wait their turn
        bool settled = false;  // its final status is known
        bool recorded = false;
    };

    void start(Child& child);
    void settle(Child& child, model::CallStatus status, LegEnd end);
    void give_up(Child& child, model::GaveUp by, model::EndReason reason);
    void give_up_ringing(model::GaveUp by, model::EndReason reason);
    bool anyone_rings() const;
    bool is_over() const {
        return abandoned_ || (winner_ && winner_->state() == Leg::State::ended);
    }
    Task<void> ring_until(SteadyTime deadline);
    Task<void> talk();
    Child& child_of(const Leg& leg);
    const Child* telling_child() const;
    void record_if_closed(Child& child);

    void on_leg_ringing(Leg& leg) override;
    void on_leg_answered(Leg& leg) override;
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
    bool finished_ = false;  // run() has returned
    Signal changed_;
};

}  // namespace skyn3t::call
