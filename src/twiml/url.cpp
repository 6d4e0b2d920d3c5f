#include "twiml/url.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace skyn3t::twiml {

namespace {

// The five components of RFC 3986 §3; an absent one differs from an empty one.
struct Components {
    std::optional<std::string_view> scheme;
    std::optional<std::string_view> authority;
    std::string_view path;
    std::optional<std::string_view> query;
    std::optional<std::string_view> fragment;
};

bool is_scheme(std::string_view text) {
    return !text.empty() && is_alpha(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

// RFC 3986, appendix B, without the regular expression.
Components split(std::string_view url) {
    Components parts;
    if (const auto hash = url.find('#'); hash != std::string_view::npos) {
        parts.fragment = url.substr(hash + 1);
        url = url.substr(0, hash);
    }
    if (const auto mark = url.find('?'); mark != std::string_view::npos) {
        parts.query = url.substr(mark + 1);
        url = url.substr(0, mark);
    }
    const auto colon = url.find(':');
    if (colon != std::string_view::npos && is_scheme(url.substr(0, colon))) {
        parts.scheme = url.substr(0, colon);
        url = url.substr(colon + 1);
    }
    if (url.starts_with("//")) {
        const auto slash = url.find('/', 2);
        parts.authority = url.substr(2, slash == std::string_view::npos ? slash : slash - 2);
        url = slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
    }
    parts.path = url;
    return parts;
}

// RFC 3986 §5.2.4, by segments: "." disappears, ".." takes its predecessor with it.
std::string remove_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    bool ends_in_slash = false;
    for (std::size_t at = 1; at <= path.size();) {  // path begins with '/'
        const auto end = std::min(path.find('/', at), path.size());
        const auto segment = path.substr(at, end - at);
        ends_in_slash = segment == "." || segment == "..";
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (segment != ".") {
            kept.push_back(segment);
        }
        at = end + 1;
    }
    std::string result;
    for (const auto segment : kept) result.append("/").append(segment);
    if (ends_in_slash || result.empty()) result += '/';
    return result;
}

// RFC 3986 §5.2.3: the reference's path in the base's folder.
std::string merge(const Components& base, std::string_view path) {
    const auto slash = base.path.rfind('/');
    if (slash == std::string_view::npos) return "/" + std::string(path);
    return std::string(base.path.substr(0, slash + 1)) + std::string(path);
}

// A host, after optional user information; what follows it is a port or nothing.
bool has_valid_host(std::string_view authority) {
    const auto at = authority.rfind('@');
    std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);
    std::string_view port;
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        port = host.substr(close + 1);
    } else {
        const auto colon = std::min(host.find(':'), host.size());
        port = host.substr(colon);
        host = host.substr(0, colon);
        if (host.empty()) return false;
    }
    if (port.empty()) return true;
    return port.size() <= 6 && port[0] == ':' &&
           std::all_of(port.begin() + 1, port.end(), is_digit);
}

Result<std::string> compose(const Components& parts, const std::string& path) {
    if (!parts.scheme || !(iequals(*parts.scheme, "http") || iequals(*parts.scheme, "https")))
        return fail(Errc::invalid_argument, "not an http or https URL");
    if (!parts.authority || !has_valid_host(*parts.authority))
        return fail(Errc::invalid_argument, "no host in the URL");
    std::string url = lower(*parts.scheme) + "://" + std::string(*parts.authority);
    url += path;
    if (parts.query) url.append("?").append(*parts.query);
    if (parts.fragment) url.append("#").append(*parts.fragment);
    return url;
}

}  // namespace

Result<std::string> resolve_url(std::string_view reference,
                                const std::optional<std::string>& base) {
    const auto is_illegal = [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet <= 0x20 || octet == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\';
    };
    if (std::any_of(reference.begin(), reference.end(), is_illegal))
        return fail(Errc::invalid_argument, "illegal character in URL " + quoted(reference));

    Components parts = split(reference);
    if (parts.scheme)
        return compose(parts, parts.path.empty() ? "/" : remove_dot_segments(parts.path));
    if (!base)
        return fail(Errc::invalid_argument,
                    "relative URL " + quoted(reference) + ", and the document has no address");

    const Components from = split(*base);
    parts.scheme = from.scheme;
    if (parts.authority)
        return compose(parts, parts.path.empty() ? "/" : remove_dot_segments(parts.path));
    parts.authority = from.authority;
    if (parts.path.empty()) {
        if (!parts.query) parts.query = from.query;
        // The base's fragment goes along, although §5.2.2 drops it: there it holds the author's
        // time limits for the address (webhooks.md, 6), and an empty reference means the same
        // document again.
        if (!parts.fragment && reference.empty()) parts.fragment = from.fragment;
        return compose(parts, from.path.empty() ? "/" : std::string(from.path));
    }
    if (parts.path.starts_with('/')) return compose(parts, remove_dot_segments(parts.path));
    return compose(parts, remove_dot_segments(merge(from, parts.path)));
}

}  // namespace skyn3t::twiml
