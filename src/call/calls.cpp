#include "call/calls.hpp"

#include <utility>

#include "base/log.hpp"

namespace skyn3t::call {

void Calls::begin(sip::IncomingRequest request, Incoming incoming, twiml::StartingPoint start) {
    if (calls_.size() >= services_.settings.max_calls) {
        log::warn("call refused, as many as allowed are in progress limit={}",
                  services_.settings.max_calls);
        return request.respond(503, {}, {{"Retry-After", "5"}});
    }
    const CallSid sid = incoming.record.sid;
    auto call = std::make_unique<Call>(services_, std::move(incoming), [this](Call& finished) {
        const CallSid gone = finished.sid();  // the call goes with its entry
        calls_.erase(gone);
    });
    if (const auto refusal = call->begin(request, std::move(start))) {
        if (refusal->status != 0) request.respond(refusal->status);
        return;
    }
    calls_.emplace(sid, std::move(call));
}

void Calls::end_all(model::EndReason why) {
    for (auto& [sid, call] : calls_) call->end(why);
}

void Calls::end_all_of(const CommunitySid& community, model::EndReason why) {
    for (auto& [sid, call] : calls_)
        if (call->tenant().community.sid == community) call->end(why);
}

}  // namespace skyn3t::call
