#include "http/form.hpp"

#include "base/text.hpp"

namespace skyn3t::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

constexpr bool is_unreserved(char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_escape(std::string& out, char c) {
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[octet >> 4];
    out += kHex[octet & 0x0f];
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char low = to_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

enum class Plus { literal, space };

std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

std::string encode_component(std::string_view text) {
    std::string out;
    for (const char c : text) {
        // WHATWG URL, section 5.2: "*" stays and "~" is escaped, unlike in RFC 3986.
        if (c == ' ')
            out += '+';
        else if (c == '*' || (is_unreserved(c) && c != '~'))
            out += c;
        else
            append_escape(out, c);
    }
    return out;
}

Result<std::string> decode_component(std::string_view text) {
    auto decoded = decode(text, Plus::space);
    if (!decoded) return fail(Errc::parse_error, "broken percent escape in " + quoted(text, 60));
    if (decoded->find('\0') != std::string::npos || !is_valid_utf8(*decoded))
        return fail(Errc::parse_error, "not UTF-8 text: " + quoted(*decoded, 60));
    return std::move(*decoded);
}

}  // namespace

std::optional<std::string_view> Params::find(std::string_view name) const {
    for (const auto& [key, value] : pairs_)
        if (key == name) return value;
    return std::nullopt;
}

std::vector<std::string_view> Params::find_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : pairs_)
        if (key == name) values.emplace_back(value);
    return values;
}

std::string encode_form(const Params& params) {
    std::string out;
    for (const auto& [name, value] : params) {
        if (!out.empty()) out += '&';
        out += encode_component(name);
        out += '=';
        out += encode_component(value);
    }
    return out;
}

Result<Params> parse_form(std::string_view text, const FormLimits& limits) {
    if (text.size() > limits.octets) return fail(Errc::too_large, "form is too long");
    Params params;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (pair.empty()) continue;
        if (params.size() == limits.pairs)
            return fail(Errc::too_large, "form has too many parameters");

        const auto equals = pair.find('=');
        auto name = decode_component(pair.substr(0, equals));
        if (!name) return tl::unexpected(name.error());
        auto value = decode_component(equals == std::string_view::npos ? std::string_view{}
                                                                       : pair.substr(equals + 1));
        if (!value) return tl::unexpected(value.error());
        params.add(std::move(*name), std::move(*value));
    }
    return params;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c))
            out += c;
        else
            append_escape(out, c);
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    return decode(text, Plus::literal);
}

}  // namespace skyn3t::http
