#include "call/dialing.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "call/limit_alert.hpp"
#include "call/media_figures.hpp"
#include "call/ringing.hpp"
#include "model/not_built.hpp"

namespace skyn3t::call {
namespace {

using model::CallStatus;
using model::EndReason;
using model::GaveUp;

using Event = ProgressCallback::Event;

std::optional<twiml::StatusCallback> callback_of(const twiml::Noun& noun) {
    if (const auto* number = std::get_if<twiml::Number>(&noun)) return number->status_callback;
    if (const auto* sip = std::get_if<twiml::Sip>(&noun)) return sip->status_callback;
    return std::nullopt;
}

const std::optional<twiml::Screening>& screening_of(const twiml::Noun& noun) {
    static const std::optional<twiml::Screening> none;
    if (const auto* number = std::get_if<twiml::Number>(&noun)) return number->screening;
    if (const auto* sip = std::get_if<twiml::Sip>(&noun)) return sip->screening;
    return none;
}

std::string digits_of(const twiml::Noun& noun) {
    const auto* number = std::get_if<twiml::Number>(&noun);
    return number ? number->send_digits : std::string();
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
        child.progress = ProgressCallback(callback_of(noun));
        children_.push_back(std::move(child));
    }
}

Dialing::~Dialing() {
    for (const auto& child : children_)
        if (&child != released_) services_.documents.forget(child.record.sid);
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
    while (!winner_ && !abandoned_ && !star_ && anyone_rings()) {
        if (services_.now() >= deadline) {
            const auto is_screened = [](const Child& child) { return child.is_screened(); };
            if (std::none_of(children_.begin(), children_.end(), is_screened)) break;
            // Who has answered takes the time that its document takes.
            for (auto& child : children_)
                if (!child.is_answered()) give_up(child, GaveUp::timeout, EndReason::no_answer);
            deadline = SteadyTime::max();
        }
        co_await changed_.wait_until(deadline);
    }
}

Task<void> Dialing::talk() {
    give_up_ringing(GaveUp::nobody, EndReason::answered_elsewhere);
    if (is_over()) co_return;  // it hung up in the moment of its answer
    owner_.caller_leg().stop_play();
    owner_.answer_caller();
    Child& child = child_of(*winner_);
    if (const auto digits = digits_of(*child.noun); !digits.empty() && !child.screening)
        winner_->send_digits(digits);
    owner_.caller_leg().bridge_with(*winner_);
    bridged_at_ = services_.now();
    owner_.tell(child.record.sid, "bridged", {{"to", child.record.to}});
    const SteadyTime limit = *bridged_at_ + dial_.time_limit;
    while (!is_over() && !star_ && services_.now() < limit) co_await changed_.wait_until(limit);
    if (abandoned_) co_return;
    unbridged_at_ = services_.now();
    owner_.caller_leg().unbridge();
    if (released_) co_return;
    if (winner_->state() != Leg::State::ended) {
        const auto why = star_ ? EndReason::hung_up_on_star : EndReason::time_limit;
        winner_->hang_up(why);
        settle(child, CallStatus::completed, {why, winner_->last_status(), {}, {}});
    }
}

// ---- What happens to it ----

void Dialing::abandon(EndReason why) {
    if (std::exchange(abandoned_, true)) return;
    if (bridged_at_ && !unbridged_at_) unbridged_at_ = services_.now();
    for (auto& child : children_) give_up(child, GaveUp::caller, why);
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
    if (!targets.shown.empty()) child.record.from = targets.shown;
    child.record.status = CallStatus::queued;
    child.record.start_time = owner_.times().now();
    services_.records.begin(child.record);
    StoryDetail dialled{{"to", child.record.to},
                        {"phones", std::to_string(targets.invites.size())}};
    if (!targets.shown.empty()) dialled.emplace_back("shown", targets.shown);
    owner_.tell(child.record.sid, "dial", std::move(dialled));
    child.progress.report(Event::initiated, child.record, services_);
    if (targets.nobody) {
        // Of what is not built here the document's own warning has told.
        if (targets.nobody->error_code != model::kNotBuiltCode)
            owner_.warn(targets.nobody->error_code, targets.nobody->detail, {});
        child.record.error_code = targets.nobody->error_code;
        settle(child, CallStatus::failed,
               {targets.nobody->reason, targets.nobody->status, targets.nobody->detail, {}});
        return;
    }
    auto ringing = ring(std::move(targets.invites), owner_.caller_leg().codec(), services_,
                        static_cast<LegOwner&>(*this), *caller_.tenant);
    if (ringing.full)
        tell_of_limit(*ringing.full, caller_.tenant.get(), child.record.sid, services_);
    child.legs = std::move(ringing.legs);
    child.addresses = std::move(ringing.addresses);
    if (!child.legs.empty()) {
        child.last = child.legs.back().get();
        child.record.sip_call_id = child.last->sip_call_id();
    }
    if (child.legs.empty() && ringing.full) {
        owner_.tell(child.record.sid, "warning",
                    {{"code", std::to_string(kLimitCode)}, {"detail", {}}});
        child.record.error_code = kLimitCode;
        settle(child, CallStatus::failed,
               {reason_of(*ringing.full), status_of(*ringing.full), {}, {}});
    } else if (child.legs.empty())
        settle(child, CallStatus::failed, {EndReason::server_error, 503, ringing.refused, {}});
}

void Dialing::settle(Child& child, CallStatus status, LegEnd end) {
    if (std::exchange(child.settled, true)) return;
    if (child.screening) child.screening->stop();
    child.record.status = status;
    child.record.end_time = owner_.times().now();
    child.record.end_reason = end.reason;
    child.record.sip_code = end.status;
    StoryDetail detail{{"reason", std::string(to_string(end.reason))},
                       {"status", std::string(to_string(status))},
                       {"to", child.record.to}};
    if (end.status != 0) detail.emplace_back("sip_code", std::to_string(end.status));
    if (!end.detail.empty()) detail.emplace_back("detail", end.detail);
    log::info("child leg ended call_sid={} status={} reason={} sip_code={} detail={}",
              child.record.sid.str(), to_string(status), to_string(end.reason), end.status,
              skyn3t::quoted(end.detail));
    owner_.tell(child.record.sid, "ended", std::move(detail));
    child.progress.report(Event::completed, child.record, services_);
    child.end = std::move(end);
    record_if_closed(child);
    changed_.notify();
    tell_if_closed();
}

void Dialing::give_up(Child& child, GaveUp by, EndReason reason) {
    if (!child.started || child.settled) return;
    for (auto& leg : child.legs) leg->hang_up(reason);
    if (child.is_answered())
        return settle(child, CallStatus::completed, {reason, child.last->last_status(), {}, {}});
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
        if (!is_winner(child)) give_up(child, by, reason);
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
    if (child.settled) return;
    tell_of_contact(child, leg, "contact_ringing");
    if (child.record.status != CallStatus::queued) return;
    child.record.status = CallStatus::ringing;
    services_.records.change(child.record);
    owner_.tell(child.record.sid, "ringing", {{"to", child.record.to}});
    child.progress.report(Event::ringing, child.record, services_);
    log::info("child leg ringing call_sid={}", child.record.sid.str());
}

void Dialing::on_leg_answered(Leg& leg) {
    Child& child = child_of(leg);
    if (winner_ || child.settled || child.is_answered() || abandoned_) {
        // Too late: another was quicker, or nobody waits any more.
        leg.hang_up(abandoned_ ? EndReason::caller_hung_up : EndReason::answered_elsewhere);
        return;
    }
    child.last = &leg;
    for (auto& fork : child.legs)
        if (fork.get() != &leg) fork->hang_up(EndReason::answered_elsewhere);
    child.record.status = CallStatus::in_progress;
    child.record.answer_time = owner_.times().now();
    child.record.sip_call_id = leg.sip_call_id();
    services_.records.change(child.record);
    owner_.tell(child.record.sid, "answered", {{"to", child.record.to}});
    tell_of_contact(child, leg, "contact_answered");
    log::info("child leg answered call_sid={}", child.record.sid.str());
    child.progress.report(Event::answered, child.record, services_);
    if (const auto& document = screening_of(*child.noun)) return screen(child, *document);
    winner_ = &leg;
    changed_.notify();
}

void Dialing::on_leg_ended(Leg& leg, const LegEnd& end) {
    Child& child = child_of(leg);
    if (child.settled) return;
    if (child.is_answered()) {
        if (&leg != child.last) return;
        if (&leg == winner_) unbridged_at_ = services_.now();
        settle(child, CallStatus::completed, end);
        return;
    }
    child.last = &leg;
    // One contact of several: the others still ring. The last to refuse says what came of it.
    const bool others_ring =
        std::any_of(child.legs.begin(), child.legs.end(),
                    [](const auto& fork) { return fork->state() != Leg::State::ended; });
    StoryDetail why{{"reason", std::string(to_string(end.reason))}};
    if (end.status != 0) why.emplace_back("sip_code", std::to_string(end.status));
    if (!end.detail.empty()) why.emplace_back("detail", end.detail);
    tell_of_contact(child, leg, "contact_ended", std::move(why));
    if (!others_ring) settle(child, model::status_of_unanswered(end.status, GaveUp::nobody), end);
}

void Dialing::tell_of_contact(const Child& child, const Leg& leg, std::string kind,
                              StoryDetail more) {
    if (child.legs.size() < 2) return;
    const auto own = std::find_if(child.legs.begin(), child.legs.end(),
                                  [&](const auto& each) { return each.get() == &leg; });
    const auto index = static_cast<std::size_t>(own - child.legs.begin());
    more.insert(more.begin(), {"contact", child.addresses.at(index)});
    owner_.tell(child.record.sid, std::move(kind), std::move(more));
}

void Dialing::on_leg_digit(Leg& leg, char digit) {
    Child& child = child_of(leg);
    if (child.is_screened() && &leg == child.last) child.screening->on_digit(digit);
}

void Dialing::on_leg_unheard(Leg& leg) {
    const Child& child = child_of(leg);
    if (&leg == child.last) owner_.tell(child.record.sid, "no_audio", {{"of", child.record.to}});
}

void Dialing::on_leg_played(Leg& leg, media::PlayId play) {
    Child& child = child_of(leg);
    if (child.is_screened() && &leg == child.last) child.screening->on_played(play);
}

void Dialing::on_leg_asked_transfer(Leg& leg, const std::string& to) {
    const Child& child = child_of(leg);
    owner_.tell(child.record.sid, "transfer_declined", {{"phone", child.record.to}, {"to", to}});
}

// ---- A document for who answered ----

// The others go on ringing: an answering machine that picks up presses no key.
void Dialing::screen(Child& child, const twiml::Screening& document) {
    child.screening = std::make_unique<Screening>(
        services_, owner_, *child.last, child.record, caller_.tenant->community.code,
        [this, &child](Screening::Verdict verdict) { on_verdict(child, verdict); });
    child.screening->start(document, digits_of(*child.noun));
    changed_.notify();
}

void Dialing::on_verdict(Child& child, Screening::Verdict verdict) {
    if (!child.settled && verdict == Screening::Verdict::accepted && !winner_) {
        winner_ = child.last;
    } else if (!child.settled) {
        const auto why = verdict == Screening::Verdict::failed     ? EndReason::document_error
                         : verdict == Screening::Verdict::accepted ? EndReason::answered_elsewhere
                                                                   : EndReason::declined;
        child.last->hang_up(why);
        settle(child, CallStatus::completed, {why, child.last->last_status(), {}, {}});
    }
    changed_.notify();
    tell_if_closed();
}

// ---- A child by itself ----

Dialing::Child* Dialing::live_child(const CallSid& sid) {
    for (auto& child : children_)
        if (child.record.sid == sid && child.started && !child.settled) return &child;
    return nullptr;
}

const model::CallRecord* Dialing::find(const CallSid& sid) const {
    for (const auto& child : children_)
        if (child.record.sid == sid && child.started && !child.settled) return &child.record;
    return nullptr;
}

std::optional<model::CallRecord> Dialing::end_child(const CallSid& sid, EndReason why) {
    Child* child = live_child(sid);
    if (child == nullptr) return std::nullopt;
    give_up(*child, GaveUp::caller, why);
    return child->record;
}

std::optional<ReleasedLeg> Dialing::release(const CallSid& sid) {
    Child* child = live_child(sid);
    if (child == nullptr || !is_winner(*child) || !bridged_at_) return std::nullopt;
    const auto own = std::find_if(child->legs.begin(), child->legs.end(),
                                  [&](const auto& leg) { return leg.get() == winner_; });
    ReleasedLeg released{std::move(*own), child->record, std::move(child->progress),
                         owner_.times()};
    child->legs.erase(own);
    child->settled = child->recorded = true;
    child->last = winner_ = nullptr;
    released_ = child;
    unbridged_at_ = services_.now();
    owner_.caller_leg().unbridge();
    changed_.notify();
    return released;
}

// ---- Its end ----

void Dialing::on_leg_closed(Leg& leg) {
    record_if_closed(child_of(leg));
    tell_if_closed();
}

void Dialing::record_if_closed(Child& child) {
    if (!child.settled || child.recorded) return;
    if (!std::all_of(child.legs.begin(), child.legs.end(),
                     [](const auto& leg) { return leg->is_closed(); }))
        return;
    child.recorded = true;
    if (child.last) child.record.media = media_figures(child.last->stats());
    services_.records.end(child.record);
}

void Dialing::tell_if_closed() {
    if (is_closed()) owner_.on_dialing_closed();
}

bool Dialing::is_closed() const {
    const auto is_child_closed = [](const Child& child) {
        return !child.started ||
               (child.recorded && (!child.screening || child.screening->is_done()) &&
                std::all_of(child.legs.begin(), child.legs.end(),
                            [](const auto& leg) { return leg->is_closed(); }));
    };
    return (finished_ || abandoned_) &&
           std::all_of(children_.begin(), children_.end(), is_child_closed);
}

}  // namespace skyn3t::call
