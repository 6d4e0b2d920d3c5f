#include "call/refused_calls.hpp"

#include <utility>

#include "base/log.hpp"

namespace skyn3t::call {
namespace {

std::string code_of(const TenantPtr& tenant) { return tenant ? tenant->community.code : "none"; }

}  // namespace

void RefusedCalls::note(Incoming incoming) {
    for (auto* party : {&incoming.record.from, &incoming.record.to})
        if (party->size() > kMaxText) party->resize(kMaxText);
    if (!window_end_.is_running()) window_end_.start_after(kWindow);
    if (may_write(incoming)) write(std::move(incoming));
}

bool RefusedCalls::may_write(const Incoming& incoming) {
    Community& community = communities_[incoming.record.community];
    const std::pair key{incoming.source, incoming.record.to};
    const bool is_full = community.rows == kRowsOfACommunity;
    if (is_full && !community.numbers.contains(key)) {
        ++community.more;  // without an entry: a flood of numbers takes no memory
        return false;
    }
    Count& number = community.numbers[key];
    if (is_full || number.rows == kRowsOfOneNumber) {
        ++number.more;
        return false;
    }
    ++number.rows;
    ++community.rows;
    return true;
}

void RefusedCalls::write(Incoming incoming) {
    model::CallRecord& record = incoming.record;
    record.start_time = services_.wall();
    record.end_time = record.start_time;
    record.status = model::CallStatus::failed;
    const std::string reason(to_string(*record.end_reason));
    log::warn(
        "call refused call_sid={} community={} from={} to={} source={} status={} reason={} "
        "sip_call_id={}",
        record.sid.str(), code_of(incoming.tenant), skyn3t::quoted(record.from),
        skyn3t::quoted(record.to), incoming.source, record.sip_code, reason,
        skyn3t::quoted(record.sip_call_id));
    services_.records.begin(record);
    const auto tell = [&](std::string kind, StoryDetail detail) {
        services_.records.add(
            {record.sid, record.community, record.start_time, std::move(kind), std::move(detail)});
    };
    tell("incoming", std::move(incoming.story));
    tell("ended", {{"reason", reason}, {"status", std::string(to_string(record.status))}});
    services_.records.end(record);
}

void RefusedCalls::end_window() {
    for (const auto& [sid, community] : communities_) {
        for (const auto& [key, count] : community.numbers)
            if (count.more > 0)
                log::warn(
                    "calls refused without a row of their own community={} number={} "
                    "source={} count={}",
                    sid.empty() ? "none" : sid.str(), skyn3t::quoted(key.second), key.first,
                    count.more);
        if (community.more > 0)
            log::warn("calls refused without a row of their own community={} count={}",
                      sid.empty() ? "none" : sid.str(), community.more);
    }
    communities_.clear();
}

}  // namespace skyn3t::call
