#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>

#include "base/text.hpp"
#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using model::Direction;
using store::CallUsage;

using Day = std::int64_t;  // since 1970, UTC
constexpr Day kDaySeconds = 86400;

// How a list divides time; `total` is one record for all of it.
enum class Period { total, daily, monthly, yearly };
struct UsageList {
    std::string_view path;  // "" or "/Daily"
    Period period;
};
constexpr UsageList kUsageLists[]{
    {"", Period::total},           {"/AllTime", Period::total},   {"/Today", Period::total},
    {"/Yesterday", Period::total}, {"/ThisMonth", Period::total}, {"/LastMonth", Period::total},
    {"/Daily", Period::daily},     {"/Monthly", Period::monthly}, {"/Yearly", Period::yearly}};

struct Category {
    std::string_view name, description;
    bool (*counts)(const CallUsage&);
};
bool is_inbound(const CallUsage& usage) { return usage.direction == Direction::inbound; }
constexpr Category kCategories[]{
    {"calls", "Voice Minutes", [](const CallUsage&) { return true; }},
    {"calls-inbound", "Inbound Voice Minutes",
     [](const CallUsage& usage) { return is_inbound(usage) && !usage.is_sip; }},
    {"calls-outbound", "Outbound Voice Minutes",
     [](const CallUsage& usage) { return !is_inbound(usage) && !usage.is_sip; }},
    {"calls-sip", "SIP Minutes", [](const CallUsage& usage) { return usage.is_sip; }},
    {"calls-sip-inbound", "SIP Inbound Minutes",
     [](const CallUsage& usage) { return is_inbound(usage) && usage.is_sip; }},
    {"calls-sip-outbound", "SIP Outbound Minutes",
     [](const CallUsage& usage) { return !is_inbound(usage) && usage.is_sip; }}};

std::tm parts_of(Day day) { return fmt::gmtime(static_cast<std::time_t>(day * kDaySeconds)); }
Day day_of(int year, int month) {  // the first of a month; months may run over
    std::tm parts{};
    parts.tm_year = year;
    parts.tm_mon = month;
    parts.tm_mday = 1;
    return timegm(&parts) / kDaySeconds;
}
std::string text_of(Day day) { return fmt::format("{:%Y-%m-%d}", parts_of(day)); }

// There are no calls of before, nor of the days to come: a list that is asked for them ends there.
constexpr Day kMostDays = 3653;  // ten years

struct Days {
    Day first, last;  // both included
};

// "2026-11-22" or "-30days".
Checked<Day> parse_day(std::string_view name, std::string_view text, Day today) {
    if (const auto date = parse_date(text); date && date->is_day)
        return std::chrono::duration_cast<seconds>(date->time.time_since_epoch()).count() /
               kDaySeconds;
    constexpr std::string_view kDays = "days";
    if (text.ends_with(kDays)) {
        const auto digits = text.substr(0, text.size() - kDays.size());
        Day offset = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), offset);
        if (error == std::errc{} && end == digits.data() + digits.size() && offset <= 0 &&
            offset > -36500)
            return today + offset;
    }
    return refuse(20422, fmt::format("{} must be YYYY-MM-DD or like -30days", name));
}

// What the name of a list says; nothing: what it is asked for.
std::optional<Days> days_of(std::string_view path, Day today) {
    const std::tm now = parts_of(today);
    if (path == "/Today") return Days{today, today};
    if (path == "/Yesterday") return Days{today - 1, today - 1};
    if (path == "/ThisMonth") return Days{day_of(now.tm_year, now.tm_mon), today};
    if (path == "/LastMonth")
        return Days{day_of(now.tm_year, now.tm_mon - 1), day_of(now.tm_year, now.tm_mon) - 1};
    return std::nullopt;
}

// The periods of a range, the newest first; those at its ends are cut to it.
std::vector<Days> periods_in(const Days& range, Period period) {
    std::vector<Days> periods;
    for (Day last = range.last; last >= range.first;) {
        const std::tm at = parts_of(last);
        Day first = range.first;
        if (period == Period::daily) first = last;
        if (period == Period::monthly) first = day_of(at.tm_year, at.tm_mon);
        if (period == Period::yearly) first = day_of(at.tm_year, 0);
        periods.push_back({std::max(first, range.first), last});
        last = first - 1;
    }
    return periods;
}

class UsageApi {
  public:
    UsageApi(SharedContext context, const UsageList& list)
        : context_(std::move(context)), list_(list) {}

