#pragma once

#include <sys/socket.h>

#include "base/result.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Endpoints as the kernel's structures.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] static SocketAddress from(const Endpoint& endpoint);
    const sockaddr* get() const;
    sockaddr* get();
    Endpoint endpoint() const;
};

// The address of this machine from which packets to `remote` leave. Errc::unavailable when there is
// no route.
[[nodiscard]] Result<Endpoint> source_towards(const Endpoint& remote);

}  // namespace skyn3t::sip
