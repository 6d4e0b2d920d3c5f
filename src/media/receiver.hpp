#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "media/engine.hpp"
#include "media/reception_stats.hpp"
#include "media/rtp_packet.hpp"
#include "media/source_latch.hpp"

namespace skyn3t::media {

// The incoming half of a stream up to the payload: is it RTP, from the peer, of a type that was
// negotiated, and new?
class Receiver {
  public:
    enum class Kind : std::uint8_t { audio, comfort_noise, event };
    struct Accepted {
        RtpPacketView packet;
        Kind kind;
        Codec codec;        // of audio
        bool first;         // of the stream
        bool source_moved;  // latch().target() has changed
        bool restarted;     // another SSRC, or its numbers began anew
    };

    void configure(const RemoteMedia& remote, SteadyTime now);
    // Nothing for a packet that is to be ignored; it is counted.
    std::optional<Accepted> on_packet(std::span<const std::uint8_t> octets, const Address& from,
                                      SteadyTime arrival);

    const SourceLatch& latch() const { return latch_; }
    ReceptionStats& reception() { return reception_; }
    const ReceptionStats& reception() const { return reception_; }
    std::optional<std::uint32_t> ssrc() const { return ssrc_; }
    std::uint64_t octets() const { return octets_; }
    std::uint64_t malformed() const { return malformed_; }
    std::uint64_t from_strangers() const { return from_strangers_; }

  private:
    struct Meaning {
        bool known = false;
        Kind kind = Kind::audio;
        Codec codec = Codec::pcmu;
    };

    std::array<Meaning, 128> meanings_{};
    SourceLatch latch_;
    ReceptionStats reception_;
    std::optional<std::uint32_t> ssrc_;
    std::uint64_t octets_ = 0;
    std::uint64_t malformed_ = 0;
    std::uint64_t from_strangers_ = 0;
};

}  // namespace skyn3t::media
