#include <fmt/format.h>

#include "rest/alert_json.hpp"
#include "rest/resource_type.hpp"

// Notifications of calls, and the requests that a call made (rest-api.md, 5.5).
namespace skyn3t::rest {
namespace {

class Notifications {
  public:
    explicit Notifications(SharedCallContext context) : context_(std::move(context)) {}

    Checked<http::Response> list(const http::Request& request) const {
        return page_of(request, {}, "Notifications.json");
    }

    Checked<http::Response> list_of_call(const http::Request& request) const {
        const auto call = find_call(request);
        if (!call) return tl::unexpected(call.error());
        store::AlertFilter filter;
        filter.call = call->sid;
        return page_of(request, filter,
                       fmt::format("Calls/{}/Notifications.json", call->sid.str()));
    }

    Checked<http::Response> fetch(const http::Request& request) const {
        const auto alert = find_alert(*context_, request);
        if (!alert) return tl::unexpected(alert.error());
        if (const auto call = request.path_values.find("CallSid");
            call != request.path_values.end() && call->second != alert->call.str())
            return refuse(20404);
        const auto exchange = exchange_of(*context_, *alert);
        if (!exchange) return tl::unexpected(exchange.error());
        Json body = show(*alert);
        body["request_variables"] = *exchange ? Json(variables_of(**exchange)) : Json(nullptr);
        body["response_headers"] = nullptr;
        body["response_body"] = *exchange ? Json((*exchange)->body) : Json(nullptr);
        return json_response(body);
    }

    Checked<http::Response> events(const http::Request& request) const {
        const auto call = find_call(request);
        if (!call) return tl::unexpected(call.error());
        const auto found = context_->calls.alerts.exchanges(call->community, call->sid);
        if (!found) return tl::unexpected(refusal_of(found.error()));
        std::vector<Json> items;
        for (const auto& exchange : *found) items.push_back(show(exchange));
        auto body = whole_list_body(
            request.query,
            context_->resources.uri(fmt::format("Calls/{}/Events.json", call->sid.str())), "events",
            items);
        if (!body) return tl::unexpected(body.error());
        return json_response(*body);
    }

  private:
    Checked<model::CallRecord> find_call(const http::Request& request) const {
        const auto sid = CallSid::parse(request.path_value("CallSid"));
        if (!sid) return refuse(20404);
        const auto call = context_->resources.services().calls.find_any(*sid);
        if (!call) return tl::unexpected(refusal_of(call.error()));
        if (!*call || !caller_of(request).sees((*call)->community)) return refuse(20404);
        return **call;
    }

    Checked<http::Response> page_of(const http::Request& request, store::AlertFilter filter,
                                    const std::string& path) const {
        auto page = parse_page(request.query);
        if (!page) return tl::unexpected(page.error());
        if (auto read = read_filter(page->filters, filter); !read)
            return tl::unexpected(read.error());
        const auto found =
            find_alerts(*context_, caller_of(request), std::move(*page), std::move(filter));
        if (!found) return tl::unexpected(found.error());
        Json items = Json::array();
        for (const auto& alert : found->alerts) items.push_back(show(alert));
        return json_response(page_body(found->page, found->ends, context_->resources.uri(path),
                                       "notifications", std::move(items)));
    }

    static Checked<void> read_filter(const http::Params& query, store::AlertFilter& filter) {
        if (const auto log = query.find("Log"))
            filter.level = *log == "0" ? model::AlertLevel::error : model::AlertLevel::warning;
        for (const char* name : {"MessageDate", "MessageDate>", "MessageDate<"}) {
            const std::string_view which(name);
            const auto from = read_date(query, which, false);
            const auto until = read_date(query, which, true);
            if (!from || !until) return tl::unexpected(from ? until.error() : from.error());
            if (*from && !which.ends_with('<')) filter.since = **from;
            if (*until && !which.ends_with('>')) filter.before = **until;
        }
        return {};
    }

    Json show(const model::Alert& alert) const {
        const bool is_error = model::level_of(alert.code) == model::AlertLevel::error;
        const std::string time = rfc2822(alert.time);
        return {{"sid", alert.sid.str()},
                {"account_sid", context_->resources.options().account.str()},
                {"call_sid", text_or_null(alert.call.str())},
                {"api_version", "2010-04-01"},
                {"log", is_error ? "0" : "1"},
                {"error_code", std::to_string(alert.code)},
                {"more_info", more_info(alert.code)},
                {"message_text", alert_text(alert)},
                {"message_date", time},
                {"request_url", text_or_null(alert.request_url)},
                {"request_method", text_or_null(alert.request_method)},
                {"date_created", time},
                {"date_updated", time},
                {"uri",
                 context_->resources.uri(fmt::format("Notifications/{}.json", alert.sid.str()))}};
    }

    static Json show(const model::Exchange& exchange) {
        Json parameters = Json::object();
        for (const auto& [name, value] : exchange.parameters) parameters[name] = value;
        const bool has_answer = exchange.status != 0;
        return {
            {"request",
             {{"method", exchange.method}, {"url", exchange.url}, {"parameters", parameters}}},
            {"response",
             {{"response_code", has_answer ? Json(exchange.status) : Json(nullptr)},
              {"request_duration", exchange.duration.count()},
              {"content_type", text_or_null(exchange.content_type)},
              {"response_body", has_answer ? Json(exchange.body) : Json(nullptr)},
              {"error_code", exchange.error_code == 0 ? Json(nullptr) : Json(exchange.error_code)},
              {"date_created", rfc2822(exchange.time)}}}};
    }

    SharedCallContext context_;
};

}  // namespace

void add_notifications(http::Router& router, const SharedCallContext& context) {
    const auto shared = std::make_shared<const Notifications>(context);  // by its handlers
    const auto add = [&](std::string_view path, Checked<http::Response> (Notifications::*handle)(
                                                    const http::Request&) const) {
        router.add_sync("GET", fmt::format("/2010-04-01/Accounts/{{AccountSid}}/{}", path),
                        answering([shared, handle](const http::Request& request) {
                            return ((*shared).*handle)(request);
                        }));
    };
    add("Notifications.json", &Notifications::list);
    add("Notifications/{Sid}.json", &Notifications::fetch);
    add("Calls/{CallSid}/Notifications.json", &Notifications::list_of_call);
    add("Calls/{CallSid}/Notifications/{Sid}.json", &Notifications::fetch);
    add("Calls/{CallSid}/Events.json", &Notifications::events);
}

}  // namespace skyn3t::rest
