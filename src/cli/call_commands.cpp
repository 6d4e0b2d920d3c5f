#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/story.hpp"

namespace skyn3t::cli {
namespace {

bool is_date(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != 10 && text.size() != kShape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) return false;
    return true;
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

std::optional<std::string> since_time(std::string_view text,
                                      std::chrono::system_clock::time_point now) {
    if (is_date(text)) return std::string(text);
    const auto ago = read_duration(text);
    if (!ago) return std::nullopt;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(now - *ago)));
}

Exit calls(const Session& session) {
    http::Params query{{"PageSize", std::to_string(session.options.limit)}};
    if (session.options.failed) query.add("Failed", "true");
    if (!session.options.community.empty()) query.add("CommunityCode", session.options.community);
    if (!session.options.since.empty()) {
        const auto since = since_time(session.options.since, std::chrono::system_clock::now());
        if (!since) {
            session.environment.err
                << session.say("--since debe ser como 30m, 24h, 7d o 2026-11-22.\n",
                               "--since should look like 30m, 24h, 7d or 2026-11-22.\n");
            return Exit::usage;
        }
        query.add("StartTime>", *since);
    }
    const auto answer = session.api.get(
        "/2010-04-01/Accounts/" + session.api.account() + "/Calls.json", std::move(query));
    if (!answer) return session.print_error(answer.error());
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
