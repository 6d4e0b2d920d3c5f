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

    using Scope = GuessLimiter::Scope;
    using User = GuessLimiter::User;

    void fail_times(int times, std::string_view user = "alice", User known = User::known) {
        for (int i = 0; i < times; ++i) limiter.note_failure(attacker, user, known);
    }
    bool is_blocked(const Endpoint& source, std::string_view user) const {
        return limiter.blocked_by(source, user).has_value();
    }
    static Endpoint at(int last) {
        return Endpoint::v4(198, 51, 100, static_cast<std::uint8_t>(last), 5060);
    }
};

TEST_F(GuessLimiterTest, NineFailuresDoNotBlock) {
    fail_times(9);
    EXPECT_FALSE(is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, TheTenthFailureInAMinuteBlocksForFiveMinutes) {
    fail_times(10);
    EXPECT_TRUE(is_blocked(attacker, "alice"));
    clock.advance(299s);
    EXPECT_TRUE(is_blocked(attacker, "alice"));
    clock.advance(1s);
    EXPECT_FALSE(is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, FailuresSpreadOverMoreThanAMinuteDoNotBlock) {
    for (int i = 0; i < 30; ++i) {
        limiter.note_failure(attacker, "alice", User::known);
        clock.advance(7s);
    }
    EXPECT_FALSE(is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, AnotherPortOfTheSameAddressIsTheSameSource) {
    fail_times(10);
    EXPECT_TRUE(is_blocked(Endpoint::v4(198, 51, 100, 66, 40000), "alice"));
}

TEST_F(GuessLimiterTest, AnotherUserAndAnotherAddressAreNotBlocked) {
    fail_times(10);
    EXPECT_FALSE(is_blocked(attacker, "bob"));
    EXPECT_FALSE(is_blocked(Endpoint::v4(198, 51, 100, 67, 5060), "alice"));
}

TEST_F(GuessLimiterTest, AfterTheBlockTenNewFailuresAreNeeded) {
    fail_times(10);
    clock.advance(300s);
    fail_times(9);
    EXPECT_FALSE(is_blocked(attacker, "alice"));
    fail_times(1);
    EXPECT_TRUE(is_blocked(attacker, "alice"));
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
    EXPECT_FALSE(is_blocked(attacker, "alice"));
    EXPECT_TRUE(is_blocked(attacker, "bob"));
    EXPECT_EQ(limiter.clear(), 1u);
    EXPECT_FALSE(is_blocked(attacker, "bob"));
}

TEST_F(GuessLimiterTest, AnUnknownNameIsBlockedLikeAKnownOneAndIsNotNamed) {
    fail_times(10, "nobody", User::unknown);
    fail_times(2, "nobody-else", User::unknown);
    EXPECT_EQ(limiter.blocked_by(attacker, "nobody"), Scope::user);
    EXPECT_FALSE(is_blocked(attacker, "nobody-else"));
    const auto list = limiter.list();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].user, "");
    EXPECT_EQ(list[0].failures, 12u);
    EXPECT_EQ(list[0].blocked_for, 300s);
}

TEST_F(GuessLimiterTest, AHundredFailuresOfAnAddressBlockItWhateverTheNames) {
    for (int i = 0; i < 99; ++i) fail_times(1, "user" + std::to_string(i), User::unknown);
    EXPECT_FALSE(is_blocked(attacker, "alice"));
    EXPECT_EQ(limiter.note_failure(attacker, "user99", User::unknown), Scope::address);
    EXPECT_EQ(limiter.blocked_by(attacker, "alice"), Scope::address);
    EXPECT_FALSE(is_blocked(at(67), "alice"));
    EXPECT_EQ(limiter.list()[0].scope, Scope::address);
    clock.advance(300s);
    EXPECT_FALSE(is_blocked(attacker, "alice"));
}

// Seen: 4,100 made-up names pushed a real user's record out, and guessing went on.
TEST_F(GuessLimiterTest, MadeUpNamesDoNotPushOutARealUsersRecord) {
    fail_times(9, "alice");
    for (int i = 0; i < 80; ++i) fail_times(1, "user" + std::to_string(i), User::unknown);
    EXPECT_EQ(limiter.size(), 2u);  // one address, one network
    fail_times(1, "alice");
    EXPECT_EQ(limiter.blocked_by(attacker, "alice"), Scope::user);
}

TEST_F(GuessLimiterTest, ANetworkIsBlockedWhenItsAddressesTakeTurns) {
    for (int i = 0; i < 399; ++i) limiter.note_failure(at(i % 200), "alice", User::known);
    EXPECT_FALSE(is_blocked(at(250), "bob"));
    EXPECT_EQ(limiter.note_failure(at(201), "alice", User::known), Scope::network);
    EXPECT_EQ(limiter.blocked_by(at(250), "bob"), Scope::network);
    EXPECT_FALSE(is_blocked(Endpoint::v4(198, 51, 101, 1, 5060), "bob"));
    EXPECT_EQ(limiter.list()[0].address, "198.51.100.0/24");
    EXPECT_GT(limiter.clear("198.51.100.0/24"), 0u);
    EXPECT_FALSE(is_blocked(at(250), "bob"));
    EXPECT_EQ(limiter.size(), 0u);
}

TEST_F(GuessLimiterTest, ANetworkOfIpv6IsASixtyFour) {
    const auto host = [](int n) {
        return Endpoint::parse("2001:db8:0:1::" + std::to_string(n), 5060).value();
    };
    for (int i = 0; i < 400; ++i) limiter.note_failure(host(i), "alice", User::known);
    EXPECT_EQ(limiter.blocked_by(host(9999), "bob"), Scope::network);
    EXPECT_FALSE(is_blocked(Endpoint::parse("2001:db8:0:2::1", 5060).value(), "bob"));
    EXPECT_EQ(limiter.list()[0].address, "2001:db8:0:1::/64");
}

TEST_F(GuessLimiterTest, ClearingAnAddressLiftsTheBlockOfItsNetwork) {
    for (int i = 0; i < 400; ++i) limiter.note_failure(at(i % 200), "alice", User::known);
    limiter.clear("198.51.100.66");
    EXPECT_FALSE(is_blocked(attacker, "alice"));
}

TEST_F(GuessLimiterTest, AFullTableForgetsTheOldestAddressThatIsNotBlocked) {
    GuessLimiter small(clock, {.addresses = 8, .networks = 8});
    for (int i = 0; i < 10; ++i) small.note_failure(attacker, "alice", User::known);
    for (int i = 0; i < 100; ++i) {
        const auto other = Endpoint::v4(10, static_cast<std::uint8_t>(i), 0, 1, 5060);
        small.note_failure(other, "alice", User::known);
    }
    EXPECT_EQ(small.size(), 16u);
    EXPECT_TRUE(small.blocked_by(attacker, "alice").has_value());
}

}  // namespace
}  // namespace skyn3t::sip
