#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "media/tone.hpp"
#include "stream_rig.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

// Low-passed noise in syllables of a quarter second, peaking around -6 dBFS.
std::vector<std::int16_t> speech_like(std::size_t samples) {
    std::vector<std::int16_t> pcm;
    std::uint32_t seed = 1;
    double low = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        seed = seed * 1664525u + 1013904223u;
        low = 0.9 * low + 0.1 * (static_cast<double>(seed >> 16) - 32768);
        const double syllable =
            0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / 4000);
        pcm.push_back(static_cast<std::int16_t>(std::lround(2 * low * syllable)));
    }
    return pcm;
}

TEST(Sending, NothingIsSentBeforeTheRemoteIsKnown) {
    Rig rig;
    rig.tick(50);
    EXPECT_TRUE(rig.a.sent.empty());
    EXPECT_TRUE(rig.a.rtcp.empty());
}

TEST(Sending, SilenceFillsTheTimeWhenNothingIsPlayed) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote(Codec::pcma));
    rig.tick(3);
    ASSERT_EQ(rig.a.sent.size(), 3u);
    EXPECT_EQ(rig.a.sent[0].payload, std::vector<std::uint8_t>(160, 0xd5));
    EXPECT_EQ(rig.a.sent[0].type, 8);
    EXPECT_EQ(rig.a.sent[0].to, rig.a.peer);
}

TEST(Sending, APromptIsSentOctetForOctetWithContinuousNumbersAndTimestamps) {
    Rig rig;
    const auto prompt = make_prompt(speech_like(16000));
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().play(7, {prompt}, Repeat::once);
    rig.tick(55);
    ASSERT_EQ(rig.a.sent.size(), 55u);
    std::vector<std::uint8_t> payload;
    for (std::size_t i = 0; i < 50; ++i)
        payload.insert(payload.end(), rig.a.sent[i].payload.begin(), rig.a.sent[i].payload.end());
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), prompt->payload(Codec::pcmu).begin(),
                           prompt->payload(Codec::pcmu).end()));
    for (std::size_t i = 0; i < 55; ++i) {
        EXPECT_EQ(rig.a.sent[i].sequence, static_cast<std::uint16_t>(65534 + i));
        EXPECT_EQ(rig.a.sent[i].timestamp, static_cast<std::uint32_t>(0xffffff00 + 160 * i));
        EXPECT_EQ(rig.a.sent[i].ssrc, 0xabcd0001u);
        EXPECT_EQ(rig.a.sent[i].marker, i == 0);
    }
    const auto ended = rig.a.all<PlayEnded>();
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].play, 7u);
    EXPECT_EQ(ended[0].end, PlayEnd::finished);
    EXPECT_EQ(ended[0].played, 1000ms);
    EXPECT_EQ(ended[0].items.size(), 1u);
}

TEST(Sending, APromptAfterSilenceBeginsATalkSpurt) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(10);
    rig.a.stream.sender().play(1, {make_prompt(speech_like(3200))}, Repeat::once);
    rig.tick(2);
    EXPECT_TRUE(rig.a.sent[10].marker);
    EXPECT_EQ(rig.a.sent[10].timestamp, rig.a.sent[9].timestamp + 160);
    EXPECT_FALSE(rig.a.sent[11].marker);
}

TEST(Sending, ItemsAndSilencesFollowEachOtherAndRepeat) {
    Rig rig;
    const auto prompt = make_prompt(speech_like(320));
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().play(1, {prompt, Silence{30ms}}, Repeat::forever);
    rig.tick(6);
    const std::vector<std::uint8_t> speech(prompt->payload(Codec::pcmu).begin(),
                                           prompt->payload(Codec::pcmu).end());
    const std::vector<std::uint8_t> silence(160, 0xff);
    EXPECT_EQ(rig.a.sent[0].payload, speech);
    EXPECT_EQ(rig.a.sent[1].payload, silence);
    EXPECT_EQ(rig.a.sent[2].payload, silence);
    EXPECT_EQ(rig.a.sent[3].payload, speech);
    EXPECT_TRUE(rig.a.all<PlayEnded>().empty());
    rig.a.stream.sender().stop_play();
    ASSERT_EQ(rig.a.all<PlayEnded>().size(), 1u);
    EXPECT_EQ(rig.a.all<PlayEnded>()[0].end, PlayEnd::stopped);
    EXPECT_EQ(rig.a.all<PlayEnded>()[0].played, 120ms);
}

TEST(Sending, PlayingNothingEndsAtOnceEvenForEver) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().play(1, {}, Repeat::forever);
    rig.tick();
    EXPECT_EQ(rig.a.all<PlayEnded>().size(), 1u);
}

TEST(Sending, ASecondPlayStopsTheFirst) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().play(1, {make_prompt(speech_like(16000))}, Repeat::once);
    rig.tick(5);
    rig.a.stream.sender().play(2, {make_prompt(speech_like(320))}, Repeat::once);
    rig.tick(2);
    const auto ended = rig.a.all<PlayEnded>();
    ASSERT_EQ(ended.size(), 2u);
    EXPECT_EQ(ended[0].play, 1u);
    EXPECT_EQ(ended[0].end, PlayEnd::stopped);
    EXPECT_EQ(ended[1].play, 2u);
}

