#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "media/udp_socket.hpp"

namespace skyn3t::media {

struct PortPair {
    UdpSocket rtp;   // even
    UdpSocket rtcp;  // the next
};

// The RTP ports of the configuration. Which pair is next is random, so that a stranger cannot guess
// it. Used by the signalling thread.
class PortPool {
  public:
    // Whole pairs of [first, last]; a range without one throws std::invalid_argument.
    PortPool(std::uint16_t first, std::uint16_t last);

    // Errc::unavailable: all are in use, here or by other programs (of which it tries some and then
    // gives up).
    Result<PortPair> acquire(const asio::ip::address& address);
    void release(std::uint16_t rtp_port);
    std::size_t in_use() const { return in_use_; }

  private:
    std::uint32_t first_;
    std::vector<bool> used_;  // by pair
    std::size_t in_use_ = 0;
};

}  // namespace skyn3t::media
