#include <gtest/gtest.h>

#include "media/tone.hpp"
#include "stream_rig.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

Rtp audio(std::uint16_t n, int type = 0) {
    return {false,    type,   static_cast<std::uint16_t>(1000 + n),
            160u * n, 0x5555, std::vector<std::uint8_t>(160, 0x7f),
            {}};
}

// `count` packets of a payload that repeats, one a tick.
void talk(Rig& rig, TestStream& to, int count, std::span<const std::uint8_t> payload, int type = 0,
          std::uint16_t first = 0) {
    for (int n = 0; n < count; ++n) {
        auto packet = audio(static_cast<std::uint16_t>(first + n), type);
        const auto at = static_cast<std::size_t>(n) * 160 % payload.size();
        packet.payload.assign(payload.begin() + static_cast<std::ptrdiff_t>(at),
                              payload.begin() + static_cast<std::ptrdiff_t>(at + 160));
        to.receive(packet);
        rig.tick();
    }
}

TEST(Receiving, TheFirstPacketIsReportedWithItsSource) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    rig.a.receive(audio(1));
    const auto first = rig.a.all<FirstPacket>();
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].source, rig.a.peer);
    EXPECT_TRUE(rig.a.all<SourceChanged>().empty());
}

TEST(Receiving, WeSendToWhereThePhoneBehindNatSendsFrom) {
    Rig rig;
    const auto nat = address("203.0.113.9", 61000);
    auto remote = rig.a.remote();
    remote.signalling_peer = nat.address();
    rig.a.stream.set_remote(remote);
    rig.a.receive(audio(0), nat);
    rig.tick();
    EXPECT_EQ(rig.a.sent.back().to, nat);
    ASSERT_EQ(rig.a.all<SourceChanged>().size(), 1u);
    EXPECT_EQ(rig.a.all<SourceChanged>()[0].source, nat);
}

TEST(Receiving, RtpFromAStrangerIsIgnoredAndCounted) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    auto stranger = audio(1);
    stranger.ssrc = 0x6666;
    rig.a.receive(stranger, address("198.51.100.66", 9999));
    rig.tick();
    EXPECT_EQ(rig.a.sent.back().to, rig.a.peer);
    EXPECT_EQ(rig.a.stream.stats().packets_from_strangers, 1u);
    EXPECT_EQ(rig.a.stream.stats().packets_received, 1u);
}

TEST(Receiving, ASprayerOverAllPortsGetsNoneOfTheCallersAudio) {
    const auto sprayer = address("198.51.100.66", 9999);
    for (int caller = 0; caller < 12; ++caller) {
        Rig rig;
        const auto nat = address("203.0.113.9", static_cast<std::uint16_t>(61000 + caller));
        auto remote = rig.a.remote();
        remote.signalling_peer = nat.address();
        rig.a.stream.set_remote(remote);
        for (int n = 0; n < 300; ++n) {
            auto junk = audio(static_cast<std::uint16_t>(n));
            junk.ssrc = 0x6666;
            rig.a.receive(junk, sprayer);  // before each of the caller's, from the first on
            if (n >= caller) rig.a.receive(audio(static_cast<std::uint16_t>(n)), nat);
            rig.tick();
        }
        EXPECT_TRUE(std::none_of(rig.a.sent.begin(), rig.a.sent.end(),
                                 [&](const Rtp& packet) { return packet.to == sprayer; }));
        EXPECT_EQ(rig.a.sent.back().to, nat);
        EXPECT_EQ(rig.a.stream.stats().packets_received, 300u - static_cast<unsigned>(caller));
        EXPECT_EQ(rig.a.stream.stats().packets_from_strangers, 300u);
    }
}

TEST(Receiving, APayloadTypeThatWasNotNegotiatedDoesNotMakeASource) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0, 96), address("198.51.100.66", 9999));
    rig.tick();
    EXPECT_EQ(rig.a.sent.back().to, rig.a.peer);
    EXPECT_TRUE(rig.a.all<FirstPacket>().empty());
}

TEST(Receiving, WhatCameBeforeTheStreamWasStartedIsIgnored) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.on_rtp(octets_of(audio(0)), rig.a.peer, rig.clock.now() - 1ms);
    EXPECT_TRUE(rig.a.all<FirstPacket>().empty());
}

TEST(Receiving, GarbageIsCounted) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    const std::vector<std::uint8_t> stun{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1,  2,
                                         3, 4, 5, 6, 7,    8,    9,    10,   11, 12};
    rig.a.stream.on_rtp(stun, rig.a.peer, rig.clock.now());
    rig.a.stream.on_rtp({}, rig.a.peer, rig.clock.now());
    EXPECT_EQ(rig.a.stream.stats().packets_malformed, 2u);
}

