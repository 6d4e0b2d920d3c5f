#include "sip/guess_limiter.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;

struct GuessLimiterTest : testing::Test {
    test::FakeClock clock;
    GuessLimiter limiter{clock};
    Endpoint attacker = Endpoint::v4(198, 51, 100, 66, 5060);

    void fail_times(int times, std::string_view user = "alice") {
        for (int i = 0; i < times; ++i) limiter.note_failure(attacker, user);
    }
};

TEST_F(GuessLimiterTest, NineFailuresDoNotBlock) {
    fail_times(9);
    EXPECT_FALSE(limiter.is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, TheTenthFailureInAMinuteBlocksForFiveMinutes) {
    fail_times(10);
    EXPECT_TRUE(limiter.is_blocked(attacker, "alice"));
    clock.advance(299s);
    EXPECT_TRUE(limiter.is_blocked(attacker, "alice"));
    clock.advance(1s);
    EXPECT_FALSE(limiter.is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, FailuresSpreadOverMoreThanAMinuteDoNotBlock) {
    for (int i = 0; i < 30; ++i) {
        limiter.note_failure(attacker, "alice");
        clock.advance(7s);
    }
    EXPECT_FALSE(limiter.is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, AnotherPortOfTheSameAddressIsTheSameSource) {
    fail_times(10);
    EXPECT_TRUE(limiter.is_blocked(Endpoint::v4(198, 51, 100, 66, 40000), "alice"));
}

TEST_F(GuessLimiterTest, AnotherUserAndAnotherAddressAreNotBlocked) {
    fail_times(10);
    EXPECT_FALSE(limiter.is_blocked(attacker, "bob"));
    EXPECT_FALSE(limiter.is_blocked(Endpoint::v4(198, 51, 100, 67, 5060), "alice"));
}

TEST_F(GuessLimiterTest, AfterTheBlockTenNewFailuresAreNeeded) {
    fail_times(10);
    clock.advance(300s);
    fail_times(9);
    EXPECT_FALSE(limiter.is_blocked(attacker, "alice"));
    fail_times(1);
    EXPECT_TRUE(limiter.is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, TheListShowsWhoIsBlockedAndForHowLong) {
    fail_times(3, "bob");
    fail_times(10, "alice");
    clock.advance(20s);
    const auto list = limiter.list();
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].address, "198.51.100.66");
    EXPECT_EQ(list[0].user, "alice");
    EXPECT_EQ(list[0].failures, 10u);
    EXPECT_EQ(list[0].blocked_for, 280s);
    EXPECT_EQ(list[1].user, "bob");
    EXPECT_EQ(list[1].failures, 3u);
    EXPECT_EQ(list[1].blocked_for, std::nullopt);
}

TEST_F(GuessLimiterTest, ClearingLetsTheUserInAtOnce) {
    fail_times(10, "alice");
    fail_times(10, "bob");
    EXPECT_EQ(limiter.clear("198.51.100.66", "alice"), 1u);
    EXPECT_FALSE(limiter.is_blocked(attacker, "alice"));
    EXPECT_TRUE(limiter.is_blocked(attacker, "bob"));
    EXPECT_EQ(limiter.clear(), 1u);
    EXPECT_FALSE(limiter.is_blocked(attacker, "bob"));
}

TEST_F(GuessLimiterTest, AFloodOfUserNamesIsForgottenBeforeABlockIs) {
    GuessLimiter small(clock, {.pairs = 50});
    for (int i = 0; i < 10; ++i) small.note_failure(attacker, "alice");
    for (int i = 0; i < 10000; ++i) small.note_failure(attacker, "user" + std::to_string(i));
    EXPECT_EQ(small.size(), 50u);
    EXPECT_TRUE(small.is_blocked(attacker, "alice"));
}

}  // namespace
}  // namespace skyn3t::sip
