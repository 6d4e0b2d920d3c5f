#include "server/failed_logins.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace skyn3t::server {
namespace {

using namespace std::chrono_literals;
using Wrong = sip::FailedProof::Wrong;

struct FailedLoginsTest : testing::Test {
    test::FakeClock clock;
    CommunitySid community = CommunitySid::generate();
    FailedLogins failures{clock, [this](std::string_view number) {
                              return number == "+56229145248" ? community : CommunitySid{};
                          }};

    void fail(std::string_view user, int host = 1, Wrong wrong = Wrong::user,
              const CommunitySid& whose = {}) {
        sip::FailedProof proof;
        proof.wrong = wrong;
        proof.source = sip::Endpoint::v4(198, 51, static_cast<std::uint8_t>(host / 250),
                                         static_cast<std::uint8_t>(host % 250), 5060);
        proof.user = user;
        proof.community = whose;
        failures.note(proof);
    }
};

TEST_F(FailedLoginsTest, OneUserFromOneAddressIsOneEntryWithItsCountAndTimes) {
    const auto first = clock.wall();
    fail("+56229145248-office", 1, Wrong::password, community);
    clock.advance(30s);
    fail("+56229145248-office", 1, Wrong::password, community);
    const auto list = failures.list(community);
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].count, 2u);
    EXPECT_EQ(list[0].first, first);
    EXPECT_EQ(list[0].last, clock.wall());
    EXPECT_EQ(list[0].address, "198.51.0.1");
    EXPECT_EQ(failures.total(Wrong::password), 2u);
}

TEST_F(FailedLoginsTest, AMistypedRoleIsAMistakeOfTheCommunityWithThatNumber) {
    fail("+56229145248-oficina");
    fail("admin");
    EXPECT_EQ(failures.list(community).at(0).user, "+56229145248-oficina");
    EXPECT_EQ(failures.list(CommunitySid{}).at(0).user, "admin");
    EXPECT_EQ(failures.list(std::nullopt).size(), 2u);
}

TEST_F(FailedLoginsTest, AfterADayItIsForgotten) {
    fail("+56229145248-oficina");
    clock.advance(24h + 1s);
    EXPECT_TRUE(failures.list(community).empty());
}

TEST_F(FailedLoginsTest, AFloodOfNamesPushesOutNothingOfACommunity) {
    fail("+56229145248-oficina");
    for (int i = 0; i < 5000; ++i) fail("x" + std::to_string(i), i);
    EXPECT_EQ(failures.list(CommunitySid{}).size(), FailedLogins::kOfNobody);
    EXPECT_EQ(failures.list(community).size(), 1u);
    for (int i = 0; i < 500; ++i) fail("+56229145248-x" + std::to_string(i), i);
    EXPECT_EQ(failures.list(community).size(), FailedLogins::kOfACommunity);
}

}  // namespace
}  // namespace skyn3t::server
