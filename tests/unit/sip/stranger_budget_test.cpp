#include "sip/stranger_budget.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
#include "support/registration.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::udp_from;
using Who = Origin::Acquaintance;

struct StrangerBudgetTest : testing::Test {
    test::FakeClock clock;
    Who who = Who::stranger;
    StrangerBudget budget{
        clock, [this](const Flow&) { return who; }, {.of_address = 100, .of_strangers = 300}};

    int admitted(const std::string& address, int times) {
        int count = 0;
        for (int i = 0; i < times; ++i) count += budget.admits(udp_from(address, 5060));
        return count;
    }
};

TEST_F(StrangerBudgetTest, AnAddressMaySendTwoSecondsWorthAtOnceAndThenItsRate) {
    EXPECT_EQ(admitted("198.51.100.66", 1000), 201);
    clock.advance(1s);
    EXPECT_EQ(admitted("198.51.100.66", 1000), 100);
    clock.advance(60s);
    EXPECT_EQ(admitted("198.51.100.66", 1000), 201) << "no more is saved up";
}

TEST_F(StrangerBudgetTest, AnotherPortSharesTheBudgetAndAnotherAddressDoesNot) {
    EXPECT_EQ(admitted("198.51.100.66", 1000), 201);
    EXPECT_FALSE(budget.admits(udp_from("198.51.100.66", 40000)));
    EXPECT_TRUE(budget.admits(udp_from("198.51.100.67", 5060)));
}

TEST_F(StrangerBudgetTest, AllStrangersTogetherHaveABudget) {
    int count = 0;
    for (int i = 0; i < 100; ++i) count += admitted("198.51.100." + std::to_string(i), 100);
    EXPECT_EQ(count, 601);
}

TEST_F(StrangerBudgetTest, AFloodOfStrangersLeavesTheirOwnBudgetToThePhonesOfABuilding) {
    for (int i = 0; i < 100; ++i) (void)admitted("198.51.100." + std::to_string(i), 100);
    who = Who::neighbour;
    EXPECT_EQ(admitted("203.0.113.20", 1000), 201);
}

TEST_F(StrangerBudgetTest, WhoIsKnownIsAlwaysRead) {
    EXPECT_EQ(admitted("198.51.100.66", 1000), 201);
    who = Who::known;
    EXPECT_EQ(admitted("198.51.100.66", 100'000), 100'000);
}

}  // namespace
}  // namespace skyn3t::sip
