#include "sip/udp_transport.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <system_error>

#include "base/log.hpp"
#include "sip/socket_address.hpp"

namespace skyn3t::sip {
namespace {

constexpr int kReceiveBuffer = 4 * 1024 * 1024;  // a storm of REGISTERs after a restart fits
constexpr std::size_t kBatch = 8;
constexpr int kBatchesPerWake = 8;  // then timers and the other sockets have their turn
constexpr std::size_t kMaxDatagram = 65536;
constexpr std::size_t kControl = 64;  // holds one IP_PKTINFO or IPV6_PKTINFO

// The address that a datagram was sent to, when the kernel tells it.
void read_destination(msghdr& header, Endpoint& local) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr;
         item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(item), sizeof info);
            local.is_v6 = false;
            local.address = {};
            std::memcpy(local.address.data(), &info.ipi_addr, 4);
        } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(item), sizeof info);
            local.is_v6 = true;
            std::memcpy(local.address.data(), &info.ipi6_addr, 16);
        }
    }
}

// Makes the kernel send from `local`, so that the answer of a machine with many addresses comes
// from the one asked.
std::size_t write_source(const Endpoint& local, std::span<std::uint8_t, kControl> control) {
    cmsghdr item{};
    if (local.is_v6) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, local.address.data(), 16);
        item.cmsg_level = IPPROTO_IPV6;
        item.cmsg_type = IPV6_PKTINFO;
        item.cmsg_len = CMSG_LEN(sizeof info);
        std::memcpy(control.data() + CMSG_LEN(0), &info, sizeof info);
        std::memcpy(control.data(), &item, sizeof item);
        return CMSG_SPACE(sizeof info);
    }
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.address.data(), 4);
    item.cmsg_level = IPPROTO_IP;
    item.cmsg_type = IP_PKTINFO;
    item.cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(control.data() + CMSG_LEN(0), &info, sizeof info);
    std::memcpy(control.data(), &item, sizeof item);
    return CMSG_SPACE(sizeof info);
}

}  // namespace

struct UdpTransport::Batch {
    std::array<std::array<char, kMaxDatagram>, kBatch> bytes;
    std::array<SocketAddress, kBatch> from;
    alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kBatch> control;
    std::array<iovec, kBatch> parts;
    std::array<mmsghdr, kBatch> headers;

    void reset() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            parts[i] = {bytes[i].data(), bytes[i].size()};
            headers[i] = {};
            headers[i].msg_hdr.msg_name = &from[i].storage;
            headers[i].msg_hdr.msg_namelen = sizeof from[i].storage;
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_control = control[i].data();
            headers[i].msg_hdr.msg_controllen = kControl;
        }
    }
};

Result<std::unique_ptr<UdpTransport>> UdpTransport::bind(asio::io_context& io,
                                                         const Endpoint& local) {
    asio::ip::udp::socket socket(io);
    asio::error_code error;
    socket.open(local.is_v6 ? asio::ip::udp::v6() : asio::ip::udp::v4(), error);
    if (!error) socket.non_blocking(true, error);
    if (error) return fail(Errc::unavailable, "udp socket: " + error.message());
    const int fd = socket.native_handle();
    const int on = 1;
    // IPv6 sockets carry IPv6 only: an IPv4 peer then has one endpoint, and 0.0.0.0 and :: can both
    // be bound.
    if (local.is_v6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (local.is_unspecified()) {
        if (local.is_v6)
            ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
        else
            ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    }
    // The kernel caps it at net.core.rmem_max without an error; less is only a smaller burst.
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    const auto address = SocketAddress::from(local);
    if (::bind(fd, address.get(), address.size) != 0)
        return fail(Errc::unavailable,
                    "udp " + local.str() + ": " +
                        std::error_code(errno, std::generic_category()).message());
    return std::unique_ptr<UdpTransport>(new UdpTransport(std::move(socket)));
}

UdpTransport::UdpTransport(asio::ip::udp::socket socket)
    : socket_(std::move(socket)), batch_(std::make_unique<Batch>()) {
    SocketAddress bound;
    bound.size = sizeof bound.storage;
    ::getsockname(socket_.native_handle(), bound.get(), &bound.size);
    local_ = bound.endpoint();
    wait();
}

UdpTransport::~UdpTransport() = default;

void UdpTransport::wait() {
    socket_.async_wait(asio::ip::udp::socket::wait_read, [this](const asio::error_code& error) {
        if (error) return;  // the socket is being closed, and `this` may be gone
        for (int i = 0; i < kBatchesPerWake && receive_batch(); ++i) {
        }
        wait();
    });
}

bool UdpTransport::receive_batch() {
    batch_->reset();
    const int count =
        ::recvmmsg(socket_.native_handle(), batch_->headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    // An error is EAGAIN, or an ICMP answer to something we sent: both mean "nothing now".
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        mmsghdr& header = batch_->headers[index];
        if ((header.msg_hdr.msg_flags & MSG_TRUNC) != 0 || receiver_ == nullptr) continue;
        Flow flow{TransportKind::udp, local_, batch_->from[index].endpoint(), 0};
        if (header.msg_hdr.msg_controllen > 0) read_destination(header.msg_hdr, flow.local);
        receiver_->on_received(std::string(batch_->bytes[index].data(), header.msg_len), flow);
    }
    return count == static_cast<int>(kBatch);
}

Result<void> UdpTransport::send(const Flow& flow, std::string_view bytes) {
    auto to = SocketAddress::from(flow.remote);
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_name = &to.storage;
    header.msg_namelen = to.size;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    alignas(cmsghdr) std::array<std::uint8_t, kControl> control{};
    if (local_.is_unspecified() && !flow.local.is_unspecified()) {
        header.msg_control = control.data();
        header.msg_controllen = write_source(flow.local, control);
    }
    // A second try: the first one may only report the ICMP error of an earlier datagram.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::sendmsg(socket_.native_handle(), &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            return {};
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            ++lost_;
            log::warn("datagram dropped, the socket's buffer is full to={}", flow.remote.str());
            return {};
        }
        if (errno != ECONNREFUSED) break;
    }
    return fail(Errc::unavailable, "udp to " + flow.remote.str() + ": " +
                                       std::error_code(errno, std::generic_category()).message());
}

Result<Flow> UdpTransport::open(TransportKind kind, const Endpoint& remote) {
    if (kind != TransportKind::udp || remote.is_v6 != local_.is_v6)
        return fail(Errc::unavailable, "no socket for " + remote.str());
    Flow flow{TransportKind::udp, local_, remote, 0};
    if (local_.is_unspecified()) {
        const auto source = source_towards(remote);
        if (!source) return fail(source.error().code, source.error().detail);
        flow.local.address = source->address;
    }
    return flow;
}

bool UdpTransport::is_alive(const Flow& flow) const {
    return flow.transport == TransportKind::udp && flow.local.port == local_.port &&
           flow.local.is_v6 == local_.is_v6 &&
           (local_.is_unspecified() || flow.local.address == local_.address);
}

}  // namespace skyn3t::sip
