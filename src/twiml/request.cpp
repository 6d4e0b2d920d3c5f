#include "twiml/request.hpp"

#include <algorithm>

namespace skyn3t::twiml {

const char* to_string(DialCallStatus status) {
    switch (status) {
        case DialCallStatus::completed:
            return "completed";
        case DialCallStatus::answered:
            return "answered";
        case DialCallStatus::busy:
            return "busy";
        case DialCallStatus::no_answer:
            return "no-answer";
        case DialCallStatus::failed:
            return "failed";
        case DialCallStatus::canceled:
            return "canceled";
    }
    return "failed";
}

std::vector<Parameter> standard_parameters(const CallInfo& call) {
    std::vector<Parameter> all = {
        {"AccountSid", call.account_sid.str()},
        {"ApiVersion", "2010-04-01"},
        {"CallSid", call.call_sid.str()},
        {"CallStatus", call.status},
        {"Called", call.to},
        {"Caller", call.from},
        {"Direction", call.direction},
        {"From", call.from},
        {"To", call.to},
    };
    const auto add_if_known = [&all](const char* name, const std::string& value) {
        if (!value.empty()) all.push_back({name, value});
    };
    add_if_known("ForwardedFrom", call.forwarded_from);
    add_if_known("CallerName", call.caller_name);
    add_if_known("ParentCallSid", call.parent_call_sid.str());
    add_if_known("CallToken", call.call_token);
    if (call.sip) {
        all.push_back({"SipCallId", call.sip->call_id});
        all.push_back({"SipDomain", call.sip->domain});
        all.push_back({"SipDomainSid", call.sip->domain_sid.str()});
        all.push_back({"SipSourceIp", call.sip->source_ip});
        for (const Parameter& header : call.sip->headers)
            all.push_back({"SipHeader_" + header.name, header.value});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
    return all;
}

std::optional<FetchRequest> dial_action_request(const Dial& dial, const CallInfo& call,
                                                const DialOutcome& outcome) {
    if (!dial.action) return std::nullopt;
    FetchRequest request;
    request.url = *dial.action;
    request.method = dial.method;
    request.sent_when_over = true;
    auto& sent = request.parameters = standard_parameters(call);
    sent.push_back({"DialCallStatus", to_string(outcome.status)});
    // twiml.md, 7: a conference has no child call, so neither its SID nor a duration.
    if (!outcome.call_sid.empty()) sent.push_back({"DialCallSid", outcome.call_sid.str()});
    if (!dial.joins_a_room() && outcome.duration)
        sent.push_back({"DialCallDuration", std::to_string(outcome.duration->count())});
    sent.push_back({"DialBridged", outcome.bridged ? "true" : "false"});
    if (!outcome.recording_url.empty()) sent.push_back({"RecordingUrl", outcome.recording_url});
    if (!outcome.sip_call_id.empty()) sent.push_back({"DialSipCallId", outcome.sip_call_id});
    if (outcome.sip_response_code != 0)
        sent.push_back({"DialSipResponseCode", std::to_string(outcome.sip_response_code)});
    for (const Parameter& header : outcome.sip_headers)
        sent.push_back({"DialSipHeader_" + header.name, header.value});
    request.parameters_after_redirect = request.parameters;
    return request;
}

}  // namespace skyn3t::twiml
