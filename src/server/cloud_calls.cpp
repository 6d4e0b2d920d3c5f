#include "server/cloud_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

std::string text(const http::Params& params, std::string_view name) {
    return std::string(params.find(name).value_or(""));
}

seconds seconds_of(const http::Params& params, std::string_view name) {
    const std::string value = text(params, name);
    int count = 0;
    std::from_chars(value.data(), value.data() + value.size(), count);
    return seconds(std::clamp(count, 0, 24 * 3600));
}

// What Twilio does not tell: who hung up.
std::optional<model::EndReason> reason_of(model::CallStatus status) {
    switch (status) {
        case model::CallStatus::completed:
            return model::EndReason::document_hung_up;
        case model::CallStatus::busy:
            return model::EndReason::busy;
        case model::CallStatus::no_answer:
            return model::EndReason::no_answer;
        case model::CallStatus::canceled:
            return model::EndReason::caller_hung_up;
        case model::CallStatus::failed:
            return model::EndReason::unreachable;
        default:
            return std::nullopt;
    }
}

void end(model::CallRecord& record, model::CallStatus status, seconds duration, WallTime now) {
    record.status = status;
    record.end_time = now;
    record.answer_time.reset();
    if (duration > seconds(0)) record.answer_time = now - duration;
    record.start_time = std::min(record.start_time, record.answer_time.value_or(now));
    record.end_reason = reason_of(status);
}

void save(store::CallStore& store, model::CallRecord record) {
    const std::string sid = record.sid.str();
    if (const auto saved = store.save(std::move(record)); !saved)
        log::warn("a call at Twilio is not in the log call_sid={} reason={}", sid,
                  skyn3t::quoted(saved.error().detail));
}

}  // namespace

std::optional<model::CallRecord> CloudCalls::call_of(const http::Params& params) const {
    const auto sid = CallSid::parse(text(params, "CallSid"));
    if (!sid || text(params, "AccountSid") != account_) return std::nullopt;
    auto found = store_.find_any(*sid);
    if (found && *found) return std::move(**found);
    const auto tenant = owner_of(params);
    if (!tenant) return std::nullopt;
    return begun(*tenant, *sid, params);
}

// By the number that was called. Only those at Twilio, for good or on the way to or from there: a
// number of this server has its own calls.
call::TenantPtr CloudCalls::owner_of(const http::Params& params) const {
    const std::string number = text(params, "To");
    const auto directory = directory_.get();
    for (const auto& tenant : directory->all())
        if (tenant->community.number.str() == number &&
            (tenant->community.target == model::Target::twilio ||
             migrations_.of(tenant->community.sid)))
            return tenant;
    return nullptr;
}

model::CallRecord CloudCalls::begun(const call::Tenant& tenant, const CallSid& sid,
                                    const http::Params& params) const {
    model::CallRecord record;
    record.sid = sid;
    record.community = tenant.community.sid;
    record.from = text(params, "From");
    record.to = text(params, "To");
    record.status = model::CallStatus::in_progress;
    record.start_time = clock_.wall();
    record.answer_time = record.start_time;
    record.node = kTwilioNode;
    return record;
}

void CloudCalls::tell(const model::CallRecord& call, std::string kind,
                      std::vector<std::pair<std::string, std::string>> detail) {
    model::CallEvent event{call.sid, call.community, clock_.wall(), std::move(kind),
                           std::move(detail)};
    if (const auto added = store_.add_events({std::move(event)}); !added)
        log::warn("a call's story is not whole call_sid={} reason={}", call.sid.str(),
                  skyn3t::quoted(added.error().detail));
}

void CloudCalls::fetched(std::string_view code, const http::Params& params) {
    asked_(code, params);
    const auto tenant = directory_.get()->of_document_code(code);
    auto call = call_of(params);
    if (!tenant || !call || call->community != tenant->community.sid) return;
    if (model::is_final(call->status)) return;
    if (params.has("DialCallStatus")) return note_dial(*call, *tenant, params);
    if (const auto digits = params.find("Digits"))
        return tell(*call, "digit", {{"digit", std::string(*digits)}});
    if (params.has("attempt")) return;  // the menu again
    tell(*call, "incoming", {{"from", call->from}, {"to", call->to}});
    save(store_, std::move(*call));
}

// The phone that a Dial rang, once the Dial is over.
void CloudCalls::note_dial(const model::CallRecord& call, const call::Tenant& tenant,
                           const http::Params& params) {
    const auto sid = CallSid::parse(text(params, "DialCallSid"));
    const auto status = model::parse_call_status(text(params, "DialCallStatus"));
    if (!sid || !status || !model::is_final(*status)) return;
    std::string digit;
    if (const auto events = store_.events_of(call.sid))
        for (const auto& event : *events)
            if (event.kind == "digit" && !event.detail.empty()) digit = event.detail[0].second;
    const auto* role = digit.size() == 1 ? tenant.community.find_digit(digit[0]) : nullptr;
    const bool was_here = params.has("handover") || text(params, "place") == "local";
    const std::string& domain = was_here ? tenant.ivr.domain : domain_;
    model::CallRecord child;
    child.sid = *sid;
    child.parent_sid = call.sid;
    child.community = call.community;
    child.from = call.to;
    child.to = role ? fmt::format("sip:{}@{}", model::username(tenant.community.number, role->role),
                                  domain)
                    : domain;
    child.direction = model::Direction::outbound_dial;
    child.node = kTwilioNode;
    const WallTime now = clock_.wall();
    child.start_time = now;
    end(child, *status, seconds_of(params, "DialCallDuration"), now);
    tell(call, "dial", {{"to", child.to}, {"status", std::string(to_string(*status))}});
    save(store_, std::move(child));
}

// A recording that a document of the operator's asked for; it stays at Twilio.
void CloudCalls::note_recording(const model::CallRecord& call, const http::Params& params) {
    const std::string status = text(params, "RecordingStatus");
    std::vector<std::pair<std::string, std::string>> detail{{"sid", text(params, "RecordingSid")}};
    if (status == "completed") {
        const milliseconds length = seconds_of(params, "RecordingDuration");
        detail.emplace_back("url", text(params, "RecordingUrl"));
        detail.emplace_back("ms", std::to_string(length.count()));
    } else {
        detail.emplace_back("status", status);
    }
    tell(call, "recording", std::move(detail));
}

Result<void> CloudCalls::reported(const http::Params& params) {
    auto call = call_of(params);
    // Of recordings Twilio tells after the call's end as well, and without its status.
    if (call && params.has("RecordingSid")) {
        note_recording(*call, params);
        return {};
    }
    const auto status = model::parse_call_status(text(params, "CallStatus"));
    if (!call || !status) return fail(Errc::not_found, "no call of ours");
    if (!model::is_final(*status) || model::is_final(call->status)) return {};
    end(*call, *status, seconds_of(params, "CallDuration"), clock_.wall());
    tell(*call, "ended", {{"reason", std::string(to_string(*call->end_reason))}});
    return store_.save(std::move(*call));
}

}  // namespace skyn3t::server
