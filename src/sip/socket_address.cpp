#include "sip/socket_address.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace skyn3t::sip {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

}  // namespace

SocketAddress SocketAddress::from(const Endpoint& endpoint) {
    SocketAddress address;
    if (endpoint.is_v6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        std::memcpy(&v6.sin6_addr, endpoint.address.data(), 16);
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.size = sizeof v6;
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        std::memcpy(&v4.sin_addr, endpoint.address.data(), 4);
        std::memcpy(&address.storage, &v4, sizeof v4);
        address.size = sizeof v4;
    }
    return address;
}

const sockaddr* SocketAddress::get() const { return reinterpret_cast<const sockaddr*>(&storage); }
sockaddr* SocketAddress::get() { return reinterpret_cast<sockaddr*>(&storage); }

Endpoint SocketAddress::endpoint() const {
    Endpoint endpoint;
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        endpoint.port = ntohs(v6.sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            std::memcpy(endpoint.address.data(), v6.sin6_addr.s6_addr + 12, 4);
        } else {
            endpoint.is_v6 = true;
            std::memcpy(endpoint.address.data(), &v6.sin6_addr, 16);
        }
    } else {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof v4);
        endpoint.port = ntohs(v4.sin_port);
        std::memcpy(endpoint.address.data(), &v4.sin_addr, 4);
    }
    return endpoint;
}

Result<Endpoint> source_towards(const Endpoint& remote) {
    // Connecting a datagram socket sends nothing; it makes the kernel choose the route.
    const Descriptor probe(
        ::socket(remote.is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto to = SocketAddress::from(remote);
    SocketAddress from;
    from.size = sizeof from.storage;
    if (probe.get() < 0 || ::connect(probe.get(), to.get(), to.size) != 0 ||
        ::getsockname(probe.get(), from.get(), &from.size) != 0)
        return fail(Errc::unavailable,
                    "no route to " + remote.str() + ": " +
                        std::error_code(errno, std::generic_category()).message());
    return from.endpoint();
}

}  // namespace skyn3t::sip
