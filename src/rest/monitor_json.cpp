#include "rest/monitor_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rest/alert_json.hpp"

namespace skyn3t::rest {
namespace {

bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
    std::uint64_t value = 0xcbf29ce484222325u ^ seed;
    for (const char c : text) {
        value ^= static_cast<unsigned char>(c);
        value *= 0x100000001b3u;
    }
    return value;
}

// Of "key SK... 127.0.0.1", as actor_of() says it, the key; else the account.
std::string actor_sid(const store::AuditEntry& entry, const AccountSid& account) {
    constexpr std::string_view kKey = "key ";
    constexpr std::size_t kSidLength = 34;
    if (!entry.actor.starts_with(kKey)) return account.str();
    const std::string rest = entry.actor.substr(kKey.size());
    const std::string sid = rest.substr(0, rest.find(' '));
    const bool is_sid = sid.size() == kSidLength && sid.starts_with("SK") &&
                        std::all_of(sid.begin() + 2, sid.end(), is_lower_hex);
    return is_sid ? sid : account.str();
}

}  // namespace

std::string event_sid(const store::AuditEntry& entry) {
    const std::string text =
        fmt::format("{}\n{}\n{}\n{}\n{}", entry.time.time_since_epoch().count(), entry.actor,
                    entry.action, entry.community.str(), entry.detail);
    return fmt::format("AE{:016x}{:016x}", hash(text, 0), hash(text, 1));
}

Json to_json(const model::Alert& alert, const AccountSid& account, const std::string& base) {
    const std::string time = iso8601(alert.time);
    return {{"sid", alert.sid.str()},
            {"account_sid", account.str()},
            {"resource_sid", text_or_null(alert.call.str())},
            {"service_sid", nullptr},
            {"error_code", std::to_string(alert.code)},
            {"log_level", to_string(model::level_of(alert.code))},
            {"more_info", more_info(alert.code)},
            {"alert_text", alert_text(alert)},
            {"api_version", "2010-04-01"},
            {"request_method", text_or_null(alert.request_method)},
            {"request_url", text_or_null(alert.request_url)},
            {"date_created", time},
            {"date_generated", time},
            {"date_updated", time},
            {"url", fmt::format("{}/v1/Alerts/{}", base, alert.sid.str())}};
}

Json to_json(const store::AuditEntry& entry, const AccountSid& account, const std::string& base) {
    // What changes resources writes JSON; older entries are a line of text.
    Json data = Json::parse(entry.detail, nullptr, false);
    if (!data.is_object()) data = Json{{"detail", entry.detail}};
    const bool is_cli = entry.actor.starts_with("cli");
    const std::string sid = event_sid(entry);
    return {{"sid", sid},
            {"account_sid", account.str()},
            {"actor_sid", actor_sid(entry, account)},
            {"actor_type", is_cli ? "cli" : "account"},
            {"description", entry.actor},
            {"event_type", entry.action},
            {"event_date", iso8601(entry.time)},
            {"event_data", data},
            {"resource_sid", data.contains("sid") ? data["sid"] : Json(nullptr)},
            {"resource_type", entry.action.substr(0, entry.action.find('.'))},
            {"source", is_cli ? "cli" : "api"},
            {"source_ip_address", nullptr},
            {"url", fmt::format("{}/v1/Events/{}", base, sid)},
            {"links", Json::object()}};
}

}  // namespace skyn3t::rest
