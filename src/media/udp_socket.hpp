#pragma once

#include <asio/ip/address.hpp>
#include <cstdint>
#include <span>
#include <utility>

#include "base/result.hpp"
#include "media/engine.hpp"

namespace skyn3t::media {

// A file descriptor, closed with its owner.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd) {}
    ~FileDescriptor();
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    int get() const { return fd_; }

  private:
    int fd_ = -1;
};

// A non-blocking UDP socket, marked for expedited forwarding (RFC 3246), that stamps what it
// receives.
class UdpSocket {
  public:
    // Port 0 lets the kernel choose. Errc::conflict: the port is taken; Errc::io_error: anything
    // else.
    static Result<UdpSocket> bind(const asio::ip::address& address, std::uint16_t port);

    int fd() const { return fd_.get(); }
    std::uint16_t port() const { return port_; }
    // False when the kernel refused it: nothing of it is sent later.
    bool send(std::span<const std::uint8_t> packet, const Address& to) const;

  private:
    UdpSocket(FileDescriptor fd, std::uint16_t port) : fd_(std::move(fd)), port_(port) {}

    FileDescriptor fd_;
    std::uint16_t port_;
};

}  // namespace skyn3t::media
