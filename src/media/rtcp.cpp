#include "media/rtcp.hpp"

#include <algorithm>

#include "media/rtp_packet.hpp"

namespace skyn3t::media {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kBye = 203;
constexpr std::size_t kHeader = 8;  // with the SSRC
constexpr std::size_t kSenderInfoSize = 20;
constexpr std::size_t kBlockSize = 24;

ReportBlock read_block(std::span<const std::uint8_t> at) {
    ReportBlock block;
    block.ssrc = be32(at, 0);
    block.fraction_lost = at[4];
    block.packets_lost =
        static_cast<std::int32_t>(be32(at, 4) << 8) >> 8;  // sign-extends the 24 bits
    block.extended_highest = be32(at, 8);
    block.jitter = be32(at, 12);
    block.last_sender_report = be32(at, 16);
    block.delay_since_last_report = be32(at, 20);
    return block;
}

// `packet` is one whole SR or RR.
void read_report(std::span<const std::uint8_t> packet, std::uint32_t our_ssrc,
                 RtcpSummary& summary) {
    std::size_t at = kHeader;
    if (packet.size() < at) return;
    if (summary.ssrc == 0) summary.ssrc = be32(packet, 4);
    if (packet[1] == kSenderReport) {
        if (packet.size() < at + kSenderInfoSize) return;
        summary.sender =
            SenderInfo{std::uint64_t{be32(packet, at)} << 32 | be32(packet, at + 4),
                       be32(packet, at + 8), be32(packet, at + 12), be32(packet, at + 16)};
        at += kSenderInfoSize;
    }
    for (unsigned count = packet[0] & 0x1f; count > 0 && packet.size() >= at + kBlockSize;
         --count, at += kBlockSize) {
        const ReportBlock block = read_block(packet.subspan(at, kBlockSize));
        if (block.ssrc == our_ssrc) summary.about_us = block;
    }
}

}  // namespace

std::optional<RtcpSummary> parse_rtcp(std::span<const std::uint8_t> octets,
                                      std::uint32_t our_ssrc) {
    if (octets.size() < 4) return std::nullopt;
    RtcpSummary summary;
    while (!octets.empty()) {
        if (octets.size() < 4 || octets[0] >> 6 != 2) return std::nullopt;
        const std::size_t size = 4 * (std::size_t{be16(octets, 2)} + 1);
        if (size > octets.size()) return std::nullopt;
        const auto packet = octets.first(size);
        if (packet[1] < 192 || packet[1] > 223) return std::nullopt;
        if (packet[1] == kSenderReport || packet[1] == kReceiverReport)
            read_report(packet, our_ssrc, summary);
        else if (packet[1] == kBye)
            summary.bye = true;
        octets = octets.subspan(size);
    }
    return summary;
}

std::size_t write_rtcp(const RtcpReport& report, std::span<std::uint8_t, kMaxRtcpReport> out) {
    std::size_t at = 0;
    const auto put32 = [&](std::uint32_t value) {
        put_be32(out, at, value);
        at += 4;
    };
    // The length field counts 32-bit words, less one.
    const auto put_header = [&](std::uint8_t count, std::uint8_t type, std::size_t size) {
        out[at] = static_cast<std::uint8_t>(0x80 | count);
        out[at + 1] = type;
        put_be16(out, at + 2, static_cast<std::uint16_t>(size / 4 - 1));
        at += 4;
        put32(report.ssrc);
    };
    put_header(report.block ? 1 : 0, report.sender ? kSenderReport : kReceiverReport,
               kHeader + (report.sender ? kSenderInfoSize : 0) + (report.block ? kBlockSize : 0));
    if (report.sender) {
        put32(static_cast<std::uint32_t>(report.sender->ntp >> 32));
        put32(static_cast<std::uint32_t>(report.sender->ntp));
        put32(report.sender->timestamp);
        put32(report.sender->packets);
        put32(report.sender->octets);
    }
    if (report.block) {
        const ReportBlock& block = *report.block;
        put32(block.ssrc);
        const auto lost =
            static_cast<std::uint32_t>(std::clamp(block.packets_lost, -0x800000, 0x7fffff));
        put32(std::uint32_t{block.fraction_lost} << 24 | (lost & 0xffffff));
        put32(block.extended_highest);
        put32(block.jitter);
        put32(block.last_sender_report);
        put32(block.delay_since_last_report);
    }
    // SDES (section 6.5): one CNAME item, ended by at least one zero and padded to a word.
    const auto cname = report.cname.substr(0, 64);
    const std::size_t padded = (2 + cname.size() + 1 + 3) / 4 * 4;
    put_header(1, kSourceDescription, kHeader + padded);
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at), padded, std::uint8_t{0});
    out[at] = 1;
    out[at + 1] = static_cast<std::uint8_t>(cname.size());
    std::copy(cname.begin(), cname.end(), out.begin() + static_cast<std::ptrdiff_t>(at + 2));
    at += padded;
    if (report.bye) put_header(1, kBye, kHeader);
    return at;
}

std::uint64_t ntp_time(WallTime time) {
    constexpr std::uint64_t kFrom1900To1970 = 2208988800;
    using namespace std::chrono;
    const auto since = duration_cast<nanoseconds>(time.time_since_epoch()).count();
    const auto whole = static_cast<std::uint64_t>(since / 1'000'000'000);
    const auto rest = static_cast<std::uint64_t>(since % 1'000'000'000);
    return (whole + kFrom1900To1970) << 32 | (rest << 32) / 1'000'000'000;
}

std::optional<std::chrono::microseconds> round_trip(const ReportBlock& block,
                                                    std::uint64_t ntp_now) {
    if (block.last_sender_report == 0) return std::nullopt;
    const std::uint32_t units =
        middle_of(ntp_now) - block.last_sender_report - block.delay_since_last_report;
    if (units > 60u * 65536u) return std::nullopt;
    return std::chrono::microseconds(std::uint64_t{units} * 1'000'000 / 65536);
}

}  // namespace skyn3t::media
