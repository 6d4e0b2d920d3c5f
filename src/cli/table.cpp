#include "cli/table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace skyn3t::cli {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};
constexpr std::array kZeroWidth = {Range{0x300, 0x36f}, Range{0x200b, 0x200f},
                                   Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f},
                                   Range{0xfe20, 0xfe2f}};
constexpr std::array kWide = {
    Range{0x1100, 0x115f}, Range{0x2e80, 0xa4cf}, Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe30, 0xfe6f}, Range{0xff00, 0xff60}, Range{0x1f300, 0x1faff}, Range{0x20000, 0x3fffd}};

constexpr std::size_t kGap = 2;     // between two columns
constexpr std::size_t kIndent = 4;  // of a row's further lines

bool is_in(const auto& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](Range range) { return c >= range.first && c <= range.last; });
}

// Calls `visit(code point, its octets)` for each character of valid UTF-8.
void each_character(std::string_view text, auto visit) {
    while (!text.empty()) {
        const auto lead = static_cast<std::uint8_t>(text.front());
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        const std::string_view octets = text.substr(0, length);
        char32_t c = length == 1 ? lead : lead & (0x7fu >> length);
        for (const char next : octets.substr(1))
            c = (c << 6) | (static_cast<std::uint8_t>(next) & 0x3fu);
        visit(c, octets);
        text.remove_prefix(octets.size());
    }
}

}  // namespace

std::size_t display_width(std::string_view text) {
    if (!is_valid_utf8(text)) return text.size();
    std::size_t width = 0;
    each_character(text, [&](char32_t c, std::string_view) {
        width += is_in(kZeroWidth, c) ? 0 : is_in(kWide, c) ? 2 : 1;
    });
    return width;
}

std::string printable(std::string_view text) {
    std::string out;
    if (!is_valid_utf8(text)) {
        for (const char c : text) out += c >= ' ' && c < 0x7f ? c : '?';
        return out;
    }
    each_character(text, [&](char32_t c, std::string_view octets) {
        const bool is_control = c < 0x20 || (c >= 0x7f && c < 0xa0) ||
                                (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        if (is_control)
            out += '?';
        else
            out += octets;
    });
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += printable(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string painted(std::string_view text, Colour colour) {
    const char* code = "";
    switch (colour) {
        case Colour::none:
            return std::string(text);
        case Colour::red:
            code = "31";
            break;
        case Colour::green:
            code = "32";
            break;
        case Colour::yellow:
            code = "33";
            break;
        case Colour::grey:
            code = "90";
            break;
        case Colour::bold:
            code = "1";
            break;
    }
    return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::vector<bool> Table::breaks(const std::vector<std::size_t>& widths, std::size_t width) {
    std::vector<bool> begins_line(widths.size(), false);
    std::size_t at = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::size_t needed = at + (i == 0 ? 0 : kGap) + widths[i];
        begins_line[i] = i > 0 && width > 0 && needed > width;
        at = begins_line[i] ? kIndent + widths[i] : needed;
    }
    return begins_line;
}

std::string Table::text(bool has_colour, std::size_t width) const {
    std::vector<std::vector<Cell>> lines;
    lines.emplace_back();
    for (const auto& title : heading_) lines.front().emplace_back(title, Colour::bold);
    lines.insert(lines.end(), rows_.begin(), rows_.end());

    std::vector<std::size_t> widths(heading_.size(), 0);
    for (auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) {
            line[i].text = printable(line[i].text);
            widths[i] = std::max(widths[i], display_width(line[i].text));
        }
    const auto begins_line = breaks(widths, width);
    std::string out;
    for (const auto& line : lines) {
        std::string padding;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (begins_line[i]) padding = "\n" + std::string(kIndent, ' ');
            out += padding + (has_colour ? painted(line[i].text, line[i].colour) : line[i].text);
            padding = std::string(widths[i] - display_width(line[i].text) + kGap, ' ');
        }
        out += '\n';
    }
    return out;
}

}  // namespace skyn3t::cli
