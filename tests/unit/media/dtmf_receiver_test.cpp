#include "media/dtmf_receiver.hpp"

#include <gtest/gtest.h>

#include "media/codec.hpp"
#include "media/tone.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{std::chrono::hours(1)};

struct EventReceiver {
    DtmfReceiver dtmf;
    SteadyTime now = kStart;
    std::uint16_t next = 65530;

    void event(std::uint32_t timestamp, std::uint8_t code, std::uint16_t duration, bool end = false,
               bool marker = false) {
        send(next++, timestamp, code, duration, end, marker);
    }
    void send(std::uint16_t sequence_number, std::uint32_t timestamp, std::uint8_t code,
              std::uint16_t duration, bool end, bool marker) {
        std::array<std::uint8_t, 16> octets{};
        RtpHeader{marker, 101, sequence_number, timestamp, 7}.write(std::span(octets).first<12>());
        octets[12] = code;
        octets[13] = end ? 0x8a : 0x0a;
        octets[14] = static_cast<std::uint8_t>(duration >> 8);
        octets[15] = static_cast<std::uint8_t>(duration);
        dtmf.on_event(*RtpPacketView::parse(octets), now);
        now += 20ms;
        dtmf.on_tick(now);
    }
    void wait(std::chrono::milliseconds time) {
        now += time;
        dtmf.on_tick(now);
    }
    std::string digits() {
        std::string all;
        while (const auto digit = dtmf.take()) {
            all += digit->digit;
            length = digit->length;
        }
        return all;
    }
    std::chrono::milliseconds length{0};
};

TEST(DtmfReceiver, ReportsADigitOnceAtTheFirstOfThreeEndPackets) {
    EventReceiver receiver;
    receiver.event(1000, 5, 160);
    receiver.event(1000, 5, 320);
    EXPECT_EQ(receiver.digits(), "");
    receiver.event(1000, 5, 800, true);
    EXPECT_EQ(receiver.digits(), "5");
    EXPECT_EQ(receiver.length, 100ms);
    receiver.event(1000, 5, 800, true);
    receiver.event(1000, 5, 800, true);
    receiver.wait(1s);
    EXPECT_EQ(receiver.digits(), "");
}

TEST(DtmfReceiver, ReportsTheSameKeyPressedTwiceTwice) {
    EventReceiver receiver;
    receiver.event(1000, 1, 800, true);
    receiver.event(3000, 1, 800, true);
    EXPECT_EQ(receiver.digits(), "11");
}

TEST(DtmfReceiver, ReportsADigitWhoseEndPacketsWereLost) {
    EventReceiver receiver;
    receiver.event(1000, 10, 160);
    receiver.wait(100ms);
    EXPECT_EQ(receiver.digits(), "");
    receiver.wait(60ms);
    EXPECT_EQ(receiver.digits(), "*");
    EXPECT_EQ(receiver.length, 20ms);
    receiver.event(1000, 10, 800, true);  // late
    EXPECT_EQ(receiver.digits(), "");
}

TEST(DtmfReceiver, ANewEventEndsOneWhoseEndWasLost) {
    EventReceiver receiver;
    receiver.event(1000, 3, 480);
    receiver.event(2600, 4, 160);
    EXPECT_EQ(receiver.digits(), "3");
    receiver.event(2600, 4, 320, true);
    EXPECT_EQ(receiver.digits(), "4");
}

TEST(DtmfReceiver, ReportsADigitOfWhichOnlyTheEndCame) {
    EventReceiver receiver;
    receiver.event(1000, 15, 640, true);
    EXPECT_EQ(receiver.digits(), "D");
    EXPECT_EQ(receiver.length, 80ms);
}

TEST(DtmfReceiver, TakesTheSegmentsOfALongEventAsOneDigit) {
    EventReceiver receiver;
    receiver.event(1000, 9, 65520);
    receiver.event(1000, 9, 0xffff);
    receiver.event(1000 + 0xffff, 9, 160);
    receiver.event(1000 + 0xffff, 9, 1600, true);
    receiver.event(1000 + 0xffff, 9, 1600, true);
    EXPECT_EQ(receiver.digits(), "9");
    EXPECT_EQ(receiver.length, std::chrono::milliseconds((65535 + 1600) / 8));
}

