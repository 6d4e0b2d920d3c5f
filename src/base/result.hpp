#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace skyn3t {

// Why something that may fail in normal life did. The edge translates a code, in one table each:
// sip/ to a status, rest/ to an HTTP status and a Twilio error code.
enum class Errc {
    invalid_argument,
    parse_error,
    not_found,
    conflict,
    unauthorized,
    forbidden,
    interval_too_brief,
    too_many,
    not_acceptable,
    unsupported,
    too_large,
    timeout,
    canceled,  // the thing waited for was given up by its owner
    unavailable,
    io_error,
};

struct Error {
    Errc code;
    std::string detail;  // for people; no code parses it
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string detail = {}) {
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

}  // namespace skyn3t
