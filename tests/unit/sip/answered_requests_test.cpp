#include "sip/answered_requests.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skyn3t::sip {
namespace {

const Flow kFlow{TransportKind::udp, Endpoint::v4(192, 0, 2, 1, 5060),
                 Endpoint::v4(198, 51, 100, 7, 5062), 0};
constexpr SteadyTime kNow{};

TEST(AnsweredRequests, FindsTheResponseToACopyAndWhereItGoes) {
    AnsweredRequests answered;
    answered.add({"branch-1\nREGISTER", 17, kFlow, "SIP/2.0 200 OK"}, kNow);
    const auto* found = answered.find("branch-1\nREGISTER");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->response(), "SIP/2.0 200 OK");
    EXPECT_EQ(found->flow, kFlow);
    EXPECT_EQ(answered.find("branch-1\nMESSAGE"), nullptr);
}

TEST(AnsweredRequests, KnowsTheMergeKeysOfThoseItHolds) {
    AnsweredRequests answered;
    answered.add({"a", 17, kFlow, "1"}, kNow);
    answered.add({"b", 0, kFlow, "2"}, kNow);
    EXPECT_TRUE(answered.has_merge_key(17));
    EXPECT_FALSE(answered.has_merge_key(0)) << "none of its own";
    answered.forget_oldest();
    EXPECT_FALSE(answered.has_merge_key(17));
}

// Some 8 MB: many blocks, and responses of every length, one longer than a block.
TEST(AnsweredRequests, ForgetsManyInTheirOrderAndThenHoldsNothing) {
    AnsweredRequests answered;
    const auto key = [](int i) { return "branch-" + std::to_string(i); };
    const auto response = [](int i) {
        return std::string(i == 500 ? 100'000 : static_cast<std::size_t>(i) % 1000, 'x');
    };
    constexpr int kCount = 10'000;
    for (int i = 0; i < kCount; ++i)
        answered.add({key(i), static_cast<std::uint64_t>(i + 1), kFlow, response(i)},
                     kNow + milliseconds(i));
    EXPECT_EQ(answered.size(), std::size_t{kCount});
    int visited = 0;
    answered.for_each([&](const auto& entry) { EXPECT_EQ(entry.key(), key(visited++)); });
    EXPECT_EQ(visited, kCount);
    for (int i = 0; i < kCount; ++i) {
        const auto* found = answered.find(key(i));
        ASSERT_EQ(found, answered.oldest());
        ASSERT_EQ(found->response(), response(i));
        ASSERT_EQ(found->end, kNow + milliseconds(i));
        answered.forget_oldest();
        ASSERT_EQ(answered.find(key(i)), nullptr);
    }
    EXPECT_EQ(answered.oldest(), nullptr);
    EXPECT_EQ(answered.size(), 0u);
}

}  // namespace
}  // namespace skyn3t::sip
