#include "sip/header.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.hpp"
#include "sip/grammar.hpp"

namespace skyn3t::sip {
namespace {

tl::unexpected<Error> malformed(std::string_view what) {
    return fail(Errc::parse_error, std::string(what));
}

std::optional<std::uint16_t> port_number(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

// The next token with a '/' behind it, blanks around both.
bool take_slash_token(std::string_view& rest, std::string_view& token) {
    grammar::skip_blanks(rest);
    token = grammar::take(rest, grammar::kToken);
    grammar::skip_blanks(rest);
    if (token.empty() || rest.empty() || rest.front() != '/') return false;
    rest.remove_prefix(1);
    return true;
}

bool take_sent_by(std::string_view& rest, Via& via) {
    if (!rest.empty() && rest.front() == '[') {
        const auto close = rest.find(']');
        if (close == std::string_view::npos) return false;
        via.host = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
    } else {
        via.host = grammar::take(rest, grammar::kHost);
    }
    grammar::skip_blanks(rest);
    if (via.host.empty()) return false;
    if (rest.empty() || rest.front() != ':') return true;
    rest.remove_prefix(1);
    grammar::skip_blanks(rest);
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    via.port = port_number(rest.substr(0, digits));
    rest.remove_prefix(digits);
    grammar::skip_blanks(rest);
    return via.port && *via.port != 0;
}

std::string_view without_quotes(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

// What may stand before '<' without quotes. The grammar allows tokens only, but phones send any
// name so; what would be read differently as a list or as an address without brackets stays refused
// (RFC 4475 §3.1.2.15).
bool is_plain_display_name(std::string_view text) {
    return text.find_first_of(",;\"") == std::string_view::npos;
}

// One name=value of a Digest header; false when it is malformed.
bool take_auth_param(std::string_view& rest, Param& param) {
    param.name = grammar::take(rest, grammar::kToken);
    grammar::skip_blanks(rest);
    if (param.name.empty() || rest.empty() || rest.front() != '=') return false;
    rest.remove_prefix(1);
    grammar::skip_blanks(rest);
    std::size_t end = 0;
    if (!rest.empty() && rest.front() == '"')
        end = grammar::quoted_string_end(rest);
    else
        while (end < rest.size() && rest[end] != ',' && !grammar::is_blank(rest[end])) ++end;
    if (end == std::string_view::npos) return false;
    param.value = rest.substr(0, end);
    rest.remove_prefix(end);
    grammar::skip_blanks(rest);
    return rest.empty() || rest.front() == ',';
}

std::string_view* member_for(DigestParams& digest, std::string_view name) {
    struct Entry {
        std::string_view name;
        std::string_view DigestParams::*member;
    };
    static constexpr Entry kEntries[] = {
        {"username", &DigestParams::username}, {"realm", &DigestParams::realm},
        {"nonce", &DigestParams::nonce},       {"uri", &DigestParams::uri},
        {"response", &DigestParams::response}, {"algorithm", &DigestParams::algorithm},
        {"cnonce", &DigestParams::cnonce},     {"opaque", &DigestParams::opaque},
        {"qop", &DigestParams::qop},           {"nc", &DigestParams::nc},
        {"domain", &DigestParams::domain},
    };
    for (const auto& entry : kEntries)
        if (iequals(entry.name, name)) return &(digest.*entry.member);
    return nullptr;
}

}  // namespace

std::string unquoted(std::string_view text) {
    text = grammar::trimmed(text);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string result;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        result += text[i];
    }
    return result;
}

std::string quoted_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        const auto octet = static_cast<unsigned char>(c);
        result += octet < 0x20 || octet == 0x7f ? ' ' : c;
    }
    return result += '"';
}

bool is_token(std::string_view text) {
    return !text.empty() && grammar::all(text, grammar::kToken);
}

