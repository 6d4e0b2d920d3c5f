#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace skyn3t::http {

inline constexpr std::size_t kMaxTarget = 8 * 1024;
inline constexpr std::size_t kMaxField = 8 * 1024;
inline constexpr std::size_t kMaxFields = 100;
inline constexpr std::size_t kMaxHead = 64 * 1024;

// Why a request is refused before it is handed to the HTTP library.
enum class HeadFault {
    request_line,
    bare_line_end,  // a CR or LF alone (RFC 9112, section 2.2)
    bad_octet,      // another control character
    field,          // no field line: no name, space before the colon
    folded_field,   // obs-fold (RFC 9112, section 5.2)
    host,           // none, several, or no authority (RFC 9112, section 3.2)
    length,         // Content-Length: several, no number, or beside Transfer-Encoding
    chunk,          // of the body
    version,        // not HTTP/1
    method,         // none that anything here answers
    coding,         // a Transfer-Encoding other than chunked
    expectation,    // an Expect other than 100-continue
    target_too_long,
    field_too_long,
    too_many_fields,
    body_too_large,
};

// What the head says about what follows it.
struct RequestHead {
    bool is_chunked = false;
    std::uint64_t length = 0;  // octets of a body that is not chunked
    bool wants_continue = false;
};

// Judges a head from its request line to and with its empty line by RFC 9112, and more strictly
// than RESTinio's http_parser does. What passes here means one thing only, for whatever proxy
// stands before us: that is what keeps a request from being smuggled in another.
[[nodiscard]] tl::expected<RequestHead, HeadFault> check_head(std::string_view head);

// "name: value" with a name that is a token, on one line without its end.
[[nodiscard]] bool is_field_line(std::string_view line);

// The whole answer, with "Connection: close".
[[nodiscard]] std::string refusal_of_head(HeadFault fault);

}  // namespace skyn3t::http