TEST(Sending, PtimeDecidesHowManyOctetsAPacketHas) {
    for (const auto& [ptime, packets] :
         {std::pair(10ms, 24u), {20ms, 12u}, {30ms, 12u}, {40ms, 6u}, {25ms, 12u}}) {
        Rig rig;
        auto remote = rig.a.remote();
        remote.ptime = ptime;
        rig.a.stream.set_remote(remote);
        const auto prompt = make_prompt(speech_like(16000));
        rig.a.stream.sender().play(1, {prompt}, Repeat::once);
        rig.tick(12);
        ASSERT_EQ(rig.a.sent.size(), packets) << ptime.count();
        std::vector<std::uint8_t> payload;
        for (const auto& packet : rig.a.sent) {
            EXPECT_EQ(packet.timestamp, 0xffffff00 + static_cast<std::uint32_t>(payload.size()));
            payload.insert(payload.end(), packet.payload.begin(), packet.payload.end());
        }
        EXPECT_TRUE(
            std::equal(payload.begin(), payload.end(), prompt->payload(Codec::pcmu).begin()));
    }
}

TEST(Sending, OnHoldNothingIsSentAndThePlayStillEnds) {
    for (const auto direction : {Direction::receive_only, Direction::inactive}) {
        Rig rig;
        auto remote = rig.a.remote();
        remote.direction = direction;
        rig.a.stream.set_remote(remote);
        rig.a.stream.sender().play(1, {make_prompt(speech_like(1600))}, Repeat::once);
        rig.tick(10);
        EXPECT_TRUE(rig.a.sent.empty());
        EXPECT_EQ(rig.a.all<PlayEnded>().size(), 1u);
    }
}

TEST(Sending, TheOldWayOfHoldingStopsSendingToo) {
    Rig rig;
    auto remote = rig.a.remote();
    remote.rtp = address("0.0.0.0", 4000);
    rig.a.stream.set_remote(remote);
    rig.tick(3);
    EXPECT_TRUE(rig.a.sent.empty());
}

TEST(Sending, AfterAHoldTheTimestampHasGoneOnAndATalkSpurtBegins) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick(2);
    auto held = rig.a.remote();
    held.direction = Direction::inactive;
    rig.a.stream.set_remote(held);
    rig.tick(100);
    rig.a.stream.set_remote(rig.a.remote());
    rig.tick();
    ASSERT_EQ(rig.a.sent.size(), 3u);
    EXPECT_EQ(rig.a.sent[2].sequence, static_cast<std::uint16_t>(rig.a.sent[1].sequence + 1));
    EXPECT_EQ(rig.a.sent[2].timestamp, rig.a.sent[1].timestamp + 101 * 160);
    EXPECT_TRUE(rig.a.sent[2].marker);
}

TEST(Sending, DigitsAreEventsWithOneTimestampEachAndThreeEnds) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().send_digits("1#", 100ms, {});
    rig.tick(30);
    std::vector<Rtp> events;
    for (const auto& packet : rig.a.sent)
        if (packet.type == 101) events.push_back(packet);
    ASSERT_EQ(events.size(), 14u);
    EXPECT_EQ(events[0].payload, (std::vector<std::uint8_t>{1, 0x0a, 0, 160}));
    EXPECT_EQ(events[3].payload, (std::vector<std::uint8_t>{1, 0x0a, 0x02, 0x80}));
    EXPECT_EQ(events[4].payload, (std::vector<std::uint8_t>{1, 0x8a, 0x03, 0x20}));
    EXPECT_EQ(events[6].payload, (std::vector<std::uint8_t>{1, 0x8a, 0x03, 0x20}));
    EXPECT_EQ(events[7].payload[0], 11);
    EXPECT_TRUE(events[0].marker);
    EXPECT_FALSE(events[1].marker);
    EXPECT_TRUE(events[7].marker);
    for (std::size_t i = 1; i < 7; ++i) EXPECT_EQ(events[i].timestamp, events[0].timestamp);
    EXPECT_EQ(events[7].timestamp, events[0].timestamp + 10 * 160);  // 200 ms later
    EXPECT_EQ(rig.a.all<DigitsSent>().size(), 1u);
    for (std::size_t i = 1; i < rig.a.sent.size(); ++i)
        EXPECT_EQ(rig.a.sent[i].sequence,
                  static_cast<std::uint16_t>(rig.a.sent[i - 1].sequence + 1));
}

TEST(Sending, AWaitInTheDigitsIsHalfASecondOrAWholeOne) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().send_digits("wW5", 100ms, {});
    rig.tick(75);
    EXPECT_TRUE(std::none_of(rig.a.sent.begin(), rig.a.sent.end(),
                             [](const Rtp& p) { return p.type == 101; }));
    rig.tick(1);
    EXPECT_EQ(rig.a.sent.back().type, 101);
}

