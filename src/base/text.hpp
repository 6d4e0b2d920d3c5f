#pragma once

#include <string>
#include <string_view>

// ASCII only, and never the process' locale: protocols are not localised.
namespace skyn3t {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }

constexpr bool iequals(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    return true;
}

constexpr std::string_view trim(std::string_view text, std::string_view space = " \t\r\n") {
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

[[nodiscard]] std::string lower(std::string_view text);
// A peer's text as it may stand in a log line or a terminal: in double quotes, control bytes as
// \xNN, cut after `limit` bytes.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 200);
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace skyn3t