TEST(Receiving, ANewSsrcIsTakenFromTheSameSourceAndLosesNothing) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    rig.a.receive(audio(1));
    auto other = audio(40000);
    other.ssrc = 0x7777;
    rig.a.receive(other);
    EXPECT_EQ(rig.a.stream.stats().packets_received, 3u);
    EXPECT_EQ(rig.a.stream.stats().packets_lost, 0u);
}

TEST(Receiving, RtpStopsForAMinuteAndTheCallIsTold) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    rig.tick(2999);
    EXPECT_TRUE(rig.a.all<RtpTimeout>().empty());
    rig.tick(1);
    ASSERT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
    EXPECT_EQ(rig.a.all<RtpTimeout>()[0].silent, 60s);
    rig.tick(6000);
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
    rig.a.receive(audio(1));
    rig.tick(3000);
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 2u);
}

TEST(Receiving, RtpThatNeverComesTimesOutToo) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(3000);
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
}

// What a phone agrees on that holds (its sendonly, its inactive), or that only listens.
TEST(Receiving, APhoneOnHoldOrMutedByAgreementMayBeSilentForAnHour) {
    for (const auto direction :
         {Direction::receive_only, Direction::inactive, Direction::send_only}) {
        Rig rig;
        rig.a.stream.set_remote(rig.a.remote());
        rig.a.receive(audio(0));
        rig.tick(2000);
        auto held = rig.a.remote();
        held.direction = direction;
        rig.a.stream.set_remote(held);
        rig.tick(3600 * 50 - 1);
        EXPECT_TRUE(rig.a.all<RtpTimeout>().empty());
        rig.tick(1);
        ASSERT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
        EXPECT_EQ(rig.a.all<RtpTimeout>()[0].during, SilentWhile::on_hold);
        EXPECT_EQ(rig.a.all<RtpTimeout>()[0].silent, 3600s);
    }
}

TEST(Receiving, AfterTheHoldSilenceCountsAnew) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    auto held = rig.a.remote();
    held.direction = Direction::receive_only;
    rig.a.stream.set_remote(held);
    rig.tick(10000);
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(2999);
    EXPECT_TRUE(rig.a.all<RtpTimeout>().empty());
    rig.tick(1);
    ASSERT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
    EXPECT_EQ(rig.a.all<RtpTimeout>()[0].during, SilentWhile::talking);
}

TEST(Receiving, ASessionRefreshIsNoSignOfLife) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    for (int i = 0; i < 4; ++i) {
        rig.tick(749);
        rig.a.stream.set_remote(rig.a.remote());
    }
    EXPECT_TRUE(rig.a.all<RtpTimeout>().empty());
    rig.tick(4);
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
}

// An empty receiver report: a muted phone that suppresses silence sends nothing else.
std::vector<std::uint8_t> report_of(std::uint32_t ssrc, std::optional<SenderInfo> sender = {}) {
    RtcpReport report;
    report.ssrc = ssrc;
    report.cname = "phone";
    report.sender = sender;
    std::vector<std::uint8_t> octets(kMaxRtcpReport);
    octets.resize(write_rtcp(report, std::span(octets).first<kMaxRtcpReport>()));
    return octets;
}

TEST(Receiving, RtcpCountsAsLife) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    for (int i = 0; i < 60; ++i) {
        rig.tick(350);  // 7 s
        rig.a.stream.on_rtcp(report_of(0x5555), rig.a.peer_rtcp, rig.clock.now());
    }
    EXPECT_TRUE(rig.a.all<RtpTimeout>().empty());
    EXPECT_TRUE(rig.a.all<ReceptionChanged>().empty());
    rig.tick(3000);
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
}

TEST(Receiving, RtcpOfAStrangerDoesNot) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    for (int i = 0; i < 10; ++i) {
        rig.tick(350);
        rig.a.stream.on_rtcp(report_of(1), address("198.51.100.66", 1), rig.clock.now());
    }
    EXPECT_EQ(rig.a.all<RtpTimeout>().size(), 1u);
}

TEST(Receiving, EightSecondsOfNothingAreToldAndSoIsTheirEnd) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    rig.tick(399);
    EXPECT_TRUE(rig.a.all<ReceptionChanged>().empty());
    rig.tick(101);
    ASSERT_EQ(rig.a.all<ReceptionChanged>().size(), 1u);
    EXPECT_EQ(rig.a.all<ReceptionChanged>()[0].reception, Reception::silent);
    rig.a.receive(audio(1));
    ASSERT_EQ(rig.a.all<ReceptionChanged>().size(), 2u);
    EXPECT_EQ(rig.a.all<ReceptionChanged>()[1].reception, Reception::flowing);
}

