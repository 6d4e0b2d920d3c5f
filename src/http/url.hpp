#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skyn3t::http {

// An absolute http or https URL in its parts, which stay escaped as they were written (RFC 3986,
// section 3).
struct Url {
    std::string scheme;      // "http" or "https", lower case
    std::string userinfo;    // without "@"; empty when absent
    std::string host;        // lower case; an IPv6 address keeps its brackets
    std::uint16_t port = 0;  // 0 when the URL names none
    std::string path;        // "" or begins with "/"
    std::string query;       // without "?"
    bool has_query = false;  // "?" with nothing after it is not the same URL as without
    std::string fragment;    // without "#"

    std::uint16_t effective_port() const { return port != 0 ? port : scheme == "https" ? 443 : 80; }
    std::string authority() const;  // host[:port]
    std::string target() const;     // path and query, "/" when the path is empty
};

// Errc::invalid_argument, saying what is wrong, for what cannot be fetched: another scheme, no
// host, a space, a control character or a longer text than 8 KiB.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace skyn3t::http
