#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "media/rtcp.hpp"

namespace skyn3t::media {

// When a stream reports, and what the peer's reports said. One report each 5 s, varied by half
// either way (RFC 3550, section 6.2, for two participants: the bandwidth rules never bind).
class RtcpSession {
  public:
    explicit RtcpSession(std::uint32_t our_ssrc) : ssrc_(our_ssrc), random_(our_ssrc) {}

    void start(SteadyTime now) { due_ = now + interval() / 2; }
    bool is_due(SteadyTime now) const { return now >= due_; }

    struct Reception {
        std::uint32_t ssrc = 0;
        std::uint8_t fraction_lost = 0;
        std::uint64_t lost = 0;
        std::uint32_t extended_highest = 0;
        std::uint32_t jitter = 0;
    };
    enum class Goodbye : std::uint8_t { no, yes };
    // Writes the next report and sets when the one after it is due. Returns its octets.
    std::size_t write(std::optional<SenderInfo> sent, std::optional<Reception> received,
                      Goodbye goodbye, SteadyTime now, WallTime wall,
                      std::span<std::uint8_t, kMaxRtcpReport> out);
    // False when it is not RTCP.
    bool on_packet(std::span<const std::uint8_t> octets, SteadyTime now, WallTime wall);

    // As its latest sender report says, if that was of this source.
    std::optional<std::uint32_t> packets_sent_by(std::uint32_t ssrc) const {
        return reported_ && reported_->ssrc == ssrc ? std::optional(reported_->packets)
                                                    : std::nullopt;
    }
    SteadyTime sender_report_at() const { return last_sender_report_at_; }

    std::optional<std::chrono::microseconds> round_trip_time() const { return round_trip_; }
    std::optional<std::int64_t> remote_lost() const { return remote_lost_; }
    std::optional<std::chrono::microseconds> remote_jitter() const { return remote_jitter_; }

  private:
    std::chrono::milliseconds interval();

    std::uint32_t ssrc_;
    std::uint32_t random_;
    SteadyTime due_ = SteadyTime::max();
    std::uint32_t last_sender_report_ = 0;
    SteadyTime last_sender_report_at_{};
    struct Reported {
        std::uint32_t ssrc;
        std::uint32_t packets;
    };
    std::optional<Reported> reported_;
    std::optional<std::chrono::microseconds> round_trip_;
    std::optional<std::int64_t> remote_lost_;
    std::optional<std::chrono::microseconds> remote_jitter_;
};

}  // namespace skyn3t::media
