#include <gtest/gtest.h>

#include "media/mos.hpp"
#include "media/reception_stats.hpp"
#include "media/source_latch.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;
using Placement = ReceptionStats::Placement;
using Verdict = SourceLatch::Verdict;

constexpr SteadyTime kFirstPacket{std::chrono::hours(1)};

Address address(const char* ip, std::uint16_t port) { return {asio::ip::make_address(ip), port}; }
const Address kSignalled = address("10.0.0.5", 4000);
const Address kNat = address("203.0.113.9", 61000);
const Address kStranger = address("198.51.100.66", 4000);

TEST(ReceptionStats, CountsOverTheWrapOfTheSequenceNumber) {
    ReceptionStats stats;
    for (std::uint32_t n = 65530; n < 65546; ++n)
        EXPECT_EQ(stats.on_packet(static_cast<std::uint16_t>(n), n * 160, kFirstPacket),
                  Placement::newest);
    EXPECT_EQ(stats.expected(), 16u);
    EXPECT_EQ(stats.lost(), 0u);
    EXPECT_EQ(stats.extended_highest(), 0x10000u + 65545u);
}

TEST(ReceptionStats, CountsGapsAsLostAndTakesTheFractionSinceTheLastReport) {
    ReceptionStats stats;
    stats.on_packet(10, 0, kFirstPacket);
    stats.on_packet(14, 640, kFirstPacket);
    EXPECT_EQ(stats.lost(), 3u);
    EXPECT_EQ(stats.take_fraction_lost(), 153);  // 3/5 of 256
    stats.on_packet(15, 800, kFirstPacket);
    EXPECT_EQ(stats.take_fraction_lost(), 0);
}

TEST(ReceptionStats, TellsAReorderedPacketFromADuplicate) {
    ReceptionStats stats;
    stats.on_packet(10, 0, kFirstPacket);
    stats.on_packet(12, 320, kFirstPacket);
    EXPECT_EQ(stats.on_packet(11, 160, kFirstPacket), Placement::reordered);
    EXPECT_EQ(stats.on_packet(11, 160, kFirstPacket), Placement::duplicate);
    EXPECT_EQ(stats.lost(), 0u);
    EXPECT_EQ(stats.duplicated(), 1u);
}

TEST(ReceptionStats, BelievesAJumpOnlyWhenTheNextPacketFollowsIt) {
    ReceptionStats stats;
    stats.on_packet(10, 0, kFirstPacket);
    EXPECT_EQ(stats.on_packet(30000, 0, kFirstPacket), Placement::jump);
    EXPECT_EQ(stats.on_packet(11, 160, kFirstPacket), Placement::newest);
    EXPECT_EQ(stats.on_packet(30000, 0, kFirstPacket), Placement::jump);
    EXPECT_EQ(stats.on_packet(30001, 0, kFirstPacket), Placement::restarted);
    EXPECT_EQ(stats.lost(), 0u);
}

TEST(ReceptionStats, JitterIsZeroForAnEvenStreamAndGrowsWithVariation) {
    ReceptionStats stats;
    for (std::uint16_t n = 0; n < 100; ++n) stats.on_packet(n, n * 160u, kFirstPacket + n * 20ms);
    EXPECT_EQ(stats.jitter(), 0u);
    for (std::uint16_t n = 100; n < 300; ++n)
        stats.on_packet(n, n * 160u, kFirstPacket + n * 20ms + (n % 2) * 10ms);
    EXPECT_NEAR(stats.jitter(), 80, 5);  // always 10 ms off: 80 units
}

// The phone's SDP says where it believes to be; its signalling comes from its NAT's address.
const auto kNatHost = kNat.address();
const auto kOtherNatPort = address(kNat.address().to_string().c_str(), 62000);

TEST(SourceLatch, FollowsThePhoneBehindItsNat) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    EXPECT_EQ(latch.target(), kSignalled);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 1s), Verdict::moved);
    EXPECT_EQ(latch.target(), kNat);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 2s), Verdict::accepted);
}

TEST(SourceLatch, AStrangerThatIsFirstGetsNothing) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket), Verdict::stranger);
    EXPECT_EQ(latch.target(), kSignalled);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 20ms), Verdict::moved);
    EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + 1s), Verdict::stranger);
    EXPECT_EQ(latch.target(), kNat);
}

TEST(SourceLatch, WithoutASignallingPeerOnlyTheAddressOfTheSdpCounts) {
    SourceLatch latch;
    latch.expect(kSignalled, {}, kFirstPacket);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket), Verdict::stranger);
    EXPECT_EQ(latch.judge(kSignalled, 1, kFirstPacket), Verdict::accepted);
}

TEST(SourceLatch, AThirdHostIsTakenForTheTimeBeingAndThePeerWinsLater) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    for (auto at = 0ms; at < 1s; at += 20ms)
        ASSERT_EQ(latch.judge(kStranger, 2, kFirstPacket + at), Verdict::stranger);
    EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + 1s), Verdict::moved);
    EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + 20s), Verdict::accepted);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 20s), Verdict::moved);
    EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + 21s), Verdict::stranger);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 22s), Verdict::accepted);
}

