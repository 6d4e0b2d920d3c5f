#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "media/tone.hpp"
#include "stream_rig.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

// Packet n of a phone that began somewhere in its numbers.
Rtp voice(int n, int type = 0) {
    return {n == 0,
            type,
            static_cast<std::uint16_t>(65530 + n),
            0xfffff000u + 160u * static_cast<std::uint32_t>(n),
            0x1111,
            std::vector<std::uint8_t>(160, static_cast<std::uint8_t>(n)),
            {}};
}

struct Bridged : Rig {
    explicit Bridged(Codec for_a = Codec::pcmu, Codec for_b = Codec::pcmu) {
        start_both(for_a, for_b);
        tick(10);
        a.stream.bridge(b.stream);
        a.sent.clear();
        b.sent.clear();
    }
};

TEST(Bridge, APacketIsForwardedOnReceiptWithTheSamePayload) {
    Bridged rig;
    rig.a.receive(voice(0));
    ASSERT_EQ(rig.b.sent.size(), 1u);
    EXPECT_EQ(rig.b.sent[0].payload, voice(0).payload);
    EXPECT_EQ(rig.b.sent[0].to, rig.b.peer);
    EXPECT_TRUE(rig.a.sent.empty());
    EXPECT_TRUE(rig.a.at_once);
    EXPECT_TRUE(rig.b.at_once);
}

TEST(Bridge, NoSilenceIsSentBetweenThePackets) {
    Bridged rig;
    rig.tick(50);
    EXPECT_TRUE(rig.a.sent.empty());
    EXPECT_TRUE(rig.b.sent.empty());
}

TEST(Bridge, TheOutgoingStreamGoesOnFromThePromptIntoTheBridge) {
    Rig rig;
    rig.start_both();
    rig.tick(10);
    const Rtp last = rig.b.sent.back();
    rig.a.stream.bridge(rig.b.stream);
    for (int n = 0; n < 20; ++n) {
        rig.clock.advance(20ms);
        rig.a.receive(voice(n));
    }
    ASSERT_EQ(rig.b.sent.size(), 30u);
    for (int n = 0; n < 20; ++n) {
        const Rtp& packet = rig.b.sent[static_cast<std::size_t>(10 + n)];
        EXPECT_EQ(packet.ssrc, last.ssrc);
        EXPECT_EQ(packet.sequence, static_cast<std::uint16_t>(last.sequence + 1 + n));
        EXPECT_EQ(packet.timestamp, last.timestamp + 160u * static_cast<unsigned>(n + 1));
        EXPECT_EQ(packet.marker, n == 0);
    }
}

TEST(Bridge, AndBackToAPromptAfterIt) {
    Bridged rig;
    for (int n = 0; n < 5; ++n) {
        rig.clock.advance(20ms);
        rig.a.receive(voice(n));
    }
    const Rtp last = rig.b.sent.back();
    rig.b.stream.unbridge();
    rig.tick(2);
    EXPECT_EQ(rig.b.sent[5].sequence, static_cast<std::uint16_t>(last.sequence + 1));
    EXPECT_EQ(rig.b.sent[5].timestamp, last.timestamp + 160);
    EXPECT_TRUE(rig.b.sent[5].marker);
    EXPECT_FALSE(rig.a.at_once);
    rig.a.receive(voice(5));
    EXPECT_EQ(rig.b.sent.size(), 7u);
}

TEST(Bridge, LossAndReorderingStayVisibleToTheOtherSide) {
    Bridged rig;
    for (const int n : {0, 1, 4, 3}) rig.a.receive(voice(n));
    ASSERT_EQ(rig.b.sent.size(), 4u);
    const auto base = rig.b.sent[0].sequence;
    EXPECT_EQ(rig.b.sent[2].sequence, static_cast<std::uint16_t>(base + 4));
    EXPECT_EQ(rig.b.sent[3].sequence, static_cast<std::uint16_t>(base + 3));
    EXPECT_EQ(rig.b.sent[3].timestamp, rig.b.sent[0].timestamp + 480);
}

TEST(Bridge, ADuplicateIsForwardedOnce) {
    Bridged rig;
    rig.a.receive(voice(0));
    rig.a.receive(voice(0));
    EXPECT_EQ(rig.b.sent.size(), 1u);
}

