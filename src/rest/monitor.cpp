#include <fmt/format.h>

#include <array>

#include "rest/alert_json.hpp"
#include "rest/paging.hpp"
#include "rest/resource_type.hpp"
#include "store/audit_store.hpp"

// Monitor's Alerts, and its Events, which are the audit log (rest-api.md, section 9).
namespace skyn3t::rest {
namespace {

constexpr std::size_t kMaxEvents = 1000;  // the newest of the log that are looked through

// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
    std::uint64_t value = 0xcbf29ce484222325u ^ seed;
    for (const char c : text) {
        value ^= static_cast<unsigned char>(c);
        value *= 0x100000001b3u;
    }
    return value;
}

// An entry of the audit has no SID of its own: what it says makes one.
std::string event_sid(const store::AuditEntry& entry) {
    const std::string text =
        fmt::format("{}\n{}\n{}\n{}\n{}", entry.time.time_since_epoch().count(), entry.actor,
                    entry.action, entry.community.str(), entry.detail);
    return fmt::format("AE{:016x}{:016x}", hash(text, 0), hash(text, 1));
}

// "api AC...": the SID of an account or a key in it; else the account's.
std::string actor_sid(const store::AuditEntry& entry, const AccountSid& account) {
    const auto space = entry.actor.rfind(' ');
    const auto last = space == std::string::npos ? entry.actor : entry.actor.substr(space + 1);
    const bool is_sid = last.size() == 34 && (last.starts_with("AC") || last.starts_with("SK"));
    return is_sid ? last : account.str();
}

class Monitor {
  public:
    explicit Monitor(SharedCallContext context) : context_(std::move(context)) {}

    Checked<http::Response> alerts(const http::Request& request) const {
        auto page = parse_page(request.query);
        if (!page) return tl::unexpected(page.error());
        store::AlertFilter filter;
        if (auto read = read_alert_filter(page->filters, filter); !read)
            return tl::unexpected(read.error());
        const auto found =
            find_alerts(*context_, caller_of(request), std::move(*page), std::move(filter));
        if (!found) return tl::unexpected(found.error());
        Json items = Json::array();
        for (const auto& alert : found->alerts) items.push_back(show(alert, base_of(request)));
        return json_response(
            with_meta(page_body(found->page, found->ends, "/v1/Alerts", "alerts", std::move(items)),
                      "alerts", base_of(request)));
    }

    Checked<http::Response> alert(const http::Request& request) const {
        const auto found = find_alert(*context_, request);
        if (!found) return tl::unexpected(found.error());
        const auto exchange = exchange_of(*context_, *found);
        if (!exchange) return tl::unexpected(exchange.error());
        Json body = show(*found, base_of(request));
        body["request_variables"] = *exchange ? Json(variables_of(**exchange)) : Json(nullptr);
        body["request_headers"] = nullptr;
        body["response_headers"] = nullptr;
        body["response_body"] = *exchange ? Json((*exchange)->body) : Json(nullptr);
        return json_response(body);
    }

    Checked<http::Response> events(const http::Request& request) const {
        const auto entries = entries_for(request);
        if (!entries) return tl::unexpected(entries.error());
        const auto since = read_date(request.query, "StartDate", false);
        if (!since) return tl::unexpected(since.error());
        const auto before = read_date(request.query, "EndDate", true);
        if (!before) return tl::unexpected(before.error());
        std::vector<Json> items;
        for (const auto& entry : *entries) {
            if ((*since && entry.time < **since) || (*before && entry.time >= **before)) continue;
            Json event = show(entry, base_of(request));
            if (is_wanted(event, request.query)) items.push_back(std::move(event));
        }
        auto body = whole_list_body(request.query, "/v1/Events", "events", items);
        if (!body) return tl::unexpected(body.error());
        return json_response(with_meta(std::move(*body), "events", base_of(request)));
    }

    Checked<http::Response> event(const http::Request& request) const {
        const auto entries = entries_for(request);
        if (!entries) return tl::unexpected(entries.error());
        for (const auto& entry : *entries)
            if (event_sid(entry) == request.path_value("Sid"))
                return json_response(show(entry, base_of(request)));
        return refuse(20404);
    }

  private:
    std::string base_of(const http::Request& request) const {
        return context_->resources.base_of(request);
    }

    static Checked<void> read_alert_filter(const http::Params& query, store::AlertFilter& filter) {
        const auto since = read_date(query, "StartDate", false);
        if (!since) return tl::unexpected(since.error());
        const auto before = read_date(query, "EndDate", true);
        if (!before) return tl::unexpected(before.error());
        filter.since = *since;
        filter.before = *before;
        const auto level = query.find("LogLevel");
        if (!level) return {};
        if (*level == "error") {
            filter.level = model::AlertLevel::error;
        } else if (*level == "warning") {
            filter.level = model::AlertLevel::warning;
        } else if (*level == "notice" || *level == "debug") {
            filter.before = WallTime{};  // there are none of these here
        } else {
            return refuse(20422, "LogLevel must be error, warning, notice or debug");
        }
        return {};
    }

    Json show(const model::Alert& alert, const std::string& base) const {
        const std::string time = iso8601(alert.time);
        return {{"sid", alert.sid.str()},
                {"account_sid", context_->resources.options().account.str()},
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

    Checked<std::vector<store::AuditEntry>> entries_for(const http::Request& request) const {
        const Caller& caller = caller_of(request);
        store::AuditStore& audit = context_->calls.audit;
        auto found = caller.community ? audit.list(*caller.community, kMaxEvents)
                                      : audit.list_all(kMaxEvents);
        if (!found) return tl::unexpected(refusal_of(found.error()));
        return std::move(*found);
    }

    static bool is_wanted(const Json& event, const http::Params& query) {
        constexpr std::array<std::pair<const char*, const char*>, 4> kFilters{
            {{"ActorSid", "actor_sid"},
             {"EventType", "event_type"},
             {"ResourceSid", "resource_sid"},
             {"SourceIpAddress", "source_ip_address"}}};
        for (const auto& [parameter, property] : kFilters) {
            const auto wanted = query.find(parameter);
            if (!wanted || wanted->empty()) continue;
            const Json& value = event[property];
            if (!value.is_string() || value.get<std::string>() != *wanted) return false;
        }
        return true;
    }

    Json show(const store::AuditEntry& entry, const std::string& base) const {
        // What changes resources writes JSON; older entries are a line of text.
        Json data = Json::parse(entry.detail, nullptr, false);
        if (!data.is_object()) data = Json{{"detail", entry.detail}};
        const bool is_cli = entry.actor.starts_with("cli");
        const std::string sid = event_sid(entry);
        return {{"sid", sid},
                {"account_sid", context_->resources.options().account.str()},
                {"actor_sid", actor_sid(entry, context_->resources.options().account)},
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

    SharedCallContext context_;
};

}  // namespace

void add_monitor(http::Router& router, const SharedCallContext& context) {
    const auto shared = std::make_shared<const Monitor>(context);  // by its handlers
    const auto add = [&](std::string_view path,
                         Checked<http::Response> (Monitor::*handle)(const http::Request&) const) {
        router.add_sync("GET", path, answering([shared, handle](const http::Request& request) {
                            return ((*shared).*handle)(request);
                        }));
    };
    add("/v1/Alerts", &Monitor::alerts);
    add("/v1/Alerts/{Sid}", &Monitor::alert);
    add("/v1/Events", &Monitor::events);
    add("/v1/Events/{Sid}", &Monitor::event);
}

}  // namespace skyn3t::rest
