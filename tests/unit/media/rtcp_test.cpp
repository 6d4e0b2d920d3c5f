#include "media/rtcp.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/rtp_packet.hpp"

namespace skyn3t::media {
namespace {

using Octets = std::vector<std::uint8_t>;

const Octets kRtp{0x80, 0x88, 0x12, 0x34, 0, 0, 0, 0xa0, 0xde, 0xad, 0xbe, 0xef, 0xd5, 0xd5};

TEST(RtpPacket, ReadsEveryField) {
    const auto packet = RtpPacketView::parse(kRtp);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->marker());
    EXPECT_EQ(packet->payload_type(), 8);
    EXPECT_EQ(packet->sequence_number(), 0x1234);
    EXPECT_EQ(packet->timestamp(), 160u);
    EXPECT_EQ(packet->ssrc(), 0xdeadbeefu);
    EXPECT_EQ(packet->payload().size(), 2u);
}

TEST(RtpPacket, SkipsContributorsAndExtensionAndPadding) {
    const Octets octets{0xb1, 0, 0,    1,    0, 0, 0, 0, 0, 0, 0, 1, 9, 9,
                        9,    9, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 7, 7, 0, 2};
    const auto packet = RtpPacketView::parse(octets);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->payload().size(), 2u);
    EXPECT_EQ(packet->payload()[0], 7);
}

TEST(RtpPacket, RefusesWhatIsNotRtp) {
    EXPECT_FALSE(RtpPacketView::parse({}));
    EXPECT_FALSE(RtpPacketView::parse(Octets(11, 0x80)));
    Octets version = kRtp;
    version[0] = 0x40;
    EXPECT_FALSE(RtpPacketView::parse(version));
    Octets contributors = kRtp;
    contributors[0] = 0x8f;
    EXPECT_FALSE(RtpPacketView::parse(contributors));
    Octets padding = kRtp;
    padding[0] = 0xa0;
    padding.back() = 0;
    EXPECT_FALSE(RtpPacketView::parse(padding));
    padding.back() = 3;
    EXPECT_FALSE(RtpPacketView::parse(padding));
    const Octets stun{0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    EXPECT_FALSE(RtpPacketView::parse(stun));
}

TEST(RtpHeader, IsWrittenInNetworkOrder) {
    std::array<std::uint8_t, 12> octets{};
    RtpHeader{true, 8, 0x1234, 160, 0xdeadbeef}.write(octets);
    EXPECT_TRUE(std::equal(octets.begin(), octets.end(), kRtp.begin()));
}

TEST(Rtcp, WritesASenderReportWithItsNameAndGoodbye) {
    RtcpReport report;
    report.ssrc = 0x01020304;
    report.sender = SenderInfo{0x1122334455667788, 0xa0, 5, 800};
    report.block = ReportBlock{0x0a0b0c0d, 25, -1, 0x00010002, 7, 0x33445566, 65536};
    report.cname = "skyn3t";
    report.bye = true;
    std::array<std::uint8_t, kMaxRtcpReport> out;
    const Octets written(out.begin(),
                         out.begin() + static_cast<std::ptrdiff_t>(write_rtcp(report, out)));
    EXPECT_EQ(
        written,
        (Octets{
            0x81, 200,  0,    12,   1,    2,    3,    4,    0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
            0x77, 0x88, 0,    0,    0,    0xa0, 0,    0,    0,    5,    0,    0,    3,    0x20,  //
            0xa,  0xb,  0xc,  0xd,  25,   0xff, 0xff, 0xff, 0,    1,    0,    2,    0,    0,
            0,    7,    0x33, 0x44, 0x55, 0x66, 0,    1,    0,    0,  //
            0x81, 202,  0,    4,    1,    2,    3,    4,    1,    6,    's',  'k',  'y',  'n',
            '3',  't',  0,    0,    0,    0,    0x81, 203,  0,    1,    1,    2,    3,    4}));
}

TEST(Rtcp, ReadsWhatItWrote) {
    RtcpReport report;
    report.ssrc = 77;
    report.sender = SenderInfo{0x1122334455667788, 0xa0, 5, 800};
    report.block = ReportBlock{99, 25, -3, 0x00010002, 7, 0x33445566, 65536};
    report.bye = true;
    std::array<std::uint8_t, kMaxRtcpReport> out;
    const auto summary = parse_rtcp(std::span(out).first(write_rtcp(report, out)), 99);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->ssrc, 77u);
    ASSERT_TRUE(summary->sender);
    EXPECT_EQ(summary->sender->ntp, 0x1122334455667788u);
    ASSERT_TRUE(summary->about_us);
    EXPECT_EQ(summary->about_us->packets_lost, -3);
    EXPECT_EQ(summary->about_us->jitter, 7u);
    EXPECT_TRUE(summary->bye);
}

TEST(Rtcp, LeavesAReportAboutSomeoneElse) {
    RtcpReport report;
    report.block = ReportBlock{99, 25, 3, 0, 0, 0, 0};
    std::array<std::uint8_t, kMaxRtcpReport> out;
    const auto summary = parse_rtcp(std::span(out).first(write_rtcp(report, out)), 98);
    ASSERT_TRUE(summary);
    EXPECT_FALSE(summary->about_us);
}

TEST(Rtcp, RefusesLengthsThatDoNotAddUp) {
    EXPECT_FALSE(parse_rtcp({}, 1));
    EXPECT_FALSE(parse_rtcp(Octets{0x80, 200, 0, 1, 0, 0, 0}, 1));
    EXPECT_FALSE(parse_rtcp(Octets{0x80, 201, 0, 1, 0, 0, 0, 1, 0x80}, 1));
    EXPECT_FALSE(parse_rtcp(kRtp, 1));
    EXPECT_TRUE(
        parse_rtcp(Octets{0x9f, 201, 0, 1, 0, 0, 0, 1}, 1));  // 31 blocks announced, none there
}

TEST(Rtcp, RoundTripIsTheTimeSinceOurReportLessThePeersDelay) {
    // RFC 3550, figure 2: sent at 0xb705:2000, held 5.25 s, back at 0xb710:8000 makes 6.125 s.
    ReportBlock block;
    block.last_sender_report = 0xb7052000;
    block.delay_since_last_report = 0x00054000;
    EXPECT_EQ(round_trip(block, 0x0000b71080000000), std::chrono::microseconds(6125000));
    block.last_sender_report = 0;
    EXPECT_FALSE(round_trip(block, 0x0000b71080000000));
    block.last_sender_report = 0xb7108001;  // the clocks disagree
    block.delay_since_last_report = 0;
    EXPECT_FALSE(round_trip(block, 0x0000b71080000000));
}

TEST(Rtcp, NtpTimeCountsFrom1900) {
    EXPECT_EQ(ntp_time(WallTime{std::chrono::milliseconds(1500)}),
              (2208988801ull << 32) | 0x80000000u);
}

TEST(Rtcp, IsToldFromRtpOnOnePort) {
    EXPECT_TRUE(looks_like_rtcp(Octets{0x80, 200}));
    EXPECT_FALSE(looks_like_rtcp(kRtp));
}

}  // namespace
}  // namespace skyn3t::media
