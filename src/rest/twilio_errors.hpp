#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"
#include "provision/finding.hpp"

namespace skyn3t::rest {

// An error of Twilio's API (errors.md, section 7): what it is on the wire.
struct TwilioError {
    int code;
    int status;
    std::string_view message;  // when the one who refuses has nothing more exact to say
};
// The one table; 20500's entry for a code that is not in it.
[[nodiscard]] const TwilioError& twilio_error(int code);

// Why a request is not carried out.
struct Refusal {
    int code;
    std::string message{};  // the table's when empty
    // Of a document or a manifest that is refused: its faults, which go with the answer. Then the
    // code is the first fault's, and the status 400.
    std::vector<provision::Finding> findings{};
};
template <class T>
using Checked = tl::expected<T, Refusal>;
[[nodiscard]] tl::unexpected<Refusal> refuse(int code, std::string message = {});

// What goes wrong below the API, as the API says it.
[[nodiscard]] Refusal refusal_of(const Error& error);

// Names the path when the code is 20404.
[[nodiscard]] http::Response refusal_response(const Refusal& refusal, std::string_view path = {});

}  // namespace skyn3t::rest
