#include "base/log_limits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skyn3t::log {
namespace {

using namespace std::chrono_literals;

struct LogLimitsTest : testing::Test {
    int admitted(std::string_view kind, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += limits.admits(kind, {5, 2}, now) ? 1 : 0;
        return count;
    }
    LogLimits limits;
    SteadyTime now{1h};
};

TEST_F(LogLimitsTest, AKindHasItsBurstAndThenItsRate) {
    EXPECT_EQ(admitted("refused source={}", 1000), 5);
    now += 1s;
    EXPECT_EQ(admitted("refused source={}", 1000), 2);
    now += 1h;  // never more than the burst
    EXPECT_EQ(admitted("refused source={}", 1000), 5);
}

TEST_F(LogLimitsTest, OneKindTakesNothingFromAnother) {
    EXPECT_EQ(admitted("refused source={}", 1000), 5);
    EXPECT_EQ(admitted("call began call_sid={}", 3), 3);
}

TEST_F(LogLimitsTest, WhatWasLeftOutIsToldOncePerKind) {
    admitted("refused source={}", 105);
    admitted("call began call_sid={}", 1);
    const auto told = limits.take_left_out();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].kind, "refused source={}");
    EXPECT_EQ(told[0].count, 100u);
    EXPECT_TRUE(limits.take_left_out().empty());
    EXPECT_EQ(limits.total(), 100u);
}

TEST_F(LogLimitsTest, TextsThatAreMadeWhileRunningDoNotFillTheMemory) {
    int count = 0;
    for (int i = 0; i < 100'000; ++i)
        count += limits.admits("made " + std::to_string(i), {5, 2}, now) ? 1 : 0;
    EXPECT_LT(count, 2100);
    EXPECT_EQ(limits.take_left_out().size(), 1u);
}

}  // namespace
}  // namespace skyn3t::log
