#include "twiml/sip_target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::twiml {

namespace {

constexpr std::size_t kMaxUri = 255;
constexpr std::size_t kMaxHeaders = 1024;

// RFC 3261 §25.1: unreserved, escapes and what user, host and parameters add; no quotes, brackets
// or blanks.
bool is_uri_character(char c) {
    return is_alpha(c) || is_digit(c) ||
           std::string_view("-_.!~*'()%&=+$,;?/:@[]").find(c) != std::string_view::npos;
}

bool is_token_character(char c) {
    return is_alpha(c) || is_digit(c) ||
           std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
}

bool is_valid_host_port(std::string_view text) {
    std::size_t colon = text.find(':');
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        const auto inside = text.substr(1, close - 1);
        if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return false;
        colon = close + 1 == text.size() ? std::string_view::npos : close + 1;
        if (colon != std::string_view::npos && text[colon] != ':') return false;
    } else {
        const auto host = text.substr(0, std::min(colon, text.size()));
        const auto is_legal = [](char c) {
            return is_alpha(c) || is_digit(c) || c == '-' || c == '.';
        };
        if (host.empty() || !std::all_of(host.begin(), host.end(), is_legal)) return false;
    }
    if (colon == std::string_view::npos) return true;
    const auto port = text.substr(colon + 1);
    unsigned value = 0;
    if (port.empty() || port.size() > 5) return false;
    for (const char c : port) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value >= 1 && value <= 65535;
}

std::optional<std::string> unescape(std::string_view text) {
    const auto nibble = [](char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; };
    const auto is_hex = [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
    };
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
            return std::nullopt;
        result += static_cast<char>(nibble(text[i + 1]) * 16 + nibble(text[i + 2]));
        i += 2;
    }
    return result;
}

// twiml.md, 7.2: X- headers of the author's own, and four others.
bool may_be_set(std::string_view name) {
    const std::string lowered = lower(name);
    if (lowered.starts_with("x-")) return !lowered.starts_with("x-twilio-");
    return lowered == "user-to-user" || lowered == "remote-party-id" ||
           lowered == "p-preferred-identity" || lowered == "p-called-party-id";
}

void parse_headers(std::string_view text, SipTarget& target, const ReportFault& report) {
    if (text.size() >= kMaxHeaders) return report(13253, quoted(text, 60));
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = pair.substr(0, equals);
        const auto value = unescape(pair.substr(std::min(equals + 1, pair.size())));
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) {
            report(32111, quoted(name, 60));
        } else if (!may_be_set(name)) {
            report(32113, quoted(name, 60));
        } else if (!value || !is_valid_utf8(*value) ||
                   std::any_of(value->begin(), value->end(), [](char c) {
                       return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                   })) {
            // Control characters would let a document write headers of its own.
            report(32112, quoted(name, 60));
        } else {
            target.headers.emplace_back(std::string(name), *value);
        }
    }
}

// The URI parameters that mean something to us by their values; others go along as they are.
std::string checked_parameters(std::string_view text, bool secure_scheme,
                               const ReportFault& report) {
    std::string kept = secure_scheme ? ";transport=tls" : "";
    while (!text.empty()) {
        text.remove_prefix(1);  // ';'
        const auto end = std::min(text.find(';'), text.size());
        const auto parameter = text.substr(0, end);
        text.remove_prefix(end);
        const auto equals = std::min(parameter.find('='), parameter.size());
        const auto name = parameter.substr(0, equals);
        const auto value = parameter.substr(std::min(equals + 1, parameter.size()));
        if (iequals(name, "transport")) {
            if (secure_scheme) continue;
            if (!iequals(value, "udp") && !iequals(value, "tcp") && !iequals(value, "tls")) {
                report(32114, "transport=" + quoted(value, 60));
                continue;
            }
        } else if (iequals(name, "secure")) {
            if (!iequals(value, "true") && !iequals(value, "false")) {
                report(32114, "secure=" + quoted(value, 60));
                continue;
            }
        } else if (name.empty()) {
            continue;
        }
        kept.append(";").append(parameter);
    }
    return kept;
}

}  // namespace

std::optional<SipTarget> parse_sip_target(std::string_view text, const ReportFault& report) {
    const auto malformed = [&] {
        report(13243, quoted(text, 80));
        return std::nullopt;
    };
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return malformed();
    const bool secure_scheme = iequals(text.substr(0, colon), "sips");
    if (!secure_scheme && !iequals(text.substr(0, colon), "sip")) return malformed();

    // A '?' may stand in the user part (RFC 3261 §25.1), so headers begin after the host.
    const auto at = text.find('@');
    const std::size_t host_begins = at == std::string_view::npos ? colon + 1 : at + 1;
    const auto question = std::min(text.find('?', host_begins), text.size());
    const std::string_view address = text.substr(0, question);
    if (address.size() >= kMaxUri || !std::all_of(address.begin(), address.end(), is_uri_character))
        return malformed();

    const auto user =
        at == std::string_view::npos ? std::string_view{} : text.substr(colon + 1, at - colon - 1);
    if (at != std::string_view::npos && (user.empty() || !unescape(user))) return malformed();
    const auto semicolon = std::min(address.find(';', host_begins), address.size());
    const auto host_port = address.substr(host_begins, semicolon - host_begins);
    if (!is_valid_host_port(host_port)) return malformed();

    SipTarget target;
    target.uri = "sip:";
    if (at != std::string_view::npos) target.uri.append(user).append("@");
    target.uri.append(host_port);
    target.uri += checked_parameters(address.substr(semicolon), secure_scheme, report);
    parse_headers(text.substr(std::min(question + 1, text.size())), target, report);
    return target;
}

}  // namespace skyn3t::twiml