std::string_view next_list_value(std::string_view& rest) {
    bool in_brackets = false;
    std::size_t i = rest.find(',') == std::string_view::npos ? rest.size() : 0;
    for (; i < rest.size(); ++i) {
        const char c = rest[i];
        if (c == '"' && !in_brackets) {
            const auto end = grammar::quoted_string_end(rest.substr(i));
            if (end == std::string_view::npos) {
                i = rest.size();
                break;
            }
            i += end - 1;
        } else if (c == '<') {
            in_brackets = true;
        } else if (c == '>') {
            in_brackets = false;
        } else if (c == ',' && !in_brackets) {
            break;
        }
    }
    const auto value = grammar::trimmed(rest.substr(0, i));
    rest.remove_prefix(std::min(rest.size(), i + 1));
    return value;
}

Result<Via> Via::parse(std::string_view value) {
    Via via;
    std::string_view rest = value;
    std::string_view protocol;
    std::string_view version;
    if (!take_slash_token(rest, protocol) || !take_slash_token(rest, version))
        return malformed("Via without a protocol");
    grammar::skip_blanks(rest);
    via.transport_name = grammar::take(rest, grammar::kToken);
    via.transport = transport_of(via.transport_name);
    if (via.transport_name.empty() || rest.empty() || !grammar::is_blank(rest.front()))
        return malformed("Via without a transport");
    grammar::skip_blanks(rest);
    if (!take_sent_by(rest, via)) return malformed("Via with a bad sent-by");
    if (!rest.empty() && rest.front() != ';') return malformed("Via with a bad sent-by");
    via.params = Params(rest);
    while (const auto param = Params::next(rest)) {
        if (iequals(param->name, "branch")) {
            via.branch = param->value;
        } else if (iequals(param->name, "rport")) {
            via.wants_rport = true;
            via.rport = port_number(param->value);
        } else if (iequals(param->name, "received")) {
            via.received = param->value;
        } else if (iequals(param->name, "maddr")) {
            via.maddr = param->value;
        }
    }
    return via;
}

bool Via::has_magic_cookie() const {
    constexpr std::string_view kCookie = "z9hG4bK";
    return branch.size() > kCookie.size() && iequals(branch.substr(0, kCookie.size()), kCookie);
}

std::uint16_t Via::port_or_default() const {
    const bool secure = transport == Transport::tls || transport == Transport::wss;
    return port.value_or(secure ? 5061 : 5060);
}

Result<NameAddr> NameAddr::parse(std::string_view value) {
    NameAddr address;
    std::string_view rest = address.text = grammar::trimmed(value);
    if (!rest.empty() && rest.front() == '"') {
        const auto end = grammar::quoted_string_end(rest);
        if (end == std::string_view::npos) return malformed("unclosed quoted string");
        address.display_name = rest.substr(0, end);
        rest.remove_prefix(end);
        grammar::skip_blanks(rest);
        if (rest.empty() || rest.front() != '<') return malformed("display name without <URI>");
    } else if (const auto open = rest.find('<');
               open != std::string_view::npos && is_plain_display_name(rest.substr(0, open))) {
        address.display_name = grammar::trimmed(rest.substr(0, open));
        rest.remove_prefix(open);
    }
    if (!rest.empty() && rest.front() == '<') {
        const auto close = rest.find('>');
        if (close == std::string_view::npos) return malformed("unclosed <URI>");
        address.uri = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
    } else {
        // RFC 3261 §20: without brackets ';' starts the header's parameters, and a URI with ',' or
        // '?' needs them.
        const auto end = rest.find_first_of("; \t");
        address.uri = rest.substr(0, end);
        rest.remove_prefix(address.uri.size());
        if (address.uri.find_first_of(",?<>\"") != std::string_view::npos)
            return malformed("address that needs angle brackets");
    }
    grammar::skip_blanks(rest);
    if (address.uri.empty()) return malformed("address without a URI");
    if (!rest.empty() && rest.front() != ';') return malformed("text after the address");
    address.params = Params(rest);
    if (!address.params.well_formed()) return malformed("bad parameter");
    return address;
}

std::string_view NameAddr::tag() const { return params.find("tag").value_or(std::string_view{}); }

Result<std::optional<std::chrono::seconds>> NameAddr::expires() const {
    const auto value = params.find("expires");
    if (!value) return std::optional<std::chrono::seconds>{};
    const auto seconds = parse_delta_seconds(without_quotes(*value));
    if (!seconds) return tl::unexpected(seconds.error());
    return std::optional(*seconds);
}

