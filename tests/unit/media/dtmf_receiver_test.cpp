#include "media/dtmf_receiver.hpp"

#include <gtest/gtest.h>

#include "media/codec.hpp"
#include "media/tone.hpp"

namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{std::chrono::hours(1)};

struct Receiver {
    DtmfReceiver dtmf;
    SteadyTime now = kStart;

    void event(std::uint32_t timestamp, std::uint8_t code, std::uint16_t duration,
               bool end = false) {
        const std::array<std::uint8_t, 4> payload{
            code, static_cast<std::uint8_t>(end ? 0x8a : 0x0a),
            static_cast<std::uint8_t>(duration >> 8), static_cast<std::uint8_t>(duration)};
        dtmf.on_event(timestamp, payload, now);
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
    Receiver receiver;
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
    Receiver receiver;
    receiver.event(1000, 1, 800, true);
    receiver.event(3000, 1, 800, true);
    EXPECT_EQ(receiver.digits(), "11");
}

TEST(DtmfReceiver, ReportsADigitWhoseEndPacketsWereLost) {
    Receiver receiver;
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
    Receiver receiver;
    receiver.event(1000, 3, 480);
    receiver.event(2600, 4, 160);
    EXPECT_EQ(receiver.digits(), "3");
    receiver.event(2600, 4, 320, true);
    EXPECT_EQ(receiver.digits(), "4");
}

TEST(DtmfReceiver, ReportsADigitOfWhichOnlyTheEndCame) {
    Receiver receiver;
    receiver.event(1000, 15, 640, true);
    EXPECT_EQ(receiver.digits(), "D");
    EXPECT_EQ(receiver.length, 80ms);
}

TEST(DtmfReceiver, TakesTheSegmentsOfALongEventAsOneDigit) {
    Receiver receiver;
    receiver.event(1000, 9, 65520);
    receiver.event(1000, 9, 0xffff);
    receiver.event(1000 + 0xffff, 9, 160);
    receiver.event(1000 + 0xffff, 9, 1600, true);
    receiver.event(1000 + 0xffff, 9, 1600, true);
    EXPECT_EQ(receiver.digits(), "9");
    EXPECT_EQ(receiver.length, std::chrono::milliseconds((65535 + 1600) / 8));
}

TEST(DtmfReceiver, IgnoresFlashAndOtherEvents) {
    Receiver receiver;
    receiver.event(1000, 16, 800, true);
    receiver.event(2000, 200, 800, true);
    receiver.wait(1s);
    EXPECT_EQ(receiver.digits(), "");
}

TEST(DtmfReceiver, IgnoresAnOvertakenUpdateOfAnEarlierEvent) {
    Receiver receiver;
    receiver.event(1000, 1, 800, true);
    receiver.event(3000, 2, 160);
    receiver.event(1000, 1, 640);
    receiver.event(3000, 2, 800, true);
    EXPECT_EQ(receiver.digits(), "12");
}

TEST(DtmfReceiver, IgnoresAPayloadThatIsTooShort) {
    DtmfReceiver dtmf;
    const std::array<std::uint8_t, 3> payload{1, 0x80, 0};
    dtmf.on_event(1, payload, kStart);
    EXPECT_FALSE(dtmf.take());
}

TEST(DtmfReceiver, WorksOverTheWrapOfTheTimestamp) {
    Receiver receiver;
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
