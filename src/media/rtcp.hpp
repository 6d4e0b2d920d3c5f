#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hpp"

// RTCP (RFC 3550, section 6): what we need of the peer's reports, and our own. APP, XR and feedback
// packets are skipped.
namespace skyn3t::media {

struct ReportBlock {
    std::uint32_t ssrc = 0;  // whom it is about
    std::uint8_t fraction_lost = 0;
    std::int32_t packets_lost = 0;  // 24 bits, signed: duplicates can make it negative
    std::uint32_t extended_highest = 0;
    std::uint32_t jitter = 0;
    std::uint32_t last_sender_report = 0;  // the middle 32 bits of its NTP time; zero: none yet
    std::uint32_t delay_since_last_report = 0;  // in 1/65536 s
};
struct SenderInfo {
    std::uint64_t ntp = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
};

struct RtcpSummary {
    std::uint32_t ssrc = 0;               // of the sender of the first report
    std::optional<SenderInfo> sender;     // it was an SR
    std::optional<ReportBlock> about_us;  // the block about `our_ssrc`
    bool bye = false;
};
// Reads a compound packet; nothing when it is not RTCP (section A.2: version, lengths that add up).
std::optional<RtcpSummary> parse_rtcp(std::span<const std::uint8_t> octets, std::uint32_t our_ssrc);

struct RtcpReport {
    std::uint32_t ssrc = 0;
    std::optional<SenderInfo> sender;  // an SR, else an RR
    std::optional<ReportBlock> block;
    std::string_view cname;  // at most 64 characters
    bool bye = false;
};
inline constexpr std::size_t kMaxRtcpReport = 160;
// Returns the octets written.
std::size_t write_rtcp(const RtcpReport& report, std::span<std::uint8_t, kMaxRtcpReport> out);

std::uint64_t ntp_time(WallTime time);
constexpr std::uint32_t middle_of(std::uint64_t ntp) {
    return static_cast<std::uint32_t>(ntp >> 16);
}
// Section 6.4.1: what is left of the time since our SR when the peer's own delay is taken off.
// Nothing without an SR, or when clocks disagree.
std::optional<std::chrono::microseconds> round_trip(const ReportBlock& block,
                                                    std::uint64_t ntp_now);

}  // namespace skyn3t::media