unsigned NameAddr::q_thousandths() const {
    const auto q = params.find("q").value_or("1");
    if (q.empty() || q.size() > 5 || (q[0] != '0' && q[0] != '1')) return 1000;
    if (q.size() > 1 && q[1] != '.') return 1000;
    unsigned result = q[0] == '1' ? 1000 : 0;
    unsigned weight = 100;
    for (std::size_t i = 2; i < q.size(); ++i, weight /= 10) {
        if (!is_digit(q[i])) return 1000;
        result += static_cast<unsigned>(q[i] - '0') * weight;
    }
    return std::min(result, 1000u);
}

Result<CSeq> CSeq::parse(std::string_view value) {
    value = grammar::trimmed(value);
    const auto blank = value.find_first_of(" \t");
    if (blank == std::string_view::npos) return malformed("CSeq without a method");
    const auto number =
        parse_number(value.substr(0, blank), std::numeric_limits<std::uint32_t>::max());
    if (!number) return malformed("CSeq with a bad number");
    const CSeq cseq{static_cast<std::uint32_t>(*number), grammar::trimmed(value.substr(blank))};
    if (!is_token(cseq.method)) return malformed("CSeq with a bad method");
    return cseq;
}

Result<RAck> RAck::parse(std::string_view value) {
    value = grammar::trimmed(value);
    const auto blank = std::min(value.size(), value.find_first_of(" \t"));
    const auto rseq =
        parse_number(value.substr(0, blank), std::numeric_limits<std::uint32_t>::max());
    const auto cseq = CSeq::parse(value.substr(blank));
    if (!rseq || !cseq) return malformed("bad RAck");
    return RAck{static_cast<std::uint32_t>(*rseq), *cseq};
}

Result<MediaType> MediaType::parse(std::string_view value) {
    MediaType media;
    std::string_view rest = value;
    if (!take_slash_token(rest, media.type)) return malformed("bad media type");
    grammar::skip_blanks(rest);
    media.subtype = grammar::take(rest, grammar::kToken);
    grammar::skip_blanks(rest);
    if (media.subtype.empty() || (!rest.empty() && rest.front() != ';'))
        return malformed("bad media type");
    media.params = Params(rest);
    return media;
}

bool MediaType::is(std::string_view type_name, std::string_view subtype_name) const {
    return iequals(type, type_name) && iequals(subtype, subtype_name);
}

ValueWithParams ValueWithParams::parse(std::string_view value) {
    const auto semicolon = std::min(value.size(), value.find(';'));
    return {grammar::trimmed(value.substr(0, semicolon)), Params(value.substr(semicolon))};
}

Result<DigestParams> DigestParams::parse(std::string_view value) {
    std::string_view rest = grammar::trimmed(value);
    const auto scheme = grammar::take(rest, grammar::kToken);
    if (!iequals(scheme, "Digest")) return fail(Errc::unsupported, "not the Digest scheme");
    DigestParams digest;
    for (grammar::skip_blanks(rest); !rest.empty(); grammar::skip_blanks(rest)) {
        if (rest.front() == ',') {
            rest.remove_prefix(1);
            continue;
        }
        Param param;
        if (!take_auth_param(rest, param)) return malformed("bad Digest parameter");
        if (auto* member = member_for(digest, param.name))
            *member = without_quotes(param.value);
        else if (iequals(param.name, "stale"))
            digest.stale = iequals(without_quotes(param.value), "true");
    }
    return digest;
}

Result<std::uint64_t> parse_number(std::string_view value, std::uint64_t maximum) {
    value = grammar::trimmed(value);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (value.empty() || end != value.data() + value.size() || error == std::errc::invalid_argument)
        return malformed("not a number");
    if (error != std::errc{} || number > maximum) return malformed("number out of range");
    return number;
}

Result<std::chrono::seconds> parse_delta_seconds(std::string_view value) {
    value = grammar::trimmed(value);
    if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
        return malformed("not a number of seconds");
    constexpr std::uint64_t kLargest = std::numeric_limits<std::uint32_t>::max();
    const auto number = parse_number(value, kLargest);
    return std::chrono::seconds(number ? *number : kLargest);
}

}  // namespace skyn3t::sip
