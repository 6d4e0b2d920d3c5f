#include "sip/uri.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"
#include "model/telephone_subscriber.hpp"
#include "sip/grammar.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kMaxUri = 1024;

enum class ParamStep { end, param, malformed };

ParamStep step(std::string_view& rest, Param& out) {
    grammar::skip_blanks(rest);
    if (rest.empty()) return ParamStep::end;
    if (rest.front() != ';') {  // junk: skip to the next ';'
        const auto next = rest.find(';');
        rest.remove_prefix(next == std::string_view::npos ? rest.size() : next);
        return ParamStep::malformed;
    }
    rest.remove_prefix(1);
    grammar::skip_blanks(rest);
    if (rest.empty()) return ParamStep::end;  // a ';' at the very end, as some phones write it
    std::size_t i = 0;
    while (i < rest.size() && rest[i] != '=' && rest[i] != ';' && !grammar::is_blank(rest[i])) ++i;
    out = {rest.substr(0, i), {}};
    rest.remove_prefix(i);
    grammar::skip_blanks(rest);
    if (rest.empty() || rest.front() != '=')
        return out.name.empty() ? ParamStep::malformed : ParamStep::param;
    rest.remove_prefix(1);
    grammar::skip_blanks(rest);
    std::size_t end = 0;
    if (!rest.empty() && rest.front() == '"') {
        end = grammar::quoted_string_end(rest);
        if (end == std::string_view::npos) {
            rest = {};
            return ParamStep::malformed;
        }
    } else {
        while (end < rest.size() && rest[end] != ';' && !grammar::is_blank(rest[end])) ++end;
    }
    out.value = rest.substr(0, end);
    rest.remove_prefix(end);
    return out.name.empty() ? ParamStep::malformed
                            : ParamStep::param;  // "name=" has an empty value
}

Result<std::uint16_t> parse_port(std::string_view digits) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535)
        return fail(Errc::invalid_argument, "URI with a bad port");
    return static_cast<std::uint16_t>(port);
}

// The text has no octet that needs escaping in any URI, and every '%' is followed by two digits.
bool has_legal_characters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (grammar::is(text[i], grammar::kUriIllegal)) return false;
        if (text[i] != '%') continue;
        if (i + 2 >= text.size() || !grammar::is(text[i + 1], grammar::kHex) ||
            !grammar::is(text[i + 2], grammar::kHex))
            return false;
    }
    return true;
}

// host [":" port], up to the parameters; leaves them in `rest`.
Result<void> parse_host_port(std::string_view& rest, UriView& uri) {
    if (!rest.empty() && rest.front() == '[') {
        const auto close = rest.find(']');
        if (close == std::string_view::npos)
            return fail(Errc::invalid_argument, "URI with an open IPv6 reference");
        uri.is_ipv6 = true;
        uri.host = rest.substr(1, close - 1);
        if (uri.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos ||
            uri.host.find(':') == std::string_view::npos)
            return fail(Errc::invalid_argument, "URI with a bad IPv6 reference");
        rest.remove_prefix(close + 1);
    } else {
        uri.host = grammar::take(rest, grammar::kHost);
    }
    if (uri.host.empty()) return fail(Errc::invalid_argument, "URI without a host");
    if (!rest.empty() && rest.front() == ':') {
        rest.remove_prefix(1);
        std::size_t digits = 0;
        while (digits < rest.size() && is_digit(rest[digits])) ++digits;
        const auto port = parse_port(rest.substr(0, digits));
        if (!port) return tl::unexpected(port.error());
        uri.port = *port;
        rest.remove_prefix(digits);
    }
    if (!rest.empty() && rest.front() != ';' && rest.front() != '?')
        return fail(Errc::invalid_argument, "URI with a bad host");
    return {};
}

Result<void> parse_sip(std::string_view rest, UriView& uri) {
    // '@' must be escaped everywhere else, while ';' and '?' may be part of the user (RFC 4475
    // §3.1.1.9).
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        uri.user = rest.substr(0, at);
        if (const auto colon = uri.user.find(':'); colon != std::string_view::npos) {
            uri.password = uri.user.substr(colon + 1);
            uri.user = uri.user.substr(0, colon);
        }
        if (uri.user.empty()) return fail(Errc::invalid_argument, "URI with an empty user");
        rest.remove_prefix(at + 1);
    }
    if (auto host = parse_host_port(rest, uri); !host) return host;
    const auto question = rest.find('?');
    uri.params = Params(rest.substr(0, question));
    if (question != std::string_view::npos) uri.headers = rest.substr(question + 1);
    return {};
}

int hex_value(char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; }

std::string without_visual_separators(std::string_view number) {
    std::string result;
    for (const char c : number)
        if (std::string_view("-.()").find(c) == std::string_view::npos) result += to_lower(c);
    return result;
}

// RFC 3261 §19.1.4: these count even when only one side has them; any other only when both do.
constexpr std::string_view kAlwaysCompared[] = {"user", "ttl", "method", "maddr", "transport"};

bool params_equivalent(const Params& a, const Params& b) {
    for (const auto name : kAlwaysCompared)
        if (a.has(name) != b.has(name)) return false;
    std::string_view rest = a.text();
    while (const auto param = Params::next(rest)) {
        const auto other = b.find(param->name);
        if (other && !iequals(unescaped(*other), unescaped(param->value))) return false;
    }
    return true;
}

