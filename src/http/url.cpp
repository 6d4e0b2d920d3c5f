#include "http/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace skyn3t::http {
namespace {

constexpr std::size_t kMaxUrl = 8 * 1024;

bool is_host_char(char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_host(std::string_view host) {
    if (host.starts_with('['))
        return host.size() > 2 && host.ends_with(']') &&
               std::all_of(host.begin() + 1, host.end() - 1,
                           [](char c) { return is_host_char(c) || c == ':'; });
    return !host.empty() && host.size() <= 253 &&
           std::all_of(host.begin(), host.end(), is_host_char);
}

// Takes what follows the first `mark` off the end of `text`; nullopt-like: false when there is no
// mark.
bool split_off(std::string_view& text, char mark, std::string& tail) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return false;
    tail = text.substr(at + 1);
    text = text.substr(0, at);
    return true;
}

Result<void> parse_authority(std::string_view authority, Url& url) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.userinfo = authority.substr(0, at);
        authority = authority.substr(at + 1);
    }
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        const auto digits = authority.substr(colon + 1);
        unsigned port = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), port);
        const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
        // RFC 3986, section 3.2.3: the port may be empty, which is the default one.
        if (!digits.empty() && (!is_number || port == 0 || port > 65535))
            return fail(Errc::invalid_argument, "bad port " + quoted(digits, 20));
        url.port = static_cast<std::uint16_t>(port);
        authority = authority.substr(0, colon);
    }
    if (!is_host(authority))
        return fail(Errc::invalid_argument, "bad host " + quoted(authority, 60));
    url.host = lower(authority);
    return {};
}

}  // namespace

std::string Url::authority() const { return port == 0 ? host : host + ":" + std::to_string(port); }

std::string Url::target() const {
    std::string out = path.empty() ? "/" : path;
    if (has_query) out += "?" + query;
    return out;
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrl) return fail(Errc::invalid_argument, "URL is too long");
    const auto is_bad = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '\\';
    };
    if (std::any_of(text.begin(), text.end(), is_bad))
        return fail(Errc::invalid_argument,
                    "space or control character in the URL " + quoted(text, 80));

    const auto separator = text.find("://");
    Url url;
    url.scheme = lower(text.substr(0, separator == std::string_view::npos ? 0 : separator));
    if (url.scheme != "http" && url.scheme != "https")
        return fail(Errc::invalid_argument,
                    "not an absolute http or https URL: " + quoted(text, 80));

    std::string_view rest = text.substr(separator + 3);
    split_off(rest, '#', url.fragment);
    url.has_query = split_off(rest, '?', url.query);
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos) url.path = rest.substr(slash);
    auto parsed = parse_authority(rest.substr(0, slash), url);
    if (!parsed) return tl::unexpected(parsed.error());
    return url;
}

}  // namespace skyn3t::http
