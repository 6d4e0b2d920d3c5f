#include "rest/call_json.hpp"

#include <fmt/format.h>

namespace skyn3t::rest {

using model::CallRecord;

namespace {

std::string formatted(const std::string& party) {
    const auto number_of = model::PhoneNumber::parse_e164(party);
    return number_of ? model::format_international(*number_of) : party;
}

Json to_json(const model::MediaStats& media) {
    return {{"codec", text_or_null(media.codec)},         {"packets_sent", media.packets_sent},
            {"packets_received", media.packets_received}, {"packets_lost", media.packets_lost},
            {"loss_percent", media.loss_percent},         {"jitter_ms", media.jitter_ms},
            {"round_trip_ms", media.round_trip_ms},       {"mos", media.mos}};
}

}  // namespace

// What Twilio has no field for, under one name of ours.
Json CallWriter::ours(const CallRecord& call) const {
    const auto code = codes_.find(call.community);
    Json out{{"community_code", code == codes_.end() ? Json(nullptr) : Json(code->second)},
             {"error_code", call.error_code == 0 ? Json(nullptr) : Json(call.error_code)},
             {"end_reason", nullptr},
             {"end_reason_es", nullptr},
             {"end_reason_en", nullptr},
             {"answer_time", call.answer_time ? Json(rfc2822(*call.answer_time)) : Json(nullptr)},
             {"sip_call_id", text_or_null(call.sip_call_id)},
             {"sip_code", call.sip_code == 0 ? Json(nullptr) : Json(call.sip_code)},
             {"media", to_json(call.media)}};
    if (call.end_reason) {
        out["end_reason"] = to_string(*call.end_reason);
        out["end_reason_es"] = sentence_es(*call.end_reason);
        out["end_reason_en"] = sentence_en(*call.end_reason);
    }
    return out;
}

CallWriter::CallWriter(const AccountSid& account, const ApiServices& services)
    : account_(account), resources_(services.resources) {
    if (const auto names = services.communities.names())
        for (const CommunityName& name : *names) codes_.emplace(name.sid, name.code);
}

Json CallWriter::number_sid(const CallRecord& call) {
    const std::string& number = call.direction == model::Direction::inbound ? call.to : call.from;
    if (!number.starts_with('+')) return nullptr;
    const auto [known, is_new] = numbers_.try_emplace(number, nullptr);
    if (is_new) {
        const auto found =
            resources_.find_by_name(store::ResourceKind::incoming_phone_number, number);
        if (found && *found && (*found)->community == call.community) known->second = (*found)->sid;
    }
    return known->second;
}

Json CallWriter::operator()(const CallRecord& call) {
    const std::string uri =
        fmt::format("/2010-04-01/Accounts/{}/Calls/{}", account_.str(), call.sid.str());
    const bool is_over = model::is_final(call.status);
    return {{"sid", call.sid.str()},
            {"account_sid", account_.str()},
            {"parent_call_sid", text_or_null(call.parent_sid.str())},
            {"to", call.to},
            {"to_formatted", formatted(call.to)},
            {"from", call.from},
            {"from_formatted", formatted(call.from)},
            {"phone_number_sid", number_sid(call)},
            {"status", to_string(call.status)},
            {"direction", to_string(call.direction)},
            {"start_time", rfc2822(call.start_time)},
            {"end_time", call.end_time ? Json(rfc2822(*call.end_time)) : Json(nullptr)},
            {"duration", is_over ? Json(std::to_string(call.duration().count())) : Json(nullptr)},
            {"queue_time", "0"},
            {"price", text_or_null(call.price)},
            {"price_unit", text_or_null(call.price_unit)},
            {"answered_by", nullptr},
            {"annotation", nullptr},
            {"api_version", "2010-04-01"},
            {"forwarded_from", nullptr},
            {"caller_name", nullptr},
            {"group_sid", nullptr},
            {"trunk_sid", nullptr},
            {"date_created", rfc2822(call.start_time)},
            {"date_updated",
             rfc2822(call.end_time.value_or(call.answer_time.value_or(call.start_time)))},
            {"uri", uri + ".json"},
            {"subresource_uris",
             {{"events", uri + "/Events.json"},
              {"notifications", uri + "/Notifications.json"},
              {"recordings", uri + "/Recordings.json"}}},
            {"skyn3t", ours(call)}};
}

}  // namespace skyn3t::rest
