#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace skyn3t::rest {

using Json = nlohmann::ordered_json;  // fields in the order of Twilio's documentation

// v2010: "Fri, 18 Oct 2019 17:00:00 +0000"; v1: "2019-10-18T17:00:00Z" (rest-api.md, 1.7).
[[nodiscard]] std::string rfc2822(WallTime time);
[[nodiscard]] std::string iso8601(WallTime time);
// A filter's "2019-10-18" or "2019-10-18T17:00:00Z", in UTC.
struct DateFilter {
    WallTime time;
    bool is_day;  // it names a whole day
};
[[nodiscard]] std::optional<DateFilter> parse_date(std::string_view text);

[[nodiscard]] http::Response json_response(const Json& body, int status = 200);
// By the table of twilio_errors.hpp.
[[nodiscard]] http::Response error_response(const Error& error, std::string_view path = {});
[[nodiscard]] http::Response not_found(std::string_view path);

[[nodiscard]] bool is_true(std::optional<std::string_view> parameter);
[[nodiscard]] Json text_or_null(const std::string& text);

}  // namespace skyn3t::rest
