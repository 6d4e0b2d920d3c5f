#include "call/limit_alert.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace skyn3t::call {
namespace {

using LimitSubject = CallLimits::Subject;

std::string_view limit_word(LimitSubject subject) {
    switch (subject) {
        case LimitSubject::community:
            return "community";
        case LimitSubject::number:
            return "number";
        case LimitSubject::phone:
            return "phone";
        case LimitSubject::server:
            break;
    }
    return "server";
}

}  // namespace

model::EndReason reason_of(const CallLimits::Full& full) {
    switch (full.subject) {
        case LimitSubject::community:
            return model::EndReason::too_many_of_community;
        case LimitSubject::number:
            return model::EndReason::too_many_of_number;
        case LimitSubject::phone:
            return model::EndReason::too_many_of_phone;
        case LimitSubject::server:
            break;
    }
    return model::EndReason::too_many_calls;
}

int status_of(const CallLimits::Full& full) {
    return full.subject == LimitSubject::server ? 503 : 486;
}

void tell_of_limit(const CallLimits::Full& full, const Tenant* tenant, const CallSid& call,
                   Services& services) {
    if (!services.limits.is_news(full, services.now())) return;
    const std::string code = tenant ? tenant->community.code : "none";
    // A community is known by its code.
    const std::string name = full.subject == LimitSubject::community ? code : full.name;
    log::error(
        "as many calls as allowed are in progress, more are refused subject={} name={} "
        "most={} community={} call_sid={}",
        limit_word(full.subject), skyn3t::quoted(name), full.most, code, call.str());
    services.records.alert(
        {AlertSid::generate(), call, tenant ? tenant->community.sid : CommunitySid(),
         services.wall(), kLimitCode,
         fmt::format("as many calls as allowed are in progress: {} {}{}{}", full.most,
                     limit_word(full.subject), name.empty() ? "" : " ", name)});
}

}  // namespace skyn3t::call
