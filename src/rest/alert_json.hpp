#pragma once

#include <optional>
#include <string_view>

#include "model/alert.hpp"
#include "model/exchange.hpp"
#include "rest/call_api.hpp"
#include "rest/paging.hpp"

// What Notifications and Monitor's Alerts have in common: the same rows in two forms.
namespace skyn3t::rest {

// A page of alerts of whom the caller may see, narrowed to `filter`.
struct AlertPage {
    PageRequest page;
    PageEnds ends;
    std::vector<model::Alert> alerts;
};
[[nodiscard]] Checked<AlertPage> find_alerts(const CallContext& context, const Caller& caller,
                                             PageRequest page, store::AlertFilter filter);
// 20404 when there is none, or when it is another community's.
[[nodiscard]] Checked<model::Alert> find_alert(const CallContext& context,
                                               const http::Request& request);
// The request that an alert is about, if it was recorded.
[[nodiscard]] Checked<std::optional<model::Exchange>> exchange_of(const CallContext& context,
                                                                  const model::Alert& alert);

// "Msg=...&ErrorCode=11200&LogLevel=ERROR&url=...".
[[nodiscard]] std::string alert_text(const model::Alert& alert);
[[nodiscard]] std::string more_info(int twilio_code);
[[nodiscard]] std::string variables_of(const model::Exchange& exchange);

// Reads "StartDate", or with `day_included` "EndDate", as the moment that it means.
[[nodiscard]] Checked<std::optional<WallTime>> read_date(const http::Params& query,
                                                         std::string_view name, bool day_included);

}  // namespace skyn3t::rest