    Checked<http::Response> records(const http::Request& request) const {
        const auto range = range_of(request.query);
        if (!range) return tl::unexpected(range.error());
        const auto used = context_->services().usage.calls(caller_of(request).community,
                                                           range->first, range->last + 1);
        if (!used) return tl::unexpected(refusal_of(used.error()));
        Days shown = *range;
        if (is_from_the_beginning(request.query))
            shown.first = used->empty() ? shown.last : used->front().day;
        const auto periods = periods_in(shown, list_.period);
        const auto wanted = request.query.find("Category");
        std::vector<const Category*> categories;
        for (const Category& each : kCategories)
            if (!wanted || iequals(*wanted, each.name)) categories.push_back(&each);
        const auto record = [&](std::size_t i) {
            return to_json(*categories[i % categories.size()], periods[i / categories.size()],
                           *used);
        };
        auto body = whole_list_body(request.query, uri_of(list_.path), "usage_records",
                                    periods.size() * categories.size(), record);
        if (!body) return tl::unexpected(body.error());
        return json_response(*body);
    }

  private:
    Day today() const {
        const auto now = context_->services().clock.wall().time_since_epoch();
        return std::chrono::duration_cast<seconds>(now).count() / kDaySeconds;
    }

    bool is_from_the_beginning(const http::Params& query) const {
        return !days_of(list_.path, today()) && !query.find("StartDate");
    }

    // Ten years when nothing is said. Empty, its last day before its first, when it has none of
    // the days that there can be calls of.
    Checked<Days> range_of(const http::Params& query) const {
        if (const auto fixed = days_of(list_.path, today())) return *fixed;
        const Days possible{today() - kMostDays, today()};
        Days range = possible;
        for (const auto& [name, target] :
             {std::pair("StartDate", &range.first), std::pair("EndDate", &range.last)}) {
            const auto given = query.find(name);
            if (!given) continue;
            const auto day = parse_day(name, *given, today());
            if (!day) return tl::unexpected(day.error());
            *target = *day;
        }
        if (!query.find("StartDate")) range.first = std::min(range.first, range.last);
        if (range.last < range.first) return refuse(20422, "EndDate is before StartDate");
        return Days{std::max(range.first, possible.first), std::min(range.last, possible.last)};
    }

    std::string uri_of(std::string_view path) const {
        return context_->uri(fmt::format("Usage/Records{}.json", path));
    }

    Json to_json(const Category& category, const Days& days,
                 const std::vector<CallUsage>& used) const {
        std::int64_t calls = 0, minutes = 0;
        for (const CallUsage& usage : used) {
            if (usage.day < days.first || usage.day > days.last || !category.counts(usage))
                continue;
            calls += usage.calls;
            minutes += usage.minutes;
        }
        Json others = Json::object();
        constexpr std::pair<std::string_view, std::string_view> kOthers[]{
            {"all_time", "/AllTime"}, {"daily", "/Daily"},          {"last_month", "/LastMonth"},
            {"monthly", "/Monthly"},  {"this_month", "/ThisMonth"}, {"today", "/Today"},
            {"yearly", "/Yearly"},    {"yesterday", "/Yesterday"}};
        for (const auto& [key, path] : kOthers)
            others[std::string(key)] = fmt::format("{}?Category={}", uri_of(path), category.name);
        std::string as_of = iso8601(context_->services().clock.wall());
        as_of.replace(as_of.size() - 1, 1, "+00:00");
        return {{"account_sid", context_->options().account.str()},
                {"api_version", "2010-04-01"},
                {"as_of", as_of},
                {"category", category.name},
                {"count", std::to_string(calls)},
                {"count_unit", "calls"},
                {"description", category.description},
                {"end_date", text_of(days.last)},
                {"price", nullptr},
                {"price_unit", nullptr},
                {"start_date", text_of(days.first)},
                {"subresource_uris", others},
                {"uri", fmt::format("{}?Category={}&StartDate={}&EndDate={}", uri_of(list_.path),
                                    category.name, text_of(days.first), text_of(days.last))},
                {"usage", std::to_string(minutes)},
                {"usage_unit", "minutes"}};
    }

    SharedContext context_;
    const UsageList& list_;
};

}  // namespace

void add_usage_records(http::Router& router, const SharedContext& context) {
    for (const UsageList& list : kUsageLists) {
        const auto api = std::make_shared<const UsageApi>(context, list);  // its handler's
        router.add_sync(
            "GET",
            fmt::format("/2010-04-01/Accounts/{{AccountSid}}/Usage/Records{}.json", list.path),
            answering([api](const http::Request& request) { return api->records(request); }));
    }
}

}  // namespace skyn3t::rest