TEST(Receiving, InbandDigitsAreIgnoredWhenEventsWereNegotiated) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    ToneBank bank;
    const auto items = bank.digits("5", 100ms);
    talk(rig, rig.a, 10, std::get<PromptPtr>(items[0])->payload(Codec::pcmu));
    EXPECT_EQ(rig.a.digits(), "");
}

TEST(Receiving, ATelephoneEventWhoseEndIsLostIsReportedByTheTick) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    Rtp event = audio(0, 101);
    event.payload = {7, 10, 0, 160};
    rig.a.receive(event);
    rig.tick(7);
    EXPECT_EQ(rig.a.digits(), "");
    rig.tick(1);
    EXPECT_EQ(rig.a.digits(), "7");
}

TEST(Receiving, ASineIsDetectedOnceInEveryCodec) {
    for (const Codec codec : kCodecs) {
        Rig rig;
        rig.a.stream.set_remote(rig.a.remote());
        rig.a.stream.detect_tones({700, 1200});
        ToneBank bank;
        talk(rig, rig.a, 100, bank.sine(1200)->payload(codec), static_payload_type(codec));
        const auto tones = rig.a.all<ToneDetected>();
        ASSERT_EQ(tones.size(), 1u) << encoding_name(codec);
        EXPECT_EQ(tones[0].hertz, 1200u);
    }
}

TEST(Receiving, SpeechAndSilenceAreNotTakenForASine) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.detect_tones({440, 1200});
    ToneBank bank;
    talk(rig, rig.a, 100, bank.progress(Tone::ringback, "us")->payload(Codec::pcmu));
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu), 0, 100);
    EXPECT_TRUE(rig.a.all<ToneDetected>().empty());
}

TEST(Receiving, ACaptureKeepsEveryPacketWhereItsTimestampPutsIt) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.capture_audio(100ms);
    ToneBank bank;
    const auto payload = bank.sine(1000)->payload(Codec::pcmu);
    for (const int n : {0, 2, 1, 4}) {  // reordered, and packet 3 is lost
        auto packet = audio(static_cast<std::uint16_t>(n));
        packet.payload.assign(payload.begin() + n * 160, payload.begin() + n * 160 + 160);
        rig.a.receive(packet);
    }
    rig.tick();
    const auto captured = rig.a.all<AudioCaptured>();
    ASSERT_EQ(captured.size(), 1u);
    std::vector<std::int16_t> expected(800);
    Decoder(Codec::pcmu, 8000).decode(payload.first(800), expected);
    std::fill(expected.begin() + 480, expected.begin() + 640, std::int16_t{0});
    EXPECT_EQ(captured[0].samples, expected);
}

TEST(Receiving, ACaptureOfASilentPeerEndsWithWhatItHas) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.capture_audio(100ms);
    rig.tick(104);
    EXPECT_TRUE(rig.a.all<AudioCaptured>().empty());
    rig.tick(1);
    ASSERT_EQ(rig.a.all<AudioCaptured>().size(), 1u);
    EXPECT_TRUE(rig.a.all<AudioCaptured>()[0].samples.empty());
}

TEST(Reports, AReportIsSentEveryFiveSecondsAndAHalfMoreOrLess) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(50 * 60);
    EXPECT_GE(rig.a.rtcp.size(), 60u / 7.5);
    EXPECT_LE(rig.a.rtcp.size(), 60u / 2.5 + 1);
    EXPECT_EQ(rig.a.rtcp_to, rig.a.peer_rtcp);
}

TEST(Reports, TwoStreamsLearnRoundTripAndLossFromEachOther) {
    Rig rig;
    rig.start_both();
    std::size_t from_a = 0, from_b = 0, reports_a = 0, reports_b = 0;
    for (int i = 0; i < 50 * 20; ++i) {
        rig.tick();
        for (; from_a < rig.a.sent.size(); ++from_a)
            if (from_a % 10 != 3) rig.b.receive(rig.a.sent[from_a]);
        for (; from_b < rig.b.sent.size(); ++from_b) rig.a.receive(rig.b.sent[from_b]);
        for (; reports_a < rig.a.rtcp.size(); ++reports_a) {
            rig.clock.advance(30ms);
            rig.b.stream.on_rtcp(rig.a.rtcp[reports_a], rig.b.peer_rtcp, rig.clock.now());
        }
        for (; reports_b < rig.b.rtcp.size(); ++reports_b) {
            rig.clock.advance(50ms);
            rig.a.stream.on_rtcp(rig.b.rtcp[reports_b], rig.a.peer_rtcp, rig.clock.now());
        }
    }
    const auto stats = rig.a.stream.stats();
    ASSERT_TRUE(stats.round_trip);
    EXPECT_GE(*stats.round_trip, 50ms);
    EXPECT_LE(*stats.round_trip, 81ms);
    ASSERT_TRUE(stats.remote_packets_lost);
    EXPECT_NEAR(static_cast<double>(*stats.remote_packets_lost), 80, 20);
    EXPECT_EQ(stats.packets_lost, 0u);
    EXPECT_NEAR(static_cast<double>(rig.b.stream.stats().packets_lost), 100, 2);
    EXPECT_NEAR(rig.b.stream.stats().mos.value_or(0), 3.35, 0.15);  // a tenth is lost
    EXPECT_GT(stats.mos.value_or(0), 4.2);
}

