#include "media/udp_socket.hpp"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace skyn3t::media {

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Result<UdpSocket> UdpSocket::bind(const asio::ip::address& address, std::uint16_t port) {
    const auto io_error = [](const char* what) {
        return fail(Errc::io_error,
                    std::string(what) + ": " + std::generic_category().message(errno));
    };
    const Address wanted(address, port);
    FileDescriptor fd(
        ::socket(wanted.protocol().family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) return io_error("socket");
    if (::bind(fd.get(), wanted.data(), static_cast<socklen_t>(wanted.size())) != 0) {
        if (errno == EADDRINUSE)
            return fail(Errc::conflict, "port " + std::to_string(port) + " is taken");
        return io_error("bind");
    }
    const int expedited = 0xb8;
    const int on = 1;
    // A tick of a flood: Linux doubles this, up to net.core.rmem_max, and takes it only when used.
    const int buffer = 212992;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (address.is_v4())
        ::setsockopt(fd.get(), IPPROTO_IP, IP_TOS, &expedited, sizeof expedited);
    else
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_TCLASS, &expedited, sizeof expedited);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);

    Address bound;
    auto size = static_cast<socklen_t>(bound.capacity());
    if (::getsockname(fd.get(), bound.data(), &size) != 0) return io_error("getsockname");
    return UdpSocket(std::move(fd), bound.port());
}

bool UdpSocket::send(std::span<const std::uint8_t> packet, const Address& to) const {
    return ::sendto(fd_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL, to.data(),
                    static_cast<socklen_t>(to.size())) == static_cast<ssize_t>(packet.size());
}

}  // namespace skyn3t::media
