#include "call/dialing.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "call/media_figures.hpp"

namespace skyn3t::call {
namespace {

using model::CallStatus;
using model::EndReason;
using model::GaveUp;

twiml::DialCallStatus dial_status(CallStatus status) {
    switch (status) {
        case CallStatus::completed:
        case CallStatus::in_progress:
            return twiml::DialCallStatus::completed;
        case CallStatus::busy:
            return twiml::DialCallStatus::busy;
        case CallStatus::no_answer:
            return twiml::DialCallStatus::no_answer;
        case CallStatus::canceled:
            return twiml::DialCallStatus::canceled;
        default:
            return twiml::DialCallStatus::failed;
    }
}

// Of several that were not joined, the one that came closest tells what came of the Dial: that a
// phone rang in vain says more than that another was off.
int how_far(CallStatus status) {
    switch (status) {
        case CallStatus::busy:
            return 3;
        case CallStatus::no_answer:
            return 2;
        case CallStatus::canceled:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

Dialing::Dialing(Services& services, DialingOwner& owner, Caller caller, twiml::Dial dial,
                 const CallSid& parent)
    : services_(services),
      owner_(owner),
      caller_(std::move(caller)),
      dial_(std::move(dial)),
      changed_(services.executor, services.wheel) {
    for (const auto& noun : dial_.nouns) {
        Child child;
        child.noun = &noun;
        child.record.sid = CallSid::generate();
        child.record.parent_sid = parent;
        child.record.community = caller_.tenant->community.sid;
        child.record.direction = model::Direction::outbound_dial;
        child.record.from = caller_.caller_id;
        child.record.node = services_.settings.node;
        children_.push_back(std::move(child));
    }
}

// ---- The script ----

Task<Result<twiml::DialOutcome>> Dialing::run() {
    // A call that an earlier verb answered cannot ring any more: its caller hears the ringback.
    if (dial_.answer_on_bridge && owner_.caller_leg().state() == Leg::State::early) {
        owner_.caller_leg().ring();
    } else {
        owner_.answer_caller();
        owner_.caller_leg().play_ringback(dial_.ring_tone.empty() ? services_.settings.ring_tone
                                                                  : dial_.ring_tone);
    }
    if (dial_.sequential) {
        for (auto& child : children_) {
            start(child);
            co_await ring_until(services_.now() + dial_.timeout);
            if (winner_ || abandoned_ || star_) break;
            give_up_ringing(GaveUp::timeout, EndReason::no_answer);
        }
    } else {
        for (auto& child : children_) start(child);
        co_await ring_until(services_.now() + dial_.timeout);
    }
    if (winner_ && !abandoned_) co_await talk();
    if (!abandoned_) {
        give_up_ringing(star_ ? GaveUp::caller : GaveUp::timeout,
                        star_ ? EndReason::hung_up_on_star : EndReason::no_answer);
        owner_.caller_leg().stop_play();
    }
    finished_ = true;
    if (abandoned_) co_return fail(Errc::canceled);
    co_return outcome();
}

Task<void> Dialing::ring_until(SteadyTime deadline) {
    while (!winner_ && !abandoned_ && !star_ && anyone_rings() && services_.now() < deadline)
        co_await changed_.wait_until(deadline);
}

Task<void> Dialing::talk() {
    give_up_ringing(GaveUp::nobody, EndReason::answered_elsewhere);
    if (is_over()) co_return;  // it hung up in the moment of its answer
    owner_.caller_leg().stop_play();
    owner_.answer_caller();
    Child& child = child_of(*winner_);
    if (const auto* number = std::get_if<twiml::Number>(child.noun);
        number && !number->send_digits.empty())
        winner_->send_digits(number->send_digits);
    owner_.caller_leg().bridge_with(*winner_);
    bridged_at_ = services_.now();
    owner_.tell(child.record.sid, "bridged", {{"to", child.record.to}});
    const SteadyTime limit = *bridged_at_ + dial_.time_limit;
    while (!is_over() && !star_ && services_.now() < limit) co_await changed_.wait_until(limit);
    if (abandoned_) co_return;
    unbridged_at_ = services_.now();
    owner_.caller_leg().unbridge();
    if (winner_->state() != Leg::State::ended) {
        winner_->hang_up();
        settle(child, CallStatus::completed,
               {star_ ? EndReason::hung_up_on_star : EndReason::time_limit,
                winner_->last_status(),
                {},
                {}});
    }
}

// ---- What happens to it ----

void Dialing::abandon(EndReason why) {
    if (std::exchange(abandoned_, true)) return;
    if (bridged_at_ && !unbridged_at_) unbridged_at_ = services_.now();
    for (auto& child : children_) {
        const bool joined = winner_ && &child_of(*winner_) == &child;
        if (!joined || child.settled) {
            give_up(child, GaveUp::caller, why);
            continue;
        }
        winner_->hang_up();
        settle(child, CallStatus::completed, {why, winner_->last_status(), {}, {}});
    }
    changed_.notify();
}

void Dialing::on_caller_digit(char digit) {
    if (!dial_.hangup_on_star || digit != '*') return;
    star_ = true;
    changed_.notify();
}

void Dialing::start(Child& child) {
    child.started = true;
    auto targets = resolve(*child.noun, caller_, services_);
    child.record.to = std::move(targets.to);
    child.record.status = CallStatus::queued;
    child.record.start_time = services_.wall();
    services_.records.begin(child.record);
    owner_.tell(child.record.sid, "dial",
                {{"to", child.record.to}, {"phones", std::to_string(targets.invites.size())}});
    if (targets.nobody) {
        owner_.warn(targets.nobody->error_code, targets.nobody->detail);
        child.record.error_code = targets.nobody->error_code;
        settle(child, CallStatus::failed,
               {targets.nobody->reason, targets.nobody->status, targets.nobody->detail, {}});
        return;
    }
    const auto prefer = owner_.caller_leg().codec();
    std::string refused;
    for (auto& invite : targets.invites) {
        auto leg = std::make_unique<Leg>(services_, static_cast<LegOwner&>(*this),
                                         caller_.tenant->community.code);
        if (const auto called = leg->call(std::move(invite), prefer); !called) {
            refused = called.error().detail;
            continue;
        }
        child.last = leg.get();
        child.record.sip_call_id = leg->sip_call_id();
        child.legs.push_back(std::move(leg));
    }
    if (child.legs.empty())
        settle(child, CallStatus::failed, {EndReason::server_error, 503, refused, {}});
}

void Dialing::settle(Child& child, CallStatus status, LegEnd end) {
    if (std::exchange(child.settled, true)) return;
    child.record.status = status;
    child.record.end_time = services_.wall();
    child.record.end_reason = end.reason;
    child.record.sip_code = end.status;
    StoryDetail detail{{"reason", std::string(to_string(end.reason))},
                       {"status", std::string(to_string(status))},
                       {"to", child.record.to}};
    if (end.status != 0) detail.emplace_back("sip_code", std::to_string(end.status));
    if (!end.detail.empty()) detail.emplace_back("detail", end.detail);
    log::info("child leg ended call_sid={} status={} reason={} sip_code={} detail={}",
              child.record.sid.str(), to_string(status), to_string(end.reason), end.status,
              quoted(end.detail));
    owner_.tell(child.record.sid, "ended", std::move(detail));
    child.end = std::move(end);
    record_if_closed(child);
    changed_.notify();
}

void Dialing::give_up(Child& child, GaveUp by, EndReason reason) {
    if (!child.started || child.settled) return;
    for (auto& leg : child.legs) leg->hang_up();
    // A phone that answered elsewhere is one that we canceled.
    const auto status =
        by == GaveUp::nobody ? CallStatus::canceled : model::status_of_unanswered(0, by);
    const bool said_something =
        std::any_of(child.legs.begin(), child.legs.end(),
                    [](const auto& leg) { return leg->last_status() != 0; });
    // 487 is what its CANCEL comes to, which follows when the leg is settled already.
    if (said_something) return settle(child, status, {reason, 487, {}, {}});
    // The Dial's time is up before the INVITE's own (timer B): a phone that has said nothing by
    // then is off or gone, and the log says so.
    if (by == GaveUp::timeout) reason = EndReason::unreachable;
    settle(child, status, {reason, 0, "the phone said nothing", {}});
}

void Dialing::give_up_ringing(GaveUp by, EndReason reason) {
    for (auto& child : children_)
        if (!winner_ || &child_of(*winner_) != &child) give_up(child, by, reason);
}

bool Dialing::anyone_rings() const {
    return std::any_of(children_.begin(), children_.end(), [](const Child& child) {
        return child.started && !child.settled &&
               std::any_of(child.legs.begin(), child.legs.end(),
                           [](const auto& leg) { return leg->state() != Leg::State::ended; });
    });
}

Dialing::Child& Dialing::child_of(const Leg& leg) {
    return *std::find_if(children_.begin(), children_.end(), [&](const Child& child) {
        return std::any_of(child.legs.begin(), child.legs.end(),
                           [&](const auto& own) { return own.get() == &leg; });
    });
}

void Dialing::on_leg_ringing(Leg& leg) {
    Child& child = child_of(leg);
    if (child.settled || child.record.status != CallStatus::queued) return;
    child.record.status = CallStatus::ringing;
    services_.records.change(child.record);
    owner_.tell(child.record.sid, "ringing", {{"to", child.record.to}});
    log::info("child leg ringing call_sid={}", child.record.sid.str());
}

void Dialing::on_leg_answered(Leg& leg) {
    Child& child = child_of(leg);
    if (winner_ || child.settled || abandoned_) {
        leg.hang_up();  // too late: another was quicker, or nobody waits any more
        return;
    }
    winner_ = child.last = &leg;
    for (auto& fork : child.legs)
        if (fork.get() != &leg) fork->hang_up();
    child.record.status = CallStatus::in_progress;
    child.record.answer_time = services_.wall();
    child.record.sip_call_id = leg.sip_call_id();
    services_.records.change(child.record);
    owner_.tell(child.record.sid, "answered", {{"to", child.record.to}});
    log::info("child leg answered call_sid={}", child.record.sid.str());
    changed_.notify();
}

void Dialing::on_leg_ended(Leg& leg, const LegEnd& end) {
    Child& child = child_of(leg);
    if (&leg == winner_) {
        unbridged_at_ = services_.now();
        settle(child, CallStatus::completed, end);
        return;
    }
    if (child.settled || (winner_ && &child_of(*winner_) == &child)) return;
    child.last = &leg;
    // One contact of several: the others still ring. The last to refuse says what came of it.
    const bool others_ring =
        std::any_of(child.legs.begin(), child.legs.end(),
                    [](const auto& fork) { return fork->state() != Leg::State::ended; });
    if (!others_ring) settle(child, model::status_of_unanswered(end.status, GaveUp::nobody), end);
}

void Dialing::on_leg_closed(Leg& leg) { record_if_closed(child_of(leg)); }

void Dialing::record_if_closed(Child& child) {
    if (!child.settled || child.recorded) return;
    if (!std::all_of(child.legs.begin(), child.legs.end(),
                     [](const auto& leg) { return leg->is_closed(); }))
        return;
    child.recorded = true;
    if (child.last) child.record.media = media_figures(child.last->stats());
    services_.records.end(child.record);
    if (is_closed()) owner_.on_dialing_closed();
}

bool Dialing::is_closed() const {
    return (finished_ || abandoned_) &&
           std::all_of(children_.begin(), children_.end(),
                       [](const Child& child) { return child.recorded || !child.started; });
}

// ---- What came of it ----

const Dialing::Child* Dialing::telling_child() const {
    const Child* telling = nullptr;
    for (const auto& child : children_) {
        if (!child.started) continue;
        if (winner_ && child.last == winner_) return &child;
        if (!telling || how_far(child.record.status) >= how_far(telling->record.status))
            telling = &child;
    }
    return telling;
}

twiml::DialOutcome Dialing::outcome() const {
    twiml::DialOutcome outcome;
    const Child* child = telling_child();
    if (child == nullptr) return outcome;
    outcome.status = dial_status(child->record.status);
    outcome.call_sid = child->record.sid;
    outcome.bridged = bridged_at_.has_value();
    if (bridged_at_)
        outcome.duration = std::chrono::duration_cast<seconds>(
            unbridged_at_.value_or(services_.now()) - *bridged_at_);
    outcome.sip_call_id = child->record.sip_call_id;
    if (child->end) {
        outcome.sip_response_code = static_cast<unsigned>(child->end->status);
        outcome.sip_headers = child->end->headers;
    }
    return outcome;
}

std::optional<EndReason> Dialing::end_reason() const {
    const Child* child = telling_child();
    if (child == nullptr || !child->end) return std::nullopt;
    return child->end->reason;
}

int Dialing::error_code() const {
    const Child* child = telling_child();
    return child ? child->record.error_code : 0;
}

}  // namespace skyn3t::call
