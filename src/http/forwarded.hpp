#pragma once

#include <string>

#include "http/message.hpp"
#include "http/networks.hpp"

namespace skyn3t::http {

// Who asks, when the connection comes from `peer`: a trusted proxy's X-Forwarded-For is read from
// its end, for as long as the one who wrote an entry is trusted. Anybody else's is not looked at.
[[nodiscard]] asio::ip::address client_address(const asio::ip::address& peer,
                                               const Headers& headers, const Networks& trusted);

}  // namespace skyn3t::http
