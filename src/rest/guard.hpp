#pragma once

#include <optional>

#include "http/message.hpp"
#include "rest/api.hpp"

namespace skyn3t::rest {

// Who may ask what: the account by its SID and token, its keys, Twilio's cloud by a signature for
// documents. Nothing when the request may go on; it then knows its caller.
[[nodiscard]] std::optional<http::Response> check_access(const ApiOptions& options,
                                                         const ApiServices& services,
                                                         http::Request& request);

}  // namespace skyn3t::rest
