#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "media/rtcp.hpp"
#include "media/rtcp_session.hpp"
#include "media/rtp_packet.hpp"

// Any octets as RTCP, and as RTP: STUN and DTLS come to the same ports.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace skyn3t;
    const std::span<const std::uint8_t> octets(data, size);
    media::RtcpSession session(0x01020304);
    const SteadyTime now{std::chrono::hours(1)};
    const WallTime wall{std::chrono::hours(500000)};
    session.start(now);
    if (session.on_packet(octets, now, wall)) {
        std::array<std::uint8_t, media::kMaxRtcpReport> out;
        const media::RtcpSession::Reception received{1, 2, 3, 4, 5};
        session.write(media::SenderInfo{}, received, media::RtcpSession::Goodbye::yes, now, wall,
                      out);
    }
    if (const auto packet = media::RtpPacketView::parse(octets)) {
        if (packet->payload().size() > size) __builtin_trap();
    }
    return 0;
}
