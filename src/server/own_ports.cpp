#include "server/own_ports.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "server/start_words.hpp"
#include "sip/socket_address.hpp"

namespace skyn3t::server {
namespace {

// A socket bound to the address, or -1 with errno.
int bound_socket(int type, const sip::Endpoint& endpoint) {
    const int descriptor =
        ::socket(endpoint.is_v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    // Connections of the server before that are not quite closed do not count, as when one listens.
    const int on = 1;
    if (type == SOCK_STREAM) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = sip::SocketAddress::from(endpoint);
    if (::bind(descriptor, address.get(), address.size) == 0) return descriptor;
    const int why = errno;
    ::close(descriptor);
    errno = why;
    return -1;
}

std::string bind_failure_words(int error) {
    switch (error) {
        case EADDRINUSE:
            return in_words("otro programa usa ya esta dirección (¿otro servidor SKYN3T?)",
                            "another program has this address already (another SKYN3T server?)");
        case EADDRNOTAVAIL:
            return in_words("esta máquina no tiene esa dirección",
                            "this machine does not have that address");
        case EACCES:
            return in_words("falta permiso para ese puerto (los menores que 1024 lo piden)",
                            "there is no permission for that port (those below 1024 need it)");
        default:
            return std::generic_category().message(error);
    }
}

}  // namespace

Result<KeptPort> KeptPort::take(const http::ServerOptions& options) {
    const auto endpoint = sip::Endpoint::parse(options.address, options.port);
    if (!endpoint || options.port == 0) return KeptPort();
    // Bound and not listening: the HTTP server may then bind to it as well (SO_REUSEADDR), while
    // nobody can who finds another socket listening there.
    const int socket = bound_socket(SOCK_STREAM, *endpoint);
    if (socket < 0) return fail(Errc::unavailable, bind_failure_words(errno));
    return KeptPort(socket);
}

KeptPort::~KeptPort() {
    if (socket_ >= 0) ::close(socket_);
}

std::string why_not_bound(sip::TransportKind transport, const sip::Endpoint& address,
                          const std::string& otherwise) {
    const int type = transport == sip::TransportKind::udp ? SOCK_DGRAM : SOCK_STREAM;
    int socket = bound_socket(type, address);
    if (socket >= 0 && type == SOCK_STREAM && ::listen(socket, 1) != 0) {
        ::close(std::exchange(socket, -1));
        return bind_failure_words(EADDRINUSE);
    }
    if (socket < 0) return bind_failure_words(errno);
    ::close(socket);
    return otherwise;
}

}  // namespace skyn3t::server
