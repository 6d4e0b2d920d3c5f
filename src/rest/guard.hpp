#pragma once

#include <optional>

#include "http/message.hpp"
#include "rest/api.hpp"
#include "rest/rate_limits.hpp"

namespace skyn3t::rest {

// Who may ask what, and how often: the account by its SID and token, its keys, Twilio's cloud by a
// signature for documents. Nothing when the request may go on; it then knows its caller. /healthz
// and what is signed are never limited, nor is what this process asks itself: its requests come
// with their caller.
[[nodiscard]] std::optional<http::Response> check_access(const ApiOptions& options,
                                                         const ApiServices& services,
                                                         RateLimits& limits,
                                                         http::Request& request);

}  // namespace skyn3t::rest
