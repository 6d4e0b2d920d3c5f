#include <fmt/format.h>

#include <array>

#include "rest/alert_json.hpp"
#include "rest/monitor_json.hpp"
#include "rest/paging.hpp"
#include "rest/resource_type.hpp"

// Monitor's Alerts, and its Events, which are the audit log (rest-api.md, section 9).
namespace skyn3t::rest {
namespace {

constexpr std::size_t kMaxEvents = 1000;  // the newest of the log that are looked through

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
        for (const auto& alert : found->alerts) items.push_back(show(alert, request));
        return json_response(
            with_meta(page_body(found->page, found->ends, "/v1/Alerts", "alerts", std::move(items)),
                      "alerts", base_of(request)));
    }

    Checked<http::Response> alert(const http::Request& request) const {
        const auto found = find_alert(*context_, request);
        if (!found) return tl::unexpected(found.error());
        const auto exchange = exchange_of(*context_, *found);
        if (!exchange) return tl::unexpected(exchange.error());
        Json body = show(*found, request);
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
            Json event = show(entry, request);
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
                return json_response(show(entry, request));
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

    Checked<std::vector<store::AuditEntry>> entries_for(const http::Request& request) const {
        const Caller& caller = caller_of(request);
        store::AuditStore& audit = context_->resources.services().audit;
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

    template <class Item>
    Json show(const Item& item, const http::Request& request) const {
        return rest::to_json(item, context_->resources.options().account, base_of(request));
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