// ---- what should have come

TEST(Figures, OnePacketOfTenSecondsIsABadCall) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.receive(audio(0));
    rig.tick(513);
    const auto stats = rig.a.stream.stats();
    EXPECT_EQ(stats.packets_received, 1u);
    EXPECT_EQ(stats.packets_lost, 0u);
    EXPECT_EQ(stats.packets_absent, 513u);
    EXPECT_LT(stats.mos.value_or(5), 1.3);
}

TEST(Figures, NothingAtAllIsTheWorst) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(500);
    rig.a.stream.close();
    const auto& stats = std::get<StreamClosed>(rig.a.events.back()).stats;
    EXPECT_EQ(stats.packets_absent, 500u);
    EXPECT_EQ(stats.mos, 1.0);
}

TEST(Figures, AudioThatBeginsLateLacksItsBeginning) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(100);
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu));
    EXPECT_EQ(rig.a.stream.stats().packets_absent, 100u);
}

TEST(Figures, ALossInTheMiddleIsCountedOnce) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu));
    rig.tick(500);
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu), 0, 600);
    EXPECT_EQ(rig.a.stream.stats().packets_lost, 500u);
    EXPECT_EQ(rig.a.stream.stats().packets_absent, 0u);
}

TEST(Figures, NothingIsExpectedOfAPhoneOnHold) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu));
    auto held = rig.a.remote();
    held.direction = Direction::receive_only;
    rig.a.stream.set_remote(held);
    rig.tick(3000);
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(1);
    EXPECT_EQ(rig.a.stream.stats().packets_absent, 0u);
    EXPECT_GT(rig.a.stream.stats().mos.value_or(0), 4.2);
}

TEST(Figures, NorOfOneThatSaysThatItHasSentNoMore) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    talk(rig, rig.a, 100, silence_frame(Codec::pcmu));
    rig.tick(1000);
    EXPECT_EQ(rig.a.stream.stats().packets_absent, 1001u);
    SenderInfo sender;
    sender.packets = 103;
    rig.a.stream.on_rtcp(report_of(0x5555, sender), rig.a.peer_rtcp, rig.clock.now());
    EXPECT_EQ(rig.a.stream.stats().packets_absent, 3u);
}

TEST(Reports, RtcpFromAStrangerIsIgnored) {
    Rig rig;
    rig.start_both();
    rig.tick(500);
    ASSERT_FALSE(rig.b.rtcp.empty());
    rig.a.stream.on_rtcp(rig.b.rtcp[0], address("198.51.100.66", 1), rig.clock.now());
    rig.a.rtcp.clear();
    rig.tick(500);
    EXPECT_EQ(rig.a.rtcp_to, rig.a.peer_rtcp);
}

TEST(Reports, WithMuxReportsGoTheWayOfTheAudio) {
    Rig rig;
    auto remote = rig.a.remote();
    remote.rtcp = remote.rtp;
    rig.a.stream.set_remote(remote);
    rig.tick(500);
    EXPECT_TRUE(rig.a.rtcp.empty());
    EXPECT_FALSE(rig.a.muxed_rtcp.empty());
}

TEST(Reports, ClosingSaysGoodbyeAndThenGivesTheStatistics) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote(Codec::pcma));
    rig.a.receive(audio(0));
    rig.tick(5);
    rig.a.stream.sender().play(3, {Silence{1s}}, Repeat::once);
    rig.a.stream.close();
    ASSERT_FALSE(rig.a.rtcp.empty());
    EXPECT_TRUE(parse_rtcp(rig.a.rtcp.back(), 0)->bye);
    ASSERT_TRUE(std::holds_alternative<StreamClosed>(rig.a.events.back()));
    EXPECT_EQ(rig.a.all<PlayEnded>().size(), 1u);
    const auto& stats = std::get<StreamClosed>(rig.a.events.back()).stats;
    EXPECT_EQ(stats.codec, Codec::pcma);
    EXPECT_EQ(stats.packets_sent, 5u);
    EXPECT_EQ(stats.octets_sent, 800u);
    EXPECT_EQ(stats.packets_received, 1u);
    EXPECT_EQ(stats.octets_received, 160u);
    EXPECT_TRUE(stats.first_packet);
    rig.tick(5);
    EXPECT_EQ(rig.a.sent.size(), 5u);
}

}  // namespace
}  // namespace skyn3t::media