TEST(Sending, WhatIsSentAsDigitsIsReceivedAsDigits) {
    Rig rig;
    rig.start_both();
    rig.a.stream.sender().send_digits("0123456789*#ABCD", 60ms, {});
    rig.tick(200);
    for (auto packet : rig.a.sent) rig.b.receive(packet);
    EXPECT_EQ(rig.b.digits(), "0123456789*#ABCD");
    EXPECT_EQ(rig.b.all<DigitReceived>()[0].length, 60ms);
}

TEST(Sending, DigitsOfASecondCommandFollowTheFirst) {
    for (const bool as_sound : {false, true}) {
        Rig rig;
        rig.start_both();
        auto remote = rig.a.remote();
        if (as_sound) remote.telephone_event_send.reset();
        rig.a.stream.set_remote(remote);
        auto listener = rig.b.remote();
        if (as_sound) listener.telephone_event_receive.reset();
        rig.b.stream.set_remote(listener);
        ToneBank bank;
        for (const char* digit : {"7", "7", "8"})
            rig.a.stream.sender().send_digits(digit, 100ms, bank.digits(digit, 100ms));
        rig.tick(60);
        for (auto packet : rig.a.sent) rig.b.receive(packet);
        EXPECT_EQ(rig.b.digits(), "778") << as_sound;
        EXPECT_EQ(rig.a.all<DigitsSent>().size(), 1u);
    }
}

TEST(Sending, DigitsEndWhenThePeerTakesNoEventsAnyMore) {
    Rig rig;
    rig.a.stream.set_remote(rig.a.remote());
    rig.a.stream.sender().send_digits("123", 100ms, {});
    rig.tick(3);
    auto remote = rig.a.remote();
    remote.telephone_event_send.reset();
    rig.a.stream.set_remote(remote);
    const auto sent = rig.a.sent.size();
    rig.tick(30);
    EXPECT_TRUE(std::none_of(rig.a.sent.begin() + static_cast<std::ptrdiff_t>(sent),
                             rig.a.sent.end(), [](const Rtp& p) { return p.type == 101; }));
    EXPECT_EQ(rig.a.all<DigitsSent>().size(), 1u);
}

TEST(Sending, DigitsAreSoundWhenEventsWereNotNegotiated) {
    Rig rig;
    auto remote = rig.a.remote(Codec::pcma);
    remote.telephone_event_send.reset();
    rig.a.stream.set_remote(remote);
    auto deaf = rig.b.remote();
    deaf.telephone_event_receive.reset();
    rig.b.stream.set_remote(deaf);
    ToneBank bank;
    rig.a.stream.sender().send_digits("42", 100ms, bank.digits("42", 100ms));
    rig.tick(40);
    EXPECT_EQ(rig.a.all<DigitsSent>().size(), 1u);
    EXPECT_TRUE(rig.a.all<PlayEnded>().empty());
    for (auto packet : rig.a.sent) rig.b.receive(packet);
    EXPECT_EQ(rig.b.digits(), "42");
    EXPECT_EQ(rig.b.all<DigitReceived>()[0].source, DigitSource::inband);
}

// How far what is heard of `clip`, among all that was sent, is from the same clip heard alone: dBFS
// over its first 100 ms.
double error_of_clip_dbfs(const std::vector<Rtp>& sent, const Prompt& clip) {
    const auto payload = clip.payload(Codec::g722);
    Decoder heard(Codec::g722, 16000), alone(Codec::g722, 16000);
    std::vector<std::int16_t> disturbed(320), clean(320);
    for (int i = 0; i < 50; ++i) alone.decode(silence_frame(Codec::g722), clean);
    std::size_t frame = 0;
    double sum = 0;
    for (const Rtp& packet : sent) {
        heard.decode(packet.payload, disturbed);
        const auto wanted = payload.subspan(frame * 160, 160);
        if (!std::equal(wanted.begin(), wanted.end(), packet.payload.begin())) continue;
        alone.decode(wanted, clean);
        for (std::size_t n = 0; n < 320; ++n) sum += std::pow(disturbed[n] - clean[n], 2);
        if (++frame == 5) break;
    }
    EXPECT_EQ(frame, 5u);
    return 10 * std::log10(sum / 1600 / (32768.0 * 32768.0) + 1e-12);
}

TEST(Sending, AG722PromptThatIsCutLeavesNoBurstInTheNext) {
    Rig rig;
    const auto first = make_prompt(speech_like(32000));
    std::vector<std::int16_t> pcm(320);  // a clip begins with 20 ms of silence
    const auto speech = speech_like(16000);
    pcm.insert(pcm.end(), speech.begin(), speech.end());
    const auto second = make_prompt(pcm);
    rig.a.stream.set_remote(rig.a.remote(Codec::g722));
    rig.a.stream.sender().play(1, {first}, Repeat::once);
    rig.tick(39);
    rig.a.stream.sender().play(2, {second}, Repeat::once);
    rig.tick(60);
    EXPECT_LT(error_of_clip_dbfs(rig.a.sent, *second), -45);
    ASSERT_EQ(rig.a.all<PlayEnded>().size(), 2u);
    EXPECT_EQ(rig.a.all<PlayEnded>()[1].played, 1020ms);
}

}  // namespace
}  // namespace skyn3t::media
