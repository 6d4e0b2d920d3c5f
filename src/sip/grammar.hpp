#pragma once

#include <array>
#include <cstddef>
#include <string_view>

// Character classes and scanning shared by the parsers of this folder (RFC 3261 §25.1).
namespace skyn3t::sip::grammar {

enum : unsigned char { kToken = 1, kHost = 2, kUserPlain = 4, kUriIllegal = 8, kHex = 16 };

constexpr std::array<unsigned char, 256> make_classes() {
    std::array<unsigned char, 256> table{};
    const auto mark = [&table](std::string_view characters, unsigned char bit) {
        for (const char c : characters) {
            auto& entry = table[static_cast<unsigned char>(c)];
            entry = static_cast<unsigned char>(entry | bit);
        }
    };
    constexpr std::string_view kAlphanumeric =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    mark(kAlphanumeric, kToken | kHost | kUserPlain);
    mark("-.!%*_+`'~", kToken);
    mark("-._", kHost);  // '_' is not in the grammar, but in names that people give to machines
    mark("-_.!~*'()&=+$,;?/", kUserPlain);
    mark("0123456789abcdefABCDEF", kHex);
    for (unsigned c = 0; c <= 0x20; ++c) table[c] = kUriIllegal;
    mark("<>\"\x7f", kUriIllegal);
    return table;
}
inline constexpr std::array<unsigned char, 256> kClasses = make_classes();

constexpr bool is(char c, unsigned char what) {
    return (kClasses[static_cast<unsigned char>(c)] & what) != 0;
}
constexpr bool all(std::string_view text, unsigned char what) {
    for (const char c : text)
        if (!is(c, what)) return false;
    return true;
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr void skip_blanks(std::string_view& text) {
    std::size_t i = 0;
    while (i < text.size() && is_blank(text[i])) ++i;
    text.remove_prefix(i);
}

constexpr std::string_view trimmed(std::string_view text) {
    skip_blanks(text);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// Takes the longest prefix of this class off the text; may be empty.
constexpr std::string_view take(std::string_view& text, unsigned char what) {
    std::size_t i = 0;
    while (i < text.size() && is(text[i], what)) ++i;
    const std::string_view taken = text.substr(0, i);
    text.remove_prefix(i);
    return taken;
}

// With a '"' at text[0]: the position after its closing one, or npos. A backslash hides the next
// octet.
constexpr std::size_t quoted_string_end(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return std::string_view::npos;
}

}  // namespace skyn3t::sip::grammar
