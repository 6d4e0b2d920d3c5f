#include "media/port_pool.hpp"

#include <stdexcept>

#include "base/random.hpp"

namespace skyn3t::media {

PortPool::PortPool(std::uint16_t first, std::uint16_t last) : first_(first + (first & 1u)) {
    if (last < first_ + 1 || first == 0)
        throw std::invalid_argument("the RTP port range holds no pair");
    used_.resize((last - first_ + 1) / 2);
}

Result<PortPair> PortPool::acquire(const asio::ip::address& address) {
    constexpr int kAttempts =
        64;  // at some 10 us each, so that the signalling thread is not held up
    int attempts = 0;
    const std::size_t start = random_u32() % used_.size();
    for (std::size_t i = 0; i < used_.size() && attempts < kAttempts; ++i) {
        const std::size_t pair = (start + i) % used_.size();
        if (used_[pair]) continue;
        ++attempts;
        const auto port = static_cast<std::uint16_t>(first_ + 2 * pair);
        auto rtp = UdpSocket::bind(address, port);
        if (!rtp && rtp.error().code != Errc::conflict) return tl::unexpected(rtp.error());
        if (!rtp) continue;
        auto rtcp = UdpSocket::bind(address, static_cast<std::uint16_t>(port + 1));
        if (!rtcp) continue;
        used_[pair] = true;
        ++in_use_;
        return PortPair{std::move(*rtp), std::move(*rtcp)};
    }
    return fail(Errc::unavailable, "no free pair of RTP ports");
}

void PortPool::release(std::uint16_t rtp_port) {
    const std::size_t pair = (rtp_port - first_) / 2;
    if (pair >= used_.size() || !used_[pair]) return;
    used_[pair] = false;
    --in_use_;
}

}  // namespace skyn3t::media
