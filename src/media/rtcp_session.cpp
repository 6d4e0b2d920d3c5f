#include "media/rtcp_session.hpp"

#include <algorithm>

#include "media/codec.hpp"

namespace skyn3t::media {

std::chrono::milliseconds RtcpSession::interval() {
    random_ = random_ * 1664525u + 1013904223u;
    return std::chrono::milliseconds(2500 + (random_ >> 16) % 5000);
}

std::size_t RtcpSession::write(std::optional<SenderInfo> sent, std::optional<Reception> received,
                               Goodbye goodbye, SteadyTime now, WallTime wall,
                               std::span<std::uint8_t, kMaxRtcpReport> out) {
    RtcpReport report;
    report.ssrc = ssrc_;
    report.cname = "skyn3t";
    report.bye = goodbye == Goodbye::yes;
    report.sender = sent;
    if (report.sender) report.sender->ntp = ntp_time(wall);
    if (received) {
        ReportBlock block;
        block.ssrc = received->ssrc;
        block.fraction_lost = received->fraction_lost;
        block.packets_lost =
            static_cast<std::int32_t>(std::min<std::uint64_t>(received->lost, 0x7fffff));
        block.extended_highest = received->extended_highest;
        block.jitter = received->jitter;
        block.last_sender_report = last_sender_report_;
        if (last_sender_report_ != 0) {
            const auto since =
                std::chrono::duration_cast<std::chrono::microseconds>(now - last_sender_report_at_);
            block.delay_since_last_report =
                static_cast<std::uint32_t>(since.count() * 65536 / 1'000'000);
        }
        report.block = block;
    }
    due_ = now + interval();
    return write_rtcp(report, out);
}

bool RtcpSession::on_packet(std::span<const std::uint8_t> octets, SteadyTime now, WallTime wall) {
    const auto summary = parse_rtcp(octets, ssrc_);
    if (!summary) return false;
    if (summary->sender) {
        last_sender_report_ = middle_of(summary->sender->ntp);
        last_sender_report_at_ = now;
        reported_ = Reported{summary->ssrc, summary->sender->packets};
    }
    if (summary->about_us) {
        remote_lost_ = summary->about_us->packets_lost;
        remote_jitter_ = std::chrono::microseconds(std::uint64_t{summary->about_us->jitter} * 1000 /
                                                   kOctetsPerMillisecond);
        if (const auto time = round_trip(*summary->about_us, ntp_time(wall))) round_trip_ = time;
    }
    return true;
}

}  // namespace skyn3t::media
