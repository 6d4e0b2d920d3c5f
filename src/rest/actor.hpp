#pragma once

#include <string>

#include "http/message.hpp"

namespace skyn3t::rest {

// Who asks, for the audit: the command line says whose terminal it is.
[[nodiscard]] std::string actor_of(const http::Request& request);

}  // namespace skyn3t::rest
