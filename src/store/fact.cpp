#include "store/fact.hpp"

#include <nlohmann/json.hpp>

#include "store/alert_store.hpp"
#include "store/audit_store.hpp"
#include "store/call_store.hpp"

namespace skyn3t::store {
namespace {

using FactJson = nlohmann::ordered_json;
using TextPairs = std::vector<std::pair<std::string, std::string>>;

template <class... Visitors>
struct OnFact : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors>
OnFact(Visitors...) -> OnFact<Visitors...>;

FactJson time_json(const std::optional<WallTime>& time) {
    return time ? FactJson(to_milliseconds(*time)) : FactJson();
}

FactJson pairs_json(const TextPairs& pairs) {
    auto list = FactJson::array();
    for (const auto& [name, value] : pairs) list.push_back(FactJson::array({name, value}));
    return list;
}

FactJson record_json(const model::CallRecord& call) {
    const auto& media = call.media;
    return {{"sid", call.sid.str()},
            {"parent", call.parent_sid.str()},
            {"community", call.community.str()},
            {"from", call.from},
            {"to", call.to},
            {"direction", model::to_string(call.direction)},
            {"status", model::to_string(call.status)},
            {"start", to_milliseconds(call.start_time)},
            {"answer", time_json(call.answer_time)},
            {"end", time_json(call.end_time)},
            {"sip_call_id", call.sip_call_id},
            {"sip_code", call.sip_code},
            {"end_reason", call.end_reason ? model::to_string(*call.end_reason) : ""},
            {"error_code", call.error_code},
            {"node", call.node},
            {"codec", media.codec},
            {"sent", media.packets_sent},
            {"received", media.packets_received},
            {"lost", media.packets_lost},
            {"loss_percent", media.loss_percent},
            {"jitter_ms", media.jitter_ms},
            {"round_trip_ms", media.round_trip_ms},
            {"mos", media.mos}};
}

FactJson json_of(const CallFact& fact) {
    FactJson json{{"kind", "call"}};
    if (fact.record) json["record"] = record_json(*fact.record);
    auto story = FactJson::array();
    for (const auto& [event, position] : fact.story)
        story.push_back({{"call", event.call.str()},
                         {"community", event.community.str()},
                         {"time", to_milliseconds(event.time)},
                         {"kind", event.kind},
                         {"detail", pairs_json(event.detail)},
                         {"position", position}});
    json["story"] = std::move(story);
    return json;
}

FactJson json_of(const model::Alert& alert) {
    return {{"kind", "alert"},
            {"sid", alert.sid.str()},
            {"call", alert.call.str()},
            {"community", alert.community.str()},
            {"time", to_milliseconds(alert.time)},
            {"code", alert.code},
            {"detail", alert.detail},
            {"url", alert.request_url},
            {"method", alert.request_method}};
}

FactJson json_of(const ExchangeFact& fact) {
    const auto& exchange = fact.exchange;
    return {{"kind", "exchange"},
            {"call", exchange.call.str()},
            {"community", exchange.community.str()},
            {"time", to_milliseconds(exchange.time)},
            {"method", exchange.method},
            {"url", exchange.url},
            {"parameters", pairs_json(exchange.parameters)},
            {"status", exchange.status},
            {"duration", exchange.duration.count()},
            {"content_type", exchange.content_type},
            {"body", exchange.body},
            {"error_code", exchange.error_code},
            {"position", fact.position}};
}

FactJson json_of(const AuditEntry& entry) {
    return {
        {"kind", "audit"},       {"id", entry.id},         {"time", to_milliseconds(entry.time)},
        {"actor", entry.actor},  {"action", entry.action}, {"community", entry.community.str()},
        {"detail", entry.detail}};
}

// ---- And back. What is missing or of another type throws FactJson::exception.

template <class AnySid>
AnySid sid_at(const FactJson& json, const char* key) {
    return AnySid::parse(json.at(key).get<std::string>()).value_or(AnySid{});
}

std::string text_at(const FactJson& json, const char* key) {
    return json.at(key).get<std::string>();
}

WallTime time_at(const FactJson& json, const char* key) {
    return from_milliseconds(json.at(key).get<std::int64_t>());
}

std::optional<WallTime> optional_time_at(const FactJson& json, const char* key) {
    if (json.at(key).is_null()) return std::nullopt;
    return time_at(json, key);
}

TextPairs pairs_at(const FactJson& json, const char* key) {
    TextPairs pairs;
    for (const auto& pair : json.at(key))
        pairs.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
    return pairs;
}

model::CallRecord record_from(const FactJson& json) {
    model::CallRecord call;
    call.sid = sid_at<CallSid>(json, "sid");
    call.parent_sid = sid_at<CallSid>(json, "parent");
    call.community = sid_at<CommunitySid>(json, "community");
    call.from = text_at(json, "from");
    call.to = text_at(json, "to");
    call.direction =
        model::parse_direction(text_at(json, "direction")).value_or(model::Direction::inbound);
    call.status =
        model::parse_call_status(text_at(json, "status")).value_or(model::CallStatus::failed);
    call.start_time = time_at(json, "start");
    call.answer_time = optional_time_at(json, "answer");
    call.end_time = optional_time_at(json, "end");
    call.sip_call_id = text_at(json, "sip_call_id");
    call.sip_code = json.at("sip_code");
    call.end_reason = model::parse_end_reason(text_at(json, "end_reason"));
    call.error_code = json.at("error_code");
    call.node = text_at(json, "node");
    call.media = {json.at("codec"),         json.at("sent"),         json.at("received"),
                  json.at("lost"),          json.at("loss_percent"), json.at("jitter_ms"),
                  json.at("round_trip_ms"), json.at("mos")};
    return call;
}

CallFact call_from(const FactJson& json) {
    CallFact fact;
    if (json.contains("record")) fact.record = record_from(json["record"]);
    for (const auto& line : json.at("story"))
        fact.story.push_back(
            {{sid_at<CallSid>(line, "call"), sid_at<CommunitySid>(line, "community"),
              time_at(line, "time"), text_at(line, "kind"), pairs_at(line, "detail")},
             line.at("position")});
    return fact;
}

model::Alert alert_from(const FactJson& json) {
    return {sid_at<AlertSid>(json, "sid"),
            sid_at<CallSid>(json, "call"),
            sid_at<CommunitySid>(json, "community"),
            time_at(json, "time"),
            json.at("code"),
            text_at(json, "detail"),
            text_at(json, "url"),
            text_at(json, "method")};
}

ExchangeFact exchange_from(const FactJson& json) {
    return {{sid_at<CallSid>(json, "call"), sid_at<CommunitySid>(json, "community"),
             time_at(json, "time"), text_at(json, "method"), text_at(json, "url"),
             pairs_at(json, "parameters"), json.at("status"),
             milliseconds(json.at("duration").get<std::int64_t>()), text_at(json, "content_type"),
             text_at(json, "body"), json.at("error_code")},
            json.at("position")};
}

AuditEntry audit_from(const FactJson& json) {
    return {time_at(json, "time"),   text_at(json, "actor"),
            text_at(json, "action"), sid_at<CommunitySid>(json, "community"),
            text_at(json, "detail"), text_at(json, "id")};
}

std::size_t pair_octets(const TextPairs& pairs) {
    std::size_t sum = 0;
    for (const auto& [name, value] : pairs) sum += name.size() + value.size() + 64;
    return sum;
}

}  // namespace

bool is_vital(const Fact& fact) {
    return std::visit(
        OnFact{[](const CallFact& call) { return call.record && is_final(call.record->status); },
               [](const ExchangeFact&) { return false; }, [](const auto&) { return true; }},
        fact);
}

std::size_t size_of(const Fact& fact) {
    constexpr std::size_t kFrame = 1024;  // the values themselves, identifiers, JSON's names
    return kFrame + std::visit(OnFact{[](const CallFact& call) {
                                          std::size_t sum = 0;
                                          for (const auto& line : call.story)
                                              sum += 256 + pair_octets(line.event.detail);
                                          return sum;
                                      },
                                      [](const model::Alert& alert) {
                                          return alert.detail.size() + alert.request_url.size();
                                      },
                                      [](const ExchangeFact& each) {
                                          return each.exchange.url.size() +
                                                 each.exchange.body.size() +
                                                 pair_octets(each.exchange.parameters);
                                      },
                                      [](const AuditEntry& entry) { return entry.detail.size(); }},
                               fact);
}

std::string fact_text(const Fact& fact) {
    const auto json = std::visit([](const auto& each) { return json_of(each); }, fact);
    return json.dump(-1, ' ', false, FactJson::error_handler_t::replace);
}

Result<Fact> read_fact(const std::string& text) {
    try {
        const auto json = FactJson::parse(text);
        const auto kind = text_at(json, "kind");
        if (kind == "call") return call_from(json);
        if (kind == "alert") return alert_from(json);
        if (kind == "exchange") return exchange_from(json);
        if (kind == "audit") return audit_from(json);
        return fail(Errc::parse_error, "not a kind of fact: " + kind);
    } catch (const FactJson::exception& error) {
        return fail(Errc::parse_error, error.what());
    }
}

Result<void> write_fact(Session& session, const Fact& fact) {
    return std::visit(
        OnFact{[&](const CallFact& each) { return CallStore::write(session, each); },
               [&](const model::Alert& each) { return AlertStore::write(session, each); },
               [&](const ExchangeFact& each) { return AlertStore::write(session, each); },
               [&](const AuditEntry& each) { return AuditStore::add(session, each); }},
        fact);
}

}  // namespace skyn3t::store
