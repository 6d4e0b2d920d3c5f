#include "wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

namespace skyn3t::bench {
namespace {

constexpr unsigned kBatch = 64;
constexpr std::size_t kMaxDatagram = 4096;
constexpr std::size_t kControl = 64;  // holds one SCM_TIMESTAMPNS

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "bench: %s: %s\n", what.c_str(), std::strerror(errno));
    std::exit(1);
}

Time arrival(msghdr& header) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item))
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(item), sizeof stamp);
            return Time(std::chrono::seconds(stamp.tv_sec) +
                        std::chrono::nanoseconds(stamp.tv_nsec));
        }
    return Clock::now();
}

}  // namespace

Address Address::parse(const std::string& text) {
    Address address;
    const auto colon = text.rfind(':');
    const std::string host = text.substr(0, colon);
    address.value.sin_family = AF_INET;
    if (colon == std::string::npos ||
        inet_pton(AF_INET, host.c_str(), &address.value.sin_addr) != 1) {
        errno = EINVAL;
        give_up("not an address and port: " + text);
    }
    address.value.sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
    return address;
}

std::string Address::host() const {
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &value.sin_addr, text, sizeof text);
    return text;
}

Socket::Socket(const Address& local) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const int size = 16 << 20, on = 1;
    // FORCE needs root; without it the limit of the system holds.
    if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&local.value), sizeof local.value) != 0)
        give_up("cannot bind " + local.str());
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket::~Socket() {
    if (fd_ >= 0) close(fd_);
}

Address Socket::local() const {
    Address address;
    socklen_t size = sizeof address.value;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address.value), &size);
    return address;
}

void Socket::send(std::string_view datagram, const Address& to) const {
    sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to.value),
           sizeof to.value);
}

void Socket::send_each(const std::vector<std::array<char, 172>>& datagrams,
                       const std::vector<Address>& to, std::size_t count) const {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    for (std::size_t done = 0; done < count;) {
        const std::size_t batch = std::min<std::size_t>(kBatch, count - done);
        for (std::size_t i = 0; i < batch; ++i) {
            parts[i] = {const_cast<char*>(datagrams[done + i].data()), datagrams[done + i].size()};
            headers[i] = {};
            headers[i].msg_hdr.msg_name = const_cast<sockaddr_in*>(&to[done + i].value);
            headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        // A datagram that cannot be sent (its socket was just closed) is skipped.
        const int sent = sendmmsg(fd_, headers.data(), static_cast<unsigned>(batch), 0);
        done += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
}

void Socket::receive(const Take& take) const {
    static std::array<std::array<char, kMaxDatagram>, kBatch> buffers;
    static std::array<std::array<char, kControl>, kBatch> controls;
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    std::array<Address, kBatch> from;
    for (;;) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            parts[i] = {buffers[i].data(), kMaxDatagram};
            msghdr& header = headers[i].msg_hdr;
            header = {};
            header.msg_name = &from[i].value;
            header.msg_namelen = sizeof(sockaddr_in);
            header.msg_iov = &parts[i];
            header.msg_iovlen = 1;
            header.msg_control = controls[i].data();
            header.msg_controllen = kControl;
        }
        const int count = recvmmsg(fd_, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
        for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i)
            take({buffers[i].data(), headers[i].msg_len}, from[i], arrival(headers[i].msg_hdr));
        if (count < static_cast<int>(kBatch)) return;
    }
}

void wait_readable(const std::vector<int>& descriptors, std::chrono::nanoseconds at_most) {
    std::vector<pollfd> wanted;
    for (const int fd : descriptors) wanted.push_back({fd, POLLIN, 0});
    const auto count = std::max<std::int64_t>(at_most.count(), 0);
    const timespec limit{count / 1'000'000'000, count % 1'000'000'000};
    ppoll(wanted.data(), wanted.size(), &limit, nullptr);
}

Commands::Commands() { fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK); }

std::vector<std::string> Commands::take() {
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t got = read(STDIN_FILENO, part.data(), part.size());
        if (got == 0) ended_ = true;
        if (got <= 0) break;
        buffer_.append(part.data(), static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    for (std::size_t end; (end = buffer_.find('\n')) != std::string::npos;) {
        lines.push_back(buffer_.substr(0, end));
        buffer_.erase(0, end + 1);
    }
    return lines;
}

Options::Options(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const bool has_value = i + 1 < argc && std::string_view(argv[i + 1]).substr(0, 2) != "--";
        values_[name] = has_value ? argv[++i] : "";
    }
}

std::string Options::text(const std::string& name, const std::string& otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
}

double Options::number(const std::string& name, double otherwise) const {
    return has(name) ? std::atof(text(name).c_str()) : otherwise;
}

std::vector<std::string> read_lines(const std::string& file) {
    std::ifstream in(file);
    if (!in) give_up("cannot read " + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size()));
    return values[std::min(at, values.size() - 1)];
}

}  // namespace skyn3t::bench