TEST(SourceLatch, AThirdHostIsNeverTakenOnceThePeerHasSent) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    latch.judge(kNat, 1, kFirstPacket);
    latch.expect(address("0.0.0.0", 4000), kNatHost, kFirstPacket + 10s);  // holds, and is silent
    for (auto at = 10s; at < 20s; at += 1s)
        for (auto more = 0ms; more < 1s; more += 100ms)
            ASSERT_EQ(latch.judge(kStranger, 1, kFirstPacket + at + more), Verdict::stranger);
}

TEST(SourceLatch, AThirdHostThatPausesOrBeginsLateIsNotTaken) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    for (auto at = 0s; at < 5s; at += 1s)
        EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + at), Verdict::stranger);
    for (auto at = 6000ms; at < 9s; at += 20ms)
        EXPECT_EQ(latch.judge(kStranger, 2, kFirstPacket + at), Verdict::stranger);
}

TEST(SourceLatch, TheSignalledPortWinsOverAnotherOfTheSameHost) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    EXPECT_EQ(latch.judge(kOtherNatPort, 2, kFirstPacket), Verdict::moved);
    const Address kept(kNatHost, kSignalled.port());  // this NAT keeps ports
    EXPECT_EQ(latch.judge(kept, 1, kFirstPacket + 1s), Verdict::moved);
    EXPECT_EQ(latch.judge(kOtherNatPort, 2, kFirstPacket + 1s), Verdict::stranger);
    EXPECT_EQ(latch.target(), kept);
}

TEST(SourceLatch, TakesAPhoneThatBeginsToSendLate) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    EXPECT_EQ(latch.judge(kStranger, 1, kFirstPacket + 60s), Verdict::stranger);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 60s), Verdict::moved);
}

TEST(SourceLatch, MovesToAnotherPortOfThePhoneAfterTwoSecondsOfSilence) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    latch.judge(kNat, 7, kFirstPacket);
    latch.judge(kNat, 7, kFirstPacket + 10s);
    EXPECT_EQ(latch.judge(kOtherNatPort, 7, kFirstPacket + 11s), Verdict::stranger);
    EXPECT_EQ(latch.judge(kOtherNatPort, 8, kFirstPacket + 12s), Verdict::stranger);
    EXPECT_EQ(latch.judge(kStranger, 7, kFirstPacket + 12s), Verdict::stranger);
    EXPECT_EQ(latch.judge(kOtherNatPort, 7, kFirstPacket + 12s), Verdict::moved);
}

TEST(SourceLatch, MovesAfterANewAddressWasSignalled) {
    SourceLatch latch;
    latch.expect(kSignalled, {}, kFirstPacket);
    latch.judge(kSignalled, 1, kFirstPacket);
    latch.expect(kNat, {}, kFirstPacket + 60s);
    EXPECT_EQ(latch.target(), kNat);
    EXPECT_EQ(latch.judge(kSignalled, 1, kFirstPacket + 60s + 20ms),
              Verdict::accepted);  // still on its way
    EXPECT_EQ(latch.target(), kNat);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 60s + 100ms), Verdict::accepted);
    EXPECT_EQ(latch.judge(kSignalled, 1, kFirstPacket + 61s), Verdict::stranger);
}

TEST(SourceLatch, ReturnsToASourceThatDidNotMoveAlthoughItSaidSo) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    latch.judge(kNat, 1, kFirstPacket);
    latch.expect(address("10.0.0.5", 4002), kNatHost, kFirstPacket + 60s);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 61s), Verdict::moved);
    EXPECT_EQ(latch.target(), kNat);
}

TEST(SourceLatch, KeepsItsSourceThroughAReinviteThatChangesNoAddress) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    latch.judge(kNat, 1, kFirstPacket);
    latch.expect(kSignalled, kNatHost, kFirstPacket + 60s);
    EXPECT_EQ(latch.target(), kNat);
    EXPECT_EQ(latch.judge(kNat, 1, kFirstPacket + 60s), Verdict::accepted);
    EXPECT_EQ(latch.judge(kStranger, 1, kFirstPacket + 61s), Verdict::stranger);
}

TEST(SourceLatch, KnowsAnIpv4PeerOfAnIpv6Socket) {
    SourceLatch latch;
    latch.expect(kSignalled, kNatHost, kFirstPacket);
    const auto mapped = asio::ip::make_address_v6(asio::ip::v4_mapped, kNatHost.to_v4());
    EXPECT_EQ(latch.judge(Address(mapped, 61000), 1, kFirstPacket), Verdict::moved);
}

TEST(Mos, MatchesTheTableOfTheEModelForG711) {
    EXPECT_NEAR(estimate_mos(60ms, 0), 4.38, 0.01);
    EXPECT_NEAR(estimate_mos(60ms, 0.01), 4.29, 0.01);
    EXPECT_NEAR(estimate_mos(60ms, 0.05), 3.86, 0.01);
    EXPECT_NEAR(estimate_mos(60ms, 0.10), 3.34, 0.01);
    EXPECT_EQ(estimate_mos(60s, 1), 1.0);
}

}  // namespace
}  // namespace skyn3t::media
