#include "http/event_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

#include "base/text.hpp"

namespace skyn3t::http {

std::string to_string(const EventId& id) { return fmt::format("{}-{}", id.run, id.number); }

std::optional<EventId> parse_event_id(std::string_view text) {
    constexpr std::size_t kLongest = 64;
    const auto dash = text.find('-');
    if (text.size() > kLongest || dash == std::string_view::npos || dash == 0) return std::nullopt;
    const auto run = text.substr(0, dash);
    if (!std::all_of(run.begin(), run.end(), [](char c) { return is_digit(c) || is_alpha(c); }))
        return std::nullopt;
    const auto digits = text.substr(dash + 1);
    EventId id{std::string(run), 0};
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), id.number);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return id;
}

std::string event_text(const EventId& id, std::string_view type, std::string_view data) {
    assert(data.find_first_of("\r\n") == std::string_view::npos);
    return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", to_string(id), type, data);
}

}  // namespace skyn3t::http
