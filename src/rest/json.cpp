#include "rest/json.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>

#include "base/text.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {
namespace {

std::tm utc(WallTime time) { return fmt::gmtime(std::chrono::system_clock::to_time_t(time)); }

// `count` digits from `at`; nullopt when they are not digits.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// The years 1900 and 2200. The clock's nanoseconds end in 2262; who says 9999 means for ever.
constexpr std::time_t kEarliest = -2'208'988'800, kLatest = 7'258'118'400;

std::optional<WallTime> to_time(std::tm parts) {
    const std::tm asked = parts;
    const std::time_t seconds = timegm(&parts);
    // timegm() turns the 31st of April into the 1st of May: such a date is refused.
    if (parts.tm_mday != asked.tm_mday || parts.tm_mon != asked.tm_mon ||
        parts.tm_hour != asked.tm_hour)
        return std::nullopt;
    return std::chrono::system_clock::from_time_t(std::clamp(seconds, kEarliest, kLatest));
}

}  // namespace

std::string rfc2822(WallTime time) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", utc(time));
}

std::string iso8601(WallTime time) { return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", utc(time)); }

std::optional<DateFilter> parse_date(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    std::tm parts{};
    parts.tm_year = *year - 1900;
    parts.tm_mon = *month - 1;
    parts.tm_mday = *day;
    const bool is_day = text.size() == 10;
    if (!is_day) {
        const auto hour = digits(text, 11, 2);
        const auto minute = digits(text, 14, 2);
        const auto second = digits(text, 17, 2);
        if (text.size() < 20 || !hour || !minute || !second || text[10] != 'T' ||
            text.back() != 'Z')
            return std::nullopt;
        parts.tm_hour = *hour;
        parts.tm_min = *minute;
        parts.tm_sec = *second;
    }
    const auto time = to_time(parts);
    if (!time) return std::nullopt;
    return DateFilter{*time, is_day};
}

http::Response json_response(const Json& body, int status) {
    http::Response response;
    response.status = status;
    response.content_type = "application/json; charset=utf-8";
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    return response;
}

http::Response error_response(const Error& error, std::string_view path) {
    return refusal_response(refusal_of(error), path);
}

http::Response not_found(std::string_view path) { return refusal_response({20404}, path); }

bool is_true(std::optional<std::string_view> parameter) {
    return parameter && iequals(*parameter, "true");
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace skyn3t::rest
