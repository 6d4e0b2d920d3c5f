#include "verify/call_watch.hpp"

#include <algorithm>

namespace skyn3t::verify {

bool WatchedCall::is_final() const {
    return parent && parent->is_final &&
           std::all_of(children.begin(), children.end(),
                       [](const Leg& child) { return child.is_final; });
}

const WatchedCall& CallWatch::watch(const std::string& sip_call_id, Signal& changed) {
    return watched_.insert_or_assign(sip_call_id, Watched{{}, &changed}).first->second.call;
}

void CallWatch::begin(const model::CallRecord& record) {
    log_.begin(record);
    note(record, false);
}

void CallWatch::change(const model::CallRecord& record) {
    log_.change(record);
    note(record, false);
}

void CallWatch::end(const model::CallRecord& record) {
    log_.end(record);
    note(record, true);
}

void CallWatch::renew(WatchedCall::Leg& leg, const model::CallRecord& record, bool is_final,
                      SteadyTime now) {
    leg.record = record;
    leg.is_final = is_final;
    if (record.status == model::CallStatus::ringing && !leg.rang) leg.rang = now;
}

void CallWatch::note(const model::CallRecord& record, bool is_final) {
    for (auto& [sip_call_id, watched] : watched_) {
        WatchedCall& call = watched.call;
        const SteadyTime now = watched.changed->wheel().clock().now();
        if (record.parent_sid.empty()) {
            if (record.sip_call_id != sip_call_id) continue;
            if (!call.parent) call.parent = WatchedCall::Leg{};
            renew(*call.parent, record, is_final, now);
        } else {
            if (!call.parent || call.parent->record.sid != record.parent_sid) continue;
            auto known =
                std::find_if(call.children.begin(), call.children.end(),
                             [&](const auto& child) { return child.record.sid == record.sid; });
            if (known == call.children.end())
                known = call.children.insert(known, WatchedCall::Leg{});
            renew(*known, record, is_final, now);
        }
        watched.changed->notify();
        return;
    }
}

}  // namespace skyn3t::verify
