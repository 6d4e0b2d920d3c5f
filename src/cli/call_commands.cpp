#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <tuple>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/story.hpp"

namespace skyn3t::cli {
namespace {

// "d" stands for a digit.
bool has_shape(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
    return true;
}

bool is_date(std::string_view text) {
    return has_shape(text, "dddd-dd-dd") || has_shape(text, "dddd-dd-ddTdd:dd:ddZ");
}

std::string story_path(const std::string& call) {
    return "/v1/Calls/" + http::percent_encode(call) + "/Events";
}

}  // namespace

std::optional<std::chrono::minutes> read_duration(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    unsigned count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() - 1 || count > 100'000)
        return std::nullopt;
    switch (text.back()) {
        case 'm':
            return std::chrono::minutes(count);
        case 'h':
            return std::chrono::hours(count);
        case 'd':
            return std::chrono::hours(24) * count;
        default:
            return std::nullopt;
    }
}

namespace {

std::string utc_text(std::time_t time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(time));
}

// "14:30": the last time that the clock here showed it; "2026-11-22 14:30": that day.
std::optional<std::string> local_moment(std::string_view text,
                                        std::chrono::system_clock::time_point now) {
    const bool has_day = has_shape(text, "dddd-dd-dd dd:dd");
    if (!has_day && !has_shape(text, "dd:dd")) return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        std::from_chars(text.data() + at, text.data() + at + length, value);
        return value;
    };
    const std::time_t present = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    localtime_r(&present, &parts);
    if (has_day) {
        parts.tm_year = number(0, 4) - 1900;
        parts.tm_mon = number(5, 2) - 1;
        parts.tm_mday = number(8, 2);
    }
    parts.tm_hour = number(text.size() - 5, 2);
    parts.tm_min = number(text.size() - 2, 2);
    parts.tm_sec = 0;
    parts.tm_isdst = -1;
    const bool is_moment = parts.tm_hour < 24 && parts.tm_min < 60 && parts.tm_mon < 12 &&
                           parts.tm_mday >= 1 && parts.tm_mday <= 31;
    if (!is_moment) return std::nullopt;
    std::tm earlier = parts;
    const std::time_t moment = std::mktime(&parts);
    if (has_day || moment <= present) return utc_text(moment);
    --earlier.tm_mday;
    return utc_text(std::mktime(&earlier));
}

}  // namespace

std::optional<std::string> since_time(std::string_view text,
                                      std::chrono::system_clock::time_point now) {
    if (is_date(text)) return std::string(text);
    if (const auto ago = read_duration(text))
        return utc_text(std::chrono::system_clock::to_time_t(now - *ago));
    return local_moment(text, now);
}

bool add_times(const Session& session, http::Params& query, const char* since, const char* until) {
    const auto now = std::chrono::system_clock::now();
    const auto& options = session.options;
    for (const auto& [given, option, name] :
         {std::tuple(&options.since, "--since", since), {&options.until, "--until", until}}) {
        if (given->empty()) continue;
        const auto time = since_time(*given, now);
        if (!time) {
            session.environment.err << fmt::format(
                fmt::runtime(session.say(
                    "{} debe ser como 30m, 24h, 7d, 14:30, 2026-11-22 o «2026-11-22 14:30».\n",
                    "{} should look like 30m, 24h, 7d, 14:30, 2026-11-22 or \"2026-11-22 "
                    "14:30\".\n")),
                option);
            return false;
        }
        query.add(name, *time);
    }
    return true;
}

Exit calls(const Session& session) {
    const auto& options = session.options;
    http::Params query{{"PageSize", std::to_string(options.limit)}};
    if (options.failed) query.add("Failed", "true");
    if (options.refused) query.add("Refused", "true");
    if (!options.number.empty()) query.add("Number", options.number);
    if (!options.community.empty()) query.add("CommunityCode", options.community);
    if (!options.verifications) query.add("Verifications", "false");
    if (!add_times(session, query, "StartTime>", "StartTime<")) return Exit::usage;
    if (session.api.account().empty()) {
        session.environment.err << session.say(
            "Con una clave hace falta también la cuenta: defina SKYN3T_ACCOUNT_SID (AC...).\n",
            "With a key the account is needed, too: set SKYN3T_ACCOUNT_SID (AC...).\n");
        return Exit::failed;
    }
    const auto answer = session.api.get(
        "/2010-04-01/Accounts/" + session.api.account() + "/Calls.json", std::move(query));
    if (!answer) return print_missing(session, answer.error(), options.community);
    return session.print(*answer, render_calls(list_of(*answer, "calls"), session.style()));
}

Exit call(const Session& session) {
    const auto answer = session.api.get(story_path(session.options.sid));
    if (!answer && answer.error().status == 404)
        return session.print_error(
            {fmt::format(
                 fmt::runtime(session.say("No hay una llamada {}. Las últimas: skyn3t calls",
                                          "There is no call {}. The last ones: skyn3t "
                                          "calls")),
                 session.options.sid),
             404, answer.error().body});
    if (!answer) return session.print_error(answer.error());
    // A dialled leg alone tells little: what people look for is the call that it belongs to.
    const std::string parent = text_of(object_of(*answer, "call"), "parent_call_sid");
    if (!parent.empty()) {
        const auto whole = session.api.get(story_path(parent));
        if (whole) return session.print(*whole, render_story(*whole, session.style()));
    }
    return session.print(*answer, render_story(*answer, session.style()));
}

}  // namespace skyn3t::cli
