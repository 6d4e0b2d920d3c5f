#include "call/calls.hpp"

#include <utility>

namespace skyn3t::call {
namespace {

// errors.md, section 1: 10004 is "call concurrency limit exceeded".
const Calls::Refusal kTooMany{model::EndReason::too_many_calls, 503, 10004, {{"Retry-After", "5"}}};

}  // namespace

void Calls::begin(sip::IncomingRequest request, Incoming incoming, twiml::StartingPoint start) {
    if (calls_.size() >= services_.settings.max_calls)
        return refuse(std::move(request), std::move(incoming), kTooMany);
    const CallSid sid = incoming.record.sid;
    CallSeed seed = static_cast<CallSeed&>(incoming);
    auto call = make(std::move(seed));
    if (const auto refusal = call->begin(request, std::move(incoming), std::move(start))) {
        if (refusal->status != 0) request.respond(refusal->status);
        return;
    }
    calls_.emplace(sid, std::move(call));
}

void Calls::refuse(sip::IncomingRequest request, Incoming incoming, const Refusal& refusal) {
    request.respond(refusal.status, {}, refusal.headers);
    incoming.record.sip_call_id = request.message().call_id();
    incoming.record.end_reason = refusal.reason;
    incoming.record.sip_code = refusal.status;
    incoming.record.error_code = refusal.error_code;
    refused_.note(std::move(incoming));
}

std::unique_ptr<Call> Calls::make(CallSeed seed) {
    return std::make_unique<Call>(services_, std::move(seed), [this](Call& finished) {
        const CallSid gone = finished.sid();  // the call goes with its entry
        calls_.erase(gone);
    });
}

void Calls::end_all(model::EndReason why) {
    for (auto& [sid, call] : calls_) call->end(why);
}

void Calls::end_all_of(const CommunitySid& community, model::EndReason why) {
    for (auto& [sid, call] : calls_)
        if (call->tenant().community.sid == community) call->end(why);
}

}  // namespace skyn3t::call
