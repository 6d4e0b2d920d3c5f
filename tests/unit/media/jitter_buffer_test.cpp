#include "media/jitter_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numbers>
#include <vector>

#include "media/g711.hpp"

namespace skyn3t::media {
namespace {

// A sender, a network and a player on simulated time, in microseconds. Packet n carries 20 ms of a
// 200 Hz tone.
struct Line {
    JitterBuffer buffer;
    double sender_period_us = 20000;
    std::function<double(int)> network_delay_us = [](int) { return 5000.0; };
    std::function<bool(int)> is_lost = [](int) { return false; };
    std::uint16_t first_sequence = 65500;  // wraps soon
    std::uint32_t first_timestamp = 0xffffff00;

    int next_packet = 0;
    double now = 3000;  // the player's tick is not the sender's
    std::deque<std::pair<double, int>> in_flight;
    std::vector<std::int16_t> heard;

    static std::vector<std::uint8_t> payload(int n) {
        std::vector<std::uint8_t> octets;
        for (int i = 0; i < 160; ++i)
            octets.push_back(g711::mu_law_from_linear(static_cast<std::int16_t>(std::lround(
                8000 * std::sin(2 * std::numbers::pi * 200 * (n * 160 + i) / 8000.0)))));
        return octets;
    }
    void deliver(int n, double since_pull = 0) {
        const auto octets = payload(n);
        buffer.put({static_cast<std::uint16_t>(first_sequence + n),
                    first_timestamp + static_cast<std::uint32_t>(160 * n), Codec::pcmu, octets,
                    std::chrono::microseconds(static_cast<int>(since_pull))});
    }
    void run(double seconds) {
        const double end = now + seconds * 1e6;
        for (; now < end; now += 20000) {
            for (; next_packet * sender_period_us <= now; ++next_packet) {
                if (is_lost(next_packet)) continue;
                in_flight.emplace_back(
                    next_packet * sender_period_us + network_delay_us(next_packet), next_packet);
            }
            std::stable_sort(in_flight.begin(), in_flight.end());
            while (!in_flight.empty() && in_flight.front().first <= now) {
                deliver(in_flight.front().second, 20000 - (now - in_flight.front().first));
                in_flight.pop_front();
            }
            std::array<std::int16_t, 160> frame;
            buffer.pull(frame);
            heard.insert(heard.end(), frame.begin(), frame.end());
        }
    }
};

// Delay of a packet that is held until its burst of three is complete.
double burst_of_three(int n) { return 2000 + (2 - n % 3) * 20000.0; }

TEST(JitterBuffer, PlaysAnEvenStreamWithoutConcealment) {
    Line line;
    line.run(60);
    EXPECT_EQ(line.buffer.frames_concealed(), 0u);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
    EXPECT_LT(line.buffer.delay(), std::chrono::milliseconds(40));
    EXPECT_GE(line.buffer.frames_decoded(), 2995u);
}

TEST(JitterBuffer, ConcealsUnderOnePercentOfSixtyMillisecondBurstsAfterFiveSeconds) {
    Line line;
    line.network_delay_us = burst_of_three;
    line.run(5);
    const auto before = line.buffer.frames_concealed();
    line.run(60);
    EXPECT_LT(line.buffer.frames_concealed() - before, 30u);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
}

TEST(JitterBuffer, IsBackUnderFortyMillisecondsTenSecondsAfterTheBursts) {
    Line line;
    line.network_delay_us = [](int n) { return n < 1500 ? burst_of_three(n) : 5000.0; };
    line.run(30);
    const auto concealed = line.buffer.frames_concealed();
    line.run(10);
    EXPECT_LT(line.buffer.delay(), std::chrono::milliseconds(40));
    EXPECT_EQ(line.buffer.frames_concealed(), concealed);
}

TEST(JitterBuffer, FollowsAFastSenderForAnHourWithoutAGap) {
    Line line;
    line.sender_period_us = 20000 * (1 - 200e-6);
    line.run(3600);
    EXPECT_EQ(line.buffer.frames_concealed(), 0u);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
    EXPECT_LT(line.buffer.delay(), std::chrono::milliseconds(40));
}

TEST(JitterBuffer, FollowsASlowSenderForAnHourWithoutAGap) {
    Line line;
    line.sender_period_us = 20000 * (1 + 200e-6);
    line.run(3600);
    EXPECT_EQ(line.buffer.frames_concealed(), 0u);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
    EXPECT_LT(line.buffer.delay(), std::chrono::milliseconds(40));
}

TEST(JitterBuffer, ChangesItsDelayWithoutAClick) {
    Line line;
    line.sender_period_us = 20000 * (1 - 200e-6);
    line.run(600);
    int steepest = 0;
    for (std::size_t i = 8000; i < line.heard.size(); ++i)
        steepest = std::max(steepest, std::abs(line.heard[i] - line.heard[i - 1]));
    EXPECT_LT(steepest, 2000);  // the tone itself has steps of 1256 and mu-law's of up to 512
}

TEST(JitterBuffer, PutsReorderedPacketsBackInOrder) {
    Line line;
    line.network_delay_us = [](int n) { return n % 10 == 4 ? 26000.0 : 5000.0; };
    line.run(5);
    const auto concealed = line.buffer.frames_concealed();
    const auto late = line.buffer.packets_late();
    line.run(60);
    EXPECT_EQ(line.buffer.frames_concealed(), concealed);
    EXPECT_EQ(line.buffer.packets_late(), late);
}

TEST(JitterBuffer, ConcealsExactlyWhatIsLost) {
    Line line;
    line.is_lost = [](int n) { return n % 20 == 7; };
    line.run(60);
    EXPECT_NEAR(static_cast<double>(line.buffer.frames_concealed()), 150, 2);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
}

TEST(JitterBuffer, IgnoresADuplicate) {
    Line line;
    line.run(1);
    for (int n = 40; n < 50; ++n) line.deliver(n);
    line.run(1);
    EXPECT_EQ(line.buffer.frames_concealed(), 0u);
}

TEST(JitterBuffer, DoesNotConcealWhereATelephoneEventWas) {
    Line line;
    line.is_lost = [](int n) { return n >= 100 && n < 105; };
    line.run(1.95);
    for (int n = 100; n < 105; ++n)
        line.buffer.put_other(static_cast<std::uint16_t>(line.first_sequence + n));
    line.run(2);
    EXPECT_LE(line.buffer.frames_concealed(), 5u);  // the pause itself, and nothing for the numbers
    EXPECT_EQ(line.buffer.packets_late(), 0u);
}

TEST(JitterBuffer, PlaysComfortNoiseAtItsLevelAndDoesNotCountItAsConcealed) {
    Line line;
    line.is_lost = [](int n) { return n >= 100 && n < 200; };
    line.run(1.99);
    line.buffer.put_comfort_noise(static_cast<std::uint16_t>(line.first_sequence + 100),
                                  line.first_timestamp + 16000, 40);
    const auto concealed = line.buffer.frames_concealed();
    line.heard.clear();
    line.run(1.5);
    EXPECT_EQ(line.buffer.frames_concealed(), concealed);
    double sum = 0;
    for (std::size_t i = 4000; i < 12000; ++i) sum += line.heard[i] * line.heard[i];
    EXPECT_NEAR(10 * std::log10(sum / 8000 / (32767.0 * 32767.0)), -40, 1.5);
}

TEST(JitterBuffer, StartsAnewAfterAPauseOfTheSender) {
    Line line;
    line.run(2);
    line.first_timestamp += 80000;  // ten seconds of silence, no sequence number used
    line.heard.clear();
    const int resumed = line.next_packet;
    line.is_lost = [&](int n) { return n < resumed; };
    for (int i = 0; i < 50; ++i) {
        std::array<std::int16_t, 160> frame;
        line.buffer.pull(frame);
    }
    const auto concealed = line.buffer.frames_concealed();
    line.run(5);
    EXPECT_EQ(line.buffer.frames_concealed(), concealed);
    EXPECT_EQ(line.buffer.packets_late(), 0u);
}

TEST(JitterBuffer, IsSilentBeforeTheFirstPacket) {
    JitterBuffer buffer;
    std::array<std::int16_t, 160> frame;
    frame.fill(1);
    buffer.pull(frame);
    EXPECT_EQ(std::count(frame.begin(), frame.end(), 0), 160);
    EXPECT_EQ(buffer.frames_concealed(), 0u);
}

TEST(JitterBuffer, LearnsNoDelayFromAnOldNumberWithATimestampFarAway) {
    JitterBuffer buffer;
    const std::vector<std::uint8_t> octets(160, 0x12);
    buffer.put({10, 1000, Codec::pcmu, octets});
    const auto delay = buffer.delay();
    buffer.put({9, 1000 + 0x7fffffffu, Codec::pcmu, octets});
    EXPECT_EQ(buffer.packets_late(), 1u);
    EXPECT_EQ(buffer.delay(), delay);
}

TEST(JitterBuffer, TakesAnyTimestampsAndNumbers) {
    JitterBuffer buffer;
    std::uint32_t seed = 1;
    const auto random = [&] { return seed = seed * 1664525u + 1013904223u; };
    std::array<std::int16_t, 160> frame;
    const std::vector<std::uint8_t> octets(480, 0x12);
    for (int i = 0; i < 200000; ++i) {
        const auto number = static_cast<std::uint16_t>((random() >> 16) % ((random() >> 20) + 1));
        const auto timestamp = random() >> (random() >> 27);
        switch ((random() >> 16) % 5) {
            case 0:
                buffer.put_other(number);
                break;
            case 1:
                buffer.put_comfort_noise(number, timestamp, 30);
                break;
            case 2:
                buffer.pull(frame);
                break;
            default:
                buffer.put({number, timestamp, kCodecs[(random() >> 16) % 3],
                            std::span(octets).first((random() >> 16) % 481)});
        }
    }
}

}  // namespace
}  // namespace skyn3t::media