TEST(Bridge, ALatePacketFromBeforeTheBridgeTakesNoNumberTwice) {
    Bridged rig;
    rig.a.receive(voice(5));
    rig.a.receive(voice(4));
    EXPECT_EQ(rig.b.sent.size(), 1u);
}

TEST(Bridge, ANewSsrcOfThePhoneIsNotSeenOnTheOtherSide) {
    Bridged rig;
    rig.a.receive(voice(0));
    rig.clock.advance(20ms);
    auto other = voice(20000);
    other.ssrc = 0x2222;
    rig.a.receive(other);
    ASSERT_EQ(rig.b.sent.size(), 2u);
    EXPECT_EQ(rig.b.sent[1].ssrc, rig.b.sent[0].ssrc);
    EXPECT_EQ(rig.b.sent[1].sequence, static_cast<std::uint16_t>(rig.b.sent[0].sequence + 1));
    EXPECT_EQ(rig.b.sent[1].timestamp, rig.b.sent[0].timestamp + 160);
}

TEST(Bridge, DigitsAreForwardedWithTheOtherSidesTypeAndReported) {
    Rig rig;
    auto remote = rig.b.remote();
    remote.telephone_event_send = 96;
    rig.a.stream.set_remote(rig.a.remote());
    rig.b.stream.set_remote(remote);
    rig.a.stream.bridge(rig.b.stream);
    rig.a.receive(voice(0));
    auto event = voice(1, 101);
    event.marker = true;
    event.payload = {10, 0x8a, 3, 0x20};
    rig.a.receive(event);
    ASSERT_EQ(rig.b.sent.size(), 2u);
    EXPECT_EQ(rig.b.sent[1].type, 96);
    EXPECT_EQ(rig.b.sent[1].payload, event.payload);
    EXPECT_EQ(rig.b.sent[1].timestamp, rig.b.sent[0].timestamp + 160);
    EXPECT_TRUE(rig.b.sent[1].marker);
    EXPECT_EQ(rig.a.digits(), "*");
}

TEST(Bridge, AnEventThatTheOtherSideDoesNotKnowLeavesNoGap) {
    Rig rig;
    auto remote = rig.b.remote();
    remote.telephone_event_send.reset();
    rig.a.stream.set_remote(rig.a.remote());
    rig.b.stream.set_remote(remote);
    rig.a.stream.bridge(rig.b.stream);
    rig.a.receive(voice(0));
    auto event = voice(1, 101);
    event.payload = {10, 0x8a, 3, 0x20};
    rig.a.receive(event);
    rig.a.receive(voice(2));
    ASSERT_EQ(rig.b.sent.size(), 2u);
    EXPECT_EQ(rig.b.sent[1].sequence, static_cast<std::uint16_t>(rig.b.sent[0].sequence + 1));
    EXPECT_EQ(rig.a.digits(), "*");
}

