#include "rest/alert_json.hpp"

#include <fmt/format.h>

namespace skyn3t::rest {
namespace {

PageCursor cursor_of(const model::Alert& alert) { return {alert.time, alert.sid.str()}; }

}  // namespace

Checked<AlertPage> find_alerts(const CallContext& context, const Caller& caller, PageRequest page,
                               store::AlertFilter filter) {
    const auto& start = page.before ? page.before : page.after;
    if (start) filter.from = store::AlertFilter::Cursor{start->time, start->sid};
    filter.newer = page.before.has_value();
    filter.limit = page.wanted();
    store::AlertStore& alerts = context.calls.alerts;
    auto found =
        caller.community ? alerts.list(*caller.community, filter) : alerts.list_all(filter);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    const PageEnds ends = cut_page(page, *found, cursor_of);
    return AlertPage{std::move(page), ends, std::move(*found)};
}

Checked<model::Alert> find_alert(const CallContext& context, const http::Request& request) {
    const auto sid = AlertSid::parse(request.path_value("Sid"));
    if (!sid) return refuse(20404);
    const auto found = context.calls.alerts.find_any(*sid);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    if (!*found || !caller_of(request).sees((*found)->community)) return refuse(20404);
    return **found;
}

Checked<std::optional<model::Exchange>> exchange_of(const CallContext& context,
                                                    const model::Alert& alert) {
    std::optional<model::Exchange> nearest;
    if (alert.request_url.empty()) return nearest;
    auto found = context.calls.alerts.exchanges(alert.community, alert.call);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    // The last one before it: its answer is what the alert is about.
    for (auto& exchange : *found)
        if (exchange.url == alert.request_url && exchange.time <= alert.time)
            nearest = std::move(exchange);
    return nearest;
}

std::string alert_text(const model::Alert& alert) {
    const bool is_error = model::level_of(alert.code) == model::AlertLevel::error;
    http::Params pairs{{"Msg", alert.detail},
                       {"ErrorCode", std::to_string(alert.code)},
                       {"LogLevel", is_error ? "ERROR" : "WARN"}};
    if (!alert.request_url.empty()) pairs.add("url", alert.request_url);
    return http::encode_form(pairs);
}

std::string more_info(int twilio_code) {
    return fmt::format("https://www.twilio.com/docs/errors/{}", twilio_code);
}

std::string variables_of(const model::Exchange& exchange) {
    http::Params pairs;
    for (const auto& [name, value] : exchange.parameters) pairs.add(name, value);
    return http::encode_form(pairs);
}

Checked<std::optional<WallTime>> read_date(const http::Params& query, std::string_view name,
                                           bool day_included) {
    const auto text = query.find(name);
    if (!text || text->empty()) return std::nullopt;
    const auto date = parse_date(*text);
    if (!date)
        return refuse(20422, fmt::format("{} must be YYYY-MM-DD or an ISO 8601 time in UTC", name));
    if (!day_included) return date->time;
    return date->time + (date->is_day ? std::chrono::hours(24) : milliseconds(1));
}

}  // namespace skyn3t::rest