std::optional<std::string_view> find_uri_header(std::string_view headers, std::string_view name) {
    while (!headers.empty()) {
        const auto one = headers.substr(0, headers.find('&'));
        headers.remove_prefix(std::min(headers.size(), one.size() + 1));
        const auto equals = one.find('=');
        if (iequals(one.substr(0, equals), name))
            return equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1);
    }
    return std::nullopt;
}

// Every header of `a` stands in `b` with an equal value.
bool uri_headers_within(std::string_view a, std::string_view b) {
    while (!a.empty()) {
        const auto one = a.substr(0, a.find('&'));
        a.remove_prefix(std::min(a.size(), one.size() + 1));
        const auto equals = one.find('=');
        const auto value =
            equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1);
        const auto other = find_uri_header(b, one.substr(0, equals));
        if (!other || unescaped(*other) != unescaped(value)) return false;
    }
    return true;
}

}  // namespace

std::optional<Param> Params::next(std::string_view& rest) {
    Param param;
    for (;;) {
        switch (step(rest, param)) {
            case ParamStep::end:
                return std::nullopt;
            case ParamStep::param:
                return param;
            case ParamStep::malformed:
                break;
        }
    }
}

std::optional<std::string_view> Params::find(std::string_view name) const {
    std::string_view rest = text_;
    while (const auto param = next(rest))
        if (iequals(param->name, name)) return param->value;
    return std::nullopt;
}

bool Params::well_formed() const {
    std::string_view rest = text_;
    Param param;
    for (;;) {
        switch (step(rest, param)) {
            case ParamStep::end:
                return true;
            case ParamStep::malformed:
                return false;
            case ParamStep::param:
                break;
        }
    }
}

Result<UriView> UriView::parse(std::string_view text) {
    if (text.size() > kMaxUri) return fail(Errc::invalid_argument, "URI longer than 1024 octets");
    UriView uri;
    uri.text = text;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_alpha(text.front()))
        return fail(Errc::invalid_argument, "URI without a scheme");
    uri.scheme_name = text.substr(0, colon);
    for (const char c : uri.scheme_name)
        if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return fail(Errc::invalid_argument, "URI without a scheme");
    if (!has_legal_characters(text))
        return fail(Errc::invalid_argument, "URI with an illegal character or escape");
    const std::string_view rest = text.substr(colon + 1);
    if (iequals(uri.scheme_name, "sip") || iequals(uri.scheme_name, "sips")) {
        uri.scheme = uri.scheme_name.size() == 3 ? Scheme::sip : Scheme::sips;
        if (const auto parsed = parse_sip(rest, uri); !parsed)
            return tl::unexpected(parsed.error());
    } else if (iequals(uri.scheme_name, "tel")) {
        uri.scheme = Scheme::tel;
        const auto semicolon = rest.find(';');
        uri.user = rest.substr(0, semicolon);
        if (uri.user.empty()) return fail(Errc::invalid_argument, "tel URI without a number");
        if (semicolon != std::string_view::npos) uri.params = Params(rest.substr(semicolon));
    }
    return uri;
}

std::string unescaped(std::string_view text) {
    if (text.find('%') == std::string_view::npos) return std::string(text);
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() &&
                            grammar::is(text[i + 1], grammar::kHex) &&
                            grammar::is(text[i + 2], grammar::kHex);
        if (!escape) {
            result += text[i];
            continue;
        }
        result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return result;
}

std::string escaped_user(std::string_view user) {
    std::string result;
    for (const char c : user) {
        if (grammar::is(c, grammar::kUserPlain))
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

std::string address_of_record_key(const UriView& uri) {
    switch (uri.scheme) {
        case Scheme::tel:
            return without_visual_separators(uri.user);
        case Scheme::other:
            return std::string(uri.text);
        case Scheme::sip:
        case Scheme::sips:
            break;
    }
    std::string key = unescaped(uri.user);
    key.reserve(key.size() + uri.host.size() + 1);
    if (!key.empty()) key += '@';
    for (const char c : uri.host) key += to_lower(c);
    return key;
}

std::string named_party(const UriView& uri) {
    // The parameters of a tel: URI stand behind its number, like those within a user part.
    const auto end = uri.scheme == Scheme::tel ? uri.text.data() + uri.text.size()
                                               : uri.user.data() + uri.user.size();
    const std::string_view written(uri.user.data(),
                                   static_cast<std::size_t>(end - uri.user.data()));
    const auto subscriber = model::TelephoneSubscriber::parse(written);
    return subscriber ? subscriber->number : unescaped(uri.user);
}

bool equivalent(const UriView& a, const UriView& b) {
    if (a.scheme != b.scheme) return false;
    if (a.scheme == Scheme::other) return a.text == b.text;
    if (a.scheme == Scheme::tel)
        return without_visual_separators(a.user) == without_visual_separators(b.user) &&
               params_equivalent(a.params, b.params);
    return a.port == b.port && iequals(a.host, b.host) && unescaped(a.user) == unescaped(b.user) &&
           unescaped(a.password) == unescaped(b.password) &&
           params_equivalent(a.params, b.params) && uri_headers_within(a.headers, b.headers) &&
           uri_headers_within(b.headers, a.headers);
}

std::string Uri::text() const {
    if (scheme == Scheme::tel) return "tel:" + user + params;
    std::string result = scheme == Scheme::sips ? "sips:" : "sip:";
    if (!user.empty()) result += escaped_user(user) + '@';
    const bool bare_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
    result += bare_ipv6 ? '[' + host + ']' : host;
    if (port) result += fmt::format(":{}", *port);
    return result + params;
}

}  // namespace skyn3t::sip
