#include "rest/rate_limits.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace skyn3t::rest {
namespace {

using namespace std::chrono_literals;

class Limits : public testing::Test {
  protected:
    // How many requests in a row are let through.
    int allowed(const std::string& caller, int tries = 1000) {
        int count = 0;
        while (count < tries && !limits_.take(caller)) ++count;
        return count;
    }
    void guess(const std::string& address, int times) {
        for (int i = 0; i < times; ++i) limits_.failed(address);
    }

    test::FakeClock clock_;
    RateLimits limits_{{.requests_per_second = 10, .burst = 30, .failed_logins_per_minute = 6},
                       clock_};
};

TEST_F(Limits, ABurstIsTakenAndThenSoManyASecond) {
    EXPECT_EQ(allowed("AC1"), 30);
    clock_.advance(1s);
    EXPECT_EQ(allowed("AC1"), 10);
    clock_.advance(1h);
    EXPECT_EQ(allowed("AC1"), 30) << "no more than the burst is saved";
}

TEST_F(Limits, WhoIsRefusedIsToldWhenToComeAgain) {
    EXPECT_EQ(allowed("AC1"), 30);
    EXPECT_EQ(limits_.take("AC1"), 1s);
}

TEST_F(Limits, OneCallerDoesNotUseUpAnothers) {
    EXPECT_EQ(allowed("SK1"), 30);
    EXPECT_EQ(allowed("SK2"), 30);
}

TEST_F(Limits, GuessesOfOneAddressAreFewAMinute) {
    guess("203.0.113.9", 5);
    EXPECT_FALSE(limits_.refuses("203.0.113.9", {"AC1", "right"}));
    guess("203.0.113.9", 1);
    EXPECT_EQ(limits_.refuses("203.0.113.9", {"AC1", "right"}), 10s);
    EXPECT_FALSE(limits_.refuses("203.0.113.10", {"AC1", "right"}));
    clock_.advance(10s);
    EXPECT_FALSE(limits_.refuses("203.0.113.9", {"AC1", "right"}));
    guess("203.0.113.9", 1);
    EXPECT_TRUE(limits_.refuses("203.0.113.9", {"AC1", "right"}))
        << "one guess at a time, from then on";
}

TEST_F(Limits, AGuesserDoesNotLockOutWhomItsAddressKnows) {
    limits_.let_in("203.0.113.9", {"SK1", "right"});
    guess("203.0.113.9", 100);
    EXPECT_FALSE(limits_.refuses("203.0.113.9", {"SK1", "right"}));
    EXPECT_TRUE(limits_.refuses("203.0.113.9", {"SK2", "right"}));
    EXPECT_TRUE(limits_.refuses("203.0.113.9", {"SK1", "wrong"}))
        << "a guess is a guess, whoever else is known there";
    clock_.advance(1h);
    guess("203.0.113.9", 100);
    EXPECT_TRUE(limits_.refuses("203.0.113.9", {"SK1", "right"}))
        << "an hour later it is a stranger";
}

TEST_F(Limits, TheAddressesOfAnIpv6SiteAreOne) {
    guess("2001:db8:1:2::1", 3);
    guess("2001:db8:1:2:ffff::9", 3);
    EXPECT_TRUE(limits_.refuses("2001:db8:1:2:3:4:5:6", {"AC1", "right"}));
    EXPECT_FALSE(limits_.refuses("2001:db8:1:3::1", {"AC1", "right"}));
}

TEST(TokenBuckets, ForgetWhoseBucketIsFullAgain) {
    test::FakeClock clock;
    TokenBuckets buckets(1, 2, 3);
    for (const char* key : {"a", "b", "c"}) buckets.take(key, clock.now());
    EXPECT_EQ(buckets.size(), 3u);
    clock.advance(1s);
    buckets.take("d", clock.now());
    EXPECT_EQ(buckets.size(), 1u);
}

TEST(TokenBuckets, LetThoseForWhomThereIsNoRoomShareOne) {
    test::FakeClock clock;
    TokenBuckets buckets(1, 2, 1);
    for (int i = 0; i < 2; ++i) buckets.take("a", clock.now());
    buckets.take("b", clock.now());
    EXPECT_FALSE(buckets.wait("c", clock.now()));
    buckets.take("c", clock.now());
    EXPECT_TRUE(buckets.wait("d", clock.now()));
    EXPECT_EQ(buckets.size(), 1u);
}

}  // namespace
}  // namespace skyn3t::rest