TEST(DtmfReceiver, IgnoresFlashAndOtherEvents) {
    EventReceiver receiver;
    receiver.event(1000, 16, 800, true);
    receiver.event(2000, 200, 800, true);
    receiver.wait(1s);
    EXPECT_EQ(receiver.digits(), "");
}

TEST(DtmfReceiver, IgnoresAnOvertakenUpdateOfAnEarlierEvent) {
    EventReceiver receiver;
    receiver.event(1000, 1, 800, true);
    ++receiver.next;
    receiver.event(3000, 2, 160);
    receiver.send(65531, 1000, 1, 640, false, false);
    receiver.event(3000, 2, 800, true);
    EXPECT_EQ(receiver.digits(), "12");
}

TEST(DtmfReceiver, TakesADigitAfterATimestampThatSteppedBack) {
    for (const std::uint32_t back : {160u, 8000u, 79999u, 80000u, 1000000u}) {
        EventReceiver receiver;
        receiver.event(2000000, 1, 800, true, true);
        receiver.event(2000000 - back, 2, 160, false, true);
        receiver.event(2000000 - back, 2, 800, true);
        EXPECT_EQ(receiver.digits(), "12") << back;
    }
}

TEST(DtmfReceiver, TakesADigitAtTheTimestampOfTheLastByItsMarker) {
    EventReceiver receiver;
    receiver.event(1000, 1, 800, true);
    receiver.event(1000, 1, 160, false, true);
    receiver.event(1000, 1, 800, true);
    EXPECT_EQ(receiver.digits(), "11");
}

TEST(DtmfReceiver, ASenderThatMarksEveryPacketPressesOnce) {
    EventReceiver receiver;
    receiver.event(1000, 1, 160, false, true);
    receiver.event(1000, 1, 320, false, true);
    for (int i = 0; i < 3; ++i) receiver.event(1000, 1, 480, true, true);
    EXPECT_EQ(receiver.digits(), "1");
}

TEST(DtmfReceiver, TakesADigitALongTimeAndManyPacketsAfterTheLast) {
    for (const int packets : {20000, 32768, 40000, 65535}) {
        EventReceiver receiver;
        receiver.event(1000, 1, 800, true);
        receiver.next = static_cast<std::uint16_t>(receiver.next + packets);
        receiver.wait(20ms * packets);
        receiver.event(1000 + 160 * static_cast<std::uint32_t>(packets), 2, 800, true);
        EXPECT_EQ(receiver.digits(), "12") << packets;
    }
}

TEST(DtmfReceiver, IgnoresAPayloadThatIsTooShort) {
    DtmfReceiver dtmf;
    std::array<std::uint8_t, 15> octets{};
    RtpHeader{true, 101, 1, 1, 7}.write(std::span(octets).first<12>());
    octets[12] = 1;
    octets[13] = 0x80;
    dtmf.on_event(*RtpPacketView::parse(octets), kStart);
    EXPECT_FALSE(dtmf.take());
}

TEST(DtmfReceiver, WorksOverTheWrapOfTheTimestamp) {
    EventReceiver receiver;
    receiver.event(0xffffff00, 1, 800, true);
    receiver.event(0x00000700, 2, 800, true);
    EXPECT_EQ(receiver.digits(), "12");
}

TEST(InbandDtmf, HearsEveryDigitInALaw) {
    ToneBank bank;
    InbandDtmf inband;
    Decoder decoder(Codec::pcma, 8000);
    std::string heard;
    for (const auto& item : bank.digits("0123456789*#ABCD", 80ms)) {
        const auto payload = std::get<PromptPtr>(item)->payload(Codec::pcma);
        std::vector<std::int16_t> pcm(payload.size());
        decoder.decode(payload, pcm);
        inband.feed(pcm);
        while (const auto digit = inband.take()) {
            heard += digit->digit;
            EXPECT_NEAR(static_cast<double>(digit->length.count()), 80, 26);
        }
    }
    EXPECT_EQ(heard, "0123456789*#ABCD");
}

}  // namespace
}  // namespace skyn3t::media
