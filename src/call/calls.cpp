#include "call/calls.hpp"

#include <fmt/format.h>

#include <utility>

#include "call/limit_alert.hpp"

namespace skyn3t::call {
namespace {

// Whose places a call takes that comes in.
PlaceTaker taker_of(const Incoming& incoming) {
    PlaceTaker taker{incoming.record.community};
    if (incoming.sip)
        taker.phone = incoming.record.from;
    else
        taker.number = incoming.record.to;
    return taker;
}

}  // namespace

void Calls::begin(sip::IncomingRequest request, Incoming incoming, twiml::StartingPoint start) {
    if (is_full())
        return refuse_for({CallLimits::Subject::server, {}, services_.settings.max_calls},
                          std::move(request), std::move(incoming));
    auto places = services_.limits.take(taker_of(incoming), services_.settings.caps);
    if (!places) return refuse_for(places.error(), std::move(request), std::move(incoming));
    const CallSid sid = incoming.record.sid;
    CallSeed seed = static_cast<CallSeed&>(incoming);
    auto call = make(std::move(seed));
    call->keep(std::move(*places));
    if (const auto refusal = call->begin(request, std::move(incoming), std::move(start))) {
        if (refusal->status != 0) request.respond(refusal->status);
        return;
    }
    calls_.emplace(sid, std::move(call));
}

void Calls::refuse_for(const CallLimits::Full& full, sip::IncomingRequest request,
                       Incoming incoming) {
    tell_of_limit(full, incoming.tenant.get(), incoming.record.sid, services_);
    Refusal refusal{reason_of(full), status_of(full), kLimitCode};
    if (refusal.status == 503) refusal.headers = {{"Retry-After", "5"}};
    refuse(std::move(request), std::move(incoming), refusal);
}

void Calls::refuse(sip::IncomingRequest request, Incoming incoming, const Refusal& refusal) {
    request.respond(refusal.status, {}, refusal.headers);
    incoming.record.sip_call_id = request.message().call_id();
    note_refused(std::move(incoming), refusal);
}

void Calls::note_refused(Incoming incoming, const Refusal& refusal) {
    incoming.record.end_reason = refusal.reason;
    incoming.record.sip_code = refusal.status;
    incoming.record.error_code = refusal.error_code;
    refused_.note(std::move(incoming));
}

std::unique_ptr<Call> Calls::make(CallSeed seed) {
    return std::make_unique<Call>(services_, std::move(seed), [this](Call& finished) {
        const CallSid gone = finished.sid();  // the call goes with its entry
        waiting_.remove(finished.tenant().community.sid, gone);
        calls_.erase(gone);
    });
}

// ---- What the API asks for ----

Result<model::CallRecord> Calls::place(Outgoing outgoing) {
    if (!is_placing_) return fail(Errc::unavailable, "the server is stopping");
    if (is_full()) return fail(Errc::too_many, "as many calls as allowed are in progress");
    const CommunitySid community = outgoing.tenant->community.sid;
    if (!waiting_.has_room(community))
        return fail(Errc::too_many,
                    fmt::format("{} calls of this community wait for their turn already, and one "
                                "rings each second: place the others when these have rung",
                                WaitingCalls::kMostOfOne));
    const CallSid sid = outgoing.record.sid;
    CallSeed seed = static_cast<CallSeed&>(outgoing);
    Call& call = *calls_.emplace(sid, make(std::move(seed))).first->second;
    call.queue(std::move(outgoing));
    waiting_.add(community, sid,
                 std::chrono::nanoseconds(seconds(1)) / services_.settings.api_calls_per_second);
    return call.record();
}

bool Calls::is_full() const {
    return calls_.size() - waiting_.size() >= services_.settings.max_calls;
}

WaitingCalls::Turn Calls::ring(const CallSid& sid) {
    const auto found = calls_.find(sid);
    if (found == calls_.end() || found->second->is_over()) return WaitingCalls::Turn::given_up;
    const auto& community = found->second->tenant().community.sid;
    if (is_full() || !services_.limits.has_room(community, services_.settings.caps))
        return WaitingCalls::Turn::kept;
    found->second->ring();
    return WaitingCalls::Turn::taken;
}

void Calls::stop_placing() {
    is_placing_ = false;
    for (const auto& sid : waiting_.clear())
        if (const auto found = calls_.find(sid); found != calls_.end())
            found->second->end(model::EndReason::server_stopping);
}

Call* Calls::find_parent_of(const CallSid& child) const {
    for (const auto& [sid, call] : calls_)
        if (!call->is_over() && call->find_child(child) != nullptr) return call.get();
    return nullptr;
}

std::optional<model::CallRecord> Calls::find(const CallSid& sid) const {
    if (const auto own = calls_.find(sid); own != calls_.end()) return own->second->record();
    if (const Call* parent = find_parent_of(sid)) return *parent->find_child(sid);
    return std::nullopt;
}

Result<model::CallRecord> Calls::update(const CallSid& sid, Update update) {
    const auto own = calls_.find(sid);
    if (own == calls_.end()) {
        if (Call* parent = find_parent_of(sid))
            return update_child(*parent, sid, std::move(update));
        return fail(Errc::not_found, "the call is not in progress");
    }
    Call& call = *own->second;
    if (call.is_over()) return fail(Errc::not_found, "the call is not in progress");
    if (update.time_limit) call.limit_time(*update.time_limit);
    const bool ends = update.status == model::CallStatus::completed ||
                      (update.status == model::CallStatus::canceled && call.may_be_canceled());
    if (ends) call.end(model::EndReason::ended_by_api);
    if (update.status || !update.start) return call.record();
    if (auto redirected = call.redirect(std::move(*update.start)); !redirected)
        return tl::unexpected(redirected.error());
    if (update.status_callback) call.replace_callback(std::move(*update.status_callback));
    return call.record();
}

Result<model::CallRecord> Calls::update_child(Call& parent, const CallSid& child, Update update) {
    // A dialled leg is its Dial's: cancelling is for calls that the API placed.
    if (update.status == model::CallStatus::completed)
        if (auto ended = parent.end_child(child, model::EndReason::ended_by_api)) return *ended;
    if (update.status || !update.start) return *parent.find_child(child);
    auto released = parent.release_child(child);
    if (!released) return fail(Errc::conflict, "the leg is not in a conversation");
    CallSeed seed = parent.seed_of_child();
    seed.record = released->record;
    seed.caller = seed.record.from;
    Call& call = *calls_.emplace(child, make(std::move(seed))).first->second;
    call.continue_with(std::move(*released), std::move(*update.start));
    if (update.status_callback) call.replace_callback(std::move(*update.status_callback));
    if (update.time_limit) call.limit_time(*update.time_limit);
    return call.record();
}

// ---- From outside ----

void Calls::end_all(model::EndReason why) {
    for (auto& [sid, call] : calls_) call->end(why);
}

void Calls::end_all_of(const CommunitySid& community, model::EndReason why) {
    for (auto& [sid, call] : calls_)
        if (call->tenant().community.sid == community) call->end(why);
}

}  // namespace skyn3t::call