TEST(Bridge, ComfortNoiseIsHeardAsSoundSinceNobodyAgreedToGetIt) {
    Bridged rig;
    for (int n = 0; n < 10; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    auto noise = voice(10, 13);
    noise.payload = {30};
    rig.a.receive(noise);
    rig.tick(50);
    for (int n = 61; n < 400; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    EXPECT_NEAR(static_cast<double>(rig.b.sent.size()), 399, 3) << "a second of it is no gap";
    bool noisy = false;
    for (std::size_t i = 0; i < rig.b.sent.size(); ++i) {
        const Rtp& packet = rig.b.sent[i];
        EXPECT_EQ(packet.type, 0);
        EXPECT_EQ(packet.payload.size(), 160u);
        noisy = noisy || (i == 40 && packet.payload != std::vector<std::uint8_t>(160, 0xff));
        if (i > 0) {
            EXPECT_EQ(packet.sequence, static_cast<std::uint16_t>(rig.b.sent[i - 1].sequence + 1));
        }
    }
    EXPECT_TRUE(noisy);
    EXPECT_EQ(rig.b.sent.back().payload, voice(399).payload) << "and forwarded as it is again";
}

// Packets of `octets` from one leg; what the other gets, which agreed to `ptime` and `maxptime`.
std::vector<Rtp> repacked(std::size_t octets, std::chrono::milliseconds ptime,
                          std::optional<std::chrono::milliseconds> maxptime, int seconds = 2) {
    Rig rig;
    auto remote = rig.b.remote();
    remote.ptime = ptime;
    remote.maxptime = maxptime;
    rig.a.stream.set_remote(rig.a.remote());
    rig.b.stream.set_remote(remote);
    rig.a.stream.bridge(rig.b.stream);
    std::vector<Rtp> got;
    std::vector<int> at;
    std::uint32_t sent = 0;
    for (int tick = 0; tick < 50 * seconds; ++tick) {
        for (; sent * octets <= static_cast<std::size_t>(tick) * 160; ++sent) {
            auto packet = voice(static_cast<int>(sent));
            packet.timestamp = sent * static_cast<std::uint32_t>(octets);
            packet.payload.assign(octets, 0x55);
            rig.a.receive(packet);
        }
        rig.tick();
        for (std::size_t i = got.size(); i < rig.b.sent.size(); ++i) at.push_back(tick);
        got = rig.b.sent;
    }
    // Evenly spaced, with numbers that go on.
    for (std::size_t i = 1; i < got.size(); ++i) {
        EXPECT_EQ(got[i].sequence, static_cast<std::uint16_t>(got[i - 1].sequence + 1));
        EXPECT_EQ(got[i].timestamp - got[i - 1].timestamp, got[i - 1].payload.size());
        EXPECT_EQ((at[i] - at[i - 1]) * 160, static_cast<int>(got[i].payload.size())) << i;
    }
    return got;
}

TEST(Bridge, PacketsOfAnotherLengthAreRepackedToWhatTheOtherSideAgreedTo) {
    using Maximum = std::optional<std::chrono::milliseconds>;
    for (const auto& [octets, ptime, maxptime] : {std::tuple(320u, 20ms, Maximum(20ms)),
                                                  {240u, 20ms, Maximum()},
                                                  {480u, 20ms, Maximum()},
                                                  {240u, 40ms, Maximum()},
                                                  {160u, 40ms, Maximum()},
                                                  {80u, 20ms, Maximum(40ms)}}) {
        const auto got = repacked(octets, ptime, maxptime);
        ASSERT_GT(got.size(), 100u * 20 / static_cast<unsigned>(ptime.count()) - 8);
        for (const Rtp& packet : got)
            EXPECT_EQ(packet.payload.size(), static_cast<std::size_t>(ptime.count()) * 8);
    }
}

TEST(Bridge, PacketsOfTheAgreedLengthAreForwardedAsTheyAre) {
    for (const auto ptime : {20ms, 40ms}) {
        const auto octets = static_cast<std::size_t>(ptime.count()) * 8;
        const auto got = repacked(octets, ptime, ptime);
        ASSERT_EQ(got.size(), 50u * 2 * 20 / static_cast<std::size_t>(ptime.count()));
        for (const Rtp& packet : got)
            EXPECT_EQ(packet.payload, std::vector<std::uint8_t>(octets, 0x55));
    }
}

TEST(Bridge, WhatIsTooLongToRepackGoesOnlyToWhoAllowsIt) {
    const auto sent = [](std::optional<std::chrono::milliseconds> maxptime) {
        Rig rig;
        auto remote = rig.b.remote();
        remote.maxptime = maxptime;
        rig.a.stream.set_remote(rig.a.remote());
        rig.b.stream.set_remote(remote);
        rig.a.stream.bridge(rig.b.stream);
        auto packet = voice(0);
        packet.payload.assign(800, 0x55);
        rig.a.receive(packet);
        return rig.b.sent.size();
    };
    EXPECT_EQ(sent(std::nullopt), 1u);
    EXPECT_EQ(sent(100ms), 1u);
    EXPECT_EQ(sent(60ms), 0u);
}

TEST(Bridge, AnEventThatIsNoDigitStaysOnItsSide) {  // fmtp 0-15 is all that we agree to
    Bridged rig;
    rig.a.receive(voice(0));
    auto flash = voice(1, 101);
    flash.payload = {16, 0x8a, 3, 0x20};
    rig.a.receive(flash);
    rig.a.receive(voice(2));
    ASSERT_EQ(rig.b.sent.size(), 2u);
    EXPECT_EQ(rig.b.sent[1].sequence, static_cast<std::uint16_t>(rig.b.sent[0].sequence + 1));
}

TEST(Bridge, ALatePacketOfAnEarlierDigitPressesNothingAmongTranscodedAudio) {
    Bridged rig(Codec::pcmu, Codec::pcma);
    int n = 0;
    for (; n < 10; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    const auto press = [&](int number, int began, std::uint8_t code, bool end) {
        Rtp event = voice(number, 101);
        event.marker = number == began;
        event.timestamp = voice(began).timestamp;
        event.payload = {code, static_cast<std::uint8_t>(end ? 0x8a : 0x0a), 1, 0x40};
        rig.a.receive(event);
        rig.tick();
    };
    press(10, 10, 1, false);
    press(11, 10, 1, true);
    press(14, 14, 2, false);
    press(12, 10, 1, true);  // was on its way for longer
    press(15, 14, 2, true);
    TestStream far(rig.clock, 9, "192.0.2.9");
    far.stream.set_remote(far.remote());
    for (const Rtp& packet : rig.b.sent) far.receive(packet);
    EXPECT_EQ(far.digits(), "12");
}

TEST(Bridge, APromptHasTheRightOfWayOverTheOtherLeg) {
    Bridged rig;
    rig.b.stream.sender().play(1, {Silence{100ms}}, Repeat::once);
    for (int n = 0; n < 5; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    EXPECT_EQ(rig.b.sent.size(), 5u);
    rig.a.receive(voice(5));
    ASSERT_EQ(rig.b.sent.size(), 6u);
    EXPECT_EQ(rig.b.sent[5].payload, voice(5).payload);
    EXPECT_EQ(rig.b.sent[5].sequence, static_cast<std::uint16_t>(rig.b.sent[4].sequence + 1));
}

TEST(Bridge, AHeldLegGetsNothingAndGivesNothing) {
    Bridged rig;
    auto held = rig.b.remote();
    held.direction = Direction::inactive;
    rig.b.stream.set_remote(held);
    rig.a.receive(voice(0));
    rig.b.receive(voice(0));
    EXPECT_TRUE(rig.a.sent.empty());
    EXPECT_TRUE(rig.b.sent.empty());
}

TEST(Bridge, GoesOnForHoursOverEveryWrap) {
    Bridged rig;
    Rtp packet = voice(0);
    rig.a.receive(packet);
    for (int n = 1; n < 200000; ++n) {
        packet.sequence = static_cast<std::uint16_t>(packet.sequence + 1);
        packet.timestamp += 160;
        rig.clock.advance(20ms);
        rig.a.receive(packet);
        if (rig.b.sent.size() > 1) {
            ASSERT_EQ(rig.b.sent[1].sequence,
                      static_cast<std::uint16_t>(rig.b.sent[0].sequence + 1))
                << n;
            rig.b.sent.erase(rig.b.sent.begin());
        }
    }
    EXPECT_EQ(rig.a.stream.stats().packets_lost, 0u);
}

TEST(Bridge, ClosingALegFreesTheOther) {
    Bridged rig;
    rig.a.stream.close();
    rig.b.receive(voice(0));
    rig.tick(2);
    EXPECT_EQ(rig.b.sent.size(), 2u);  // silence again
    EXPECT_FALSE(rig.b.stream.is_bridged());
}

TEST(Bridge, BridgingToAThirdLegLeavesTheFirst) {
    Bridged rig;
    TestStream c(rig.clock, 3, "192.0.2.3");
    c.stream.set_remote(c.remote());
    c.stream.bridge(rig.b.stream);
    EXPECT_FALSE(rig.a.stream.is_bridged());
    rig.a.receive(voice(0));
    EXPECT_TRUE(rig.b.sent.empty());
    c.receive(voice(0));
    EXPECT_EQ(rig.b.sent.size(), 1u);
}

// Sends a sine into one leg and says how much of what comes out of the other is that sine.
bool is_heard(Codec in, Codec out) {
    Bridged rig(in, out);
    ToneBank bank;
    const auto payload = bank.sine(1200)->payload(in);
    ToneDetector detector(1200);
    bool heard = false;
    Decoder decoder(out, 8000);
    for (int n = 0; n < 100; ++n) {
        auto packet = voice(n, static_payload_type(in));
        const auto at = static_cast<std::size_t>(n % 50) * 160;
        packet.payload.assign(payload.begin() + static_cast<std::ptrdiff_t>(at),
                              payload.begin() + static_cast<std::ptrdiff_t>(at + 160));
        rig.a.receive(packet);
        rig.tick();
    }
    for (const auto& packet : rig.b.sent) {
        EXPECT_EQ(packet.type, static_payload_type(out));
        std::vector<std::int16_t> pcm(packet.payload.size());
        decoder.decode(packet.payload, pcm);
        heard |= detector.feed(pcm);
    }
    EXPECT_NEAR(static_cast<double>(rig.b.sent.size()), 100, 2);
    EXPECT_EQ(rig.a.stream.stats().frames_concealed, 0u);
    return heard;
}

TEST(Bridge, DifferentCodecsAreTranscoded) {
    for (const Codec in : kCodecs)
        for (const Codec out : kCodecs)
            EXPECT_TRUE(is_heard(in, out)) << encoding_name(in) << encoding_name(out);
}

TEST(Bridge, TranscodedAudioHasThePtimeOfTheOtherLegAndItsNumbersGoOn) {
    Bridged rig(Codec::pcmu, Codec::pcma);
    auto remote = rig.b.remote(Codec::pcma);
    remote.ptime = 40ms;
    rig.b.stream.set_remote(remote);
    for (int n = 0; n < 30; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    ASSERT_GE(rig.b.sent.size(), 13u);
    for (std::size_t i = 1; i < rig.b.sent.size(); ++i) {
        EXPECT_EQ(rig.b.sent[i].payload.size(), 320u);
        EXPECT_EQ(rig.b.sent[i].timestamp, rig.b.sent[i - 1].timestamp + 320);
        EXPECT_EQ(rig.b.sent[i].sequence,
                  static_cast<std::uint16_t>(rig.b.sent[i - 1].sequence + 1));
    }
}

TEST(Bridge, ADigitPressedAmongTranscodedAudioIsOneDigitOnTheOtherSide) {
    Bridged rig(Codec::pcmu, Codec::pcma);
    int n = 0;
    for (; n < 20; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    Rtp event = voice(n, 101);
    for (int update = 1; update <= 8; ++update, ++n) {
        event.sequence = voice(n).sequence;
        event.payload = {5, static_cast<std::uint8_t>(update > 5 ? 0x8a : 0x0a), 0,
                         static_cast<std::uint8_t>(32 * std::min(update, 6))};
        rig.a.receive(event);
        rig.tick();
    }
    for (; n < 50; ++n) {
        rig.a.receive(voice(n));
        rig.tick();
    }
    TestStream far(rig.clock, 9, "192.0.2.9");
    far.stream.set_remote(far.remote());
    for (std::size_t i = 0; i < rig.b.sent.size(); ++i) {
        far.receive(rig.b.sent[i]);
        if (i == 0) continue;
        EXPECT_EQ(rig.b.sent[i].sequence,
                  static_cast<std::uint16_t>(rig.b.sent[i - 1].sequence + 1));
    }
    EXPECT_EQ(far.digits(), "5");
    EXPECT_EQ(rig.a.digits(), "5");
    const auto elapsed = rig.b.sent.back().timestamp - rig.b.sent.front().timestamp;
    EXPECT_NEAR(elapsed, 160 * 49, 320);
}

TEST(Bridge, ALossIsConcealedOnlyWhereAudioIsTranscoded) {
    Bridged rig(Codec::pcmu, Codec::pcma);
    for (int n = 0; n < 200; ++n) {
        if (n % 20 != 7) rig.a.receive(voice(n));
        rig.tick();
    }
    EXPECT_NEAR(static_cast<double>(rig.a.stream.stats().frames_concealed), 10, 1);
}

TEST(Bridge, AForwardedCallTakesUnderThirtyTwoKibibytesAStream) {
    EXPECT_LT(sizeof(Stream), 4096u);
    EXPECT_LT(sizeof(Stream) + sizeof(JitterBuffer), 32768u);
}

}  // namespace
}  // namespace skyn3t::media
