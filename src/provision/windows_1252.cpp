#include "provision/windows_1252.hpp"

#include <array>

namespace skyn3t::provision {
namespace {

// https://encoding.spec.whatwg.org/index-windows-1252.txt, 0x80 to 0x9f; 0: no character.
constexpr std::array<char16_t, 32> kSpecial{
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// Every character of the table is below U+10000.
void append_utf8(std::string& out, unsigned c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

}  // namespace

std::optional<std::string> from_windows_1252(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char each : text) {
        unsigned c = static_cast<unsigned char>(each);
        if (c >= 0x80 && c < 0xa0) c = kSpecial[c - 0x80];
        if (c == 0) return std::nullopt;
        append_utf8(out, c);
    }
    return out;
}

}  // namespace skyn3t::provision
