// A call that is refused before anything runs for it leaves a row in the log, within bounds.
#include "call/refused_calls.hpp"

#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class RefusedCallsTest : public test::CallTest {
  protected:
    static constexpr auto kOfOneNumber = RefusedCalls::kRowsOfOneNumber;
    static constexpr auto kOfACommunity = RefusedCalls::kRowsOfACommunity;

    void call_number(const std::string& number) {
        carrier.call("sip:" + number + "@" + kServer.host());
        run(100ms);
    }
    void call_unknown(unsigned times, const std::string& number = "+56229999999") {
        for (unsigned i = 0; i < times; ++i) call_number(number);
    }
    // A carrier's call while the server has all that it takes.
    void call_too_many(const std::string& number) {
        services.settings.max_calls = 0;
        call_number(number);
    }
};

TEST_F(RefusedCallsTest, ANumberThatNobodyOwnsLeavesARowOfNoCommunity) {
    call_unknown(1);
    EXPECT_EQ(carrier.heard, Lines{"404 INVITE"});
    ASSERT_EQ(records.size(), 1u);
    const auto& row = records.last();
    EXPECT_EQ(parent(), "failed unknown_number 404");
    EXPECT_TRUE(row.community.empty());
    EXPECT_EQ(row.from, "+56987654321");
    EXPECT_EQ(row.to, "+56229999999");
    EXPECT_EQ(row.error_code, 0);
    EXPECT_EQ(row.sip_call_id, "call-from-198.51.100.7:5060-1");
    EXPECT_EQ(row.node, "node-1");
    EXPECT_EQ(row.end_time, row.start_time);
    EXPECT_EQ(records.story(), (Lines{"incoming", "ended"}));
}

TEST_F(RefusedCallsTest, TheNumberStandsInTheRowAsItWasDialled) {
    call_unknown(1, "229999999");
    EXPECT_EQ(records.last().to, "229999999");
    call_unknown(1, "+56229145248-office");
    EXPECT_EQ(records.last().to, "+56229145248-office");
}

TEST_F(RefusedCallsTest, WhatSomebodyWroteAtLengthIsCut) {
    call_unknown(1, std::string(500, '7'));
    EXPECT_EQ(records.last().to, std::string(RefusedCalls::kMaxText, '7'));
}

TEST_F(RefusedCallsTest, ACallBeyondTheLimitLeavesARowOfItsCommunity) {
    call_too_many(kNumber);
    EXPECT_EQ(carrier.heard, Lines{"503 INVITE"});
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(parent(), "failed too_many_calls 503");
    EXPECT_EQ(records.last().community, communities[0].sid);
    EXPECT_EQ(records.last().error_code, 10004);
    EXPECT_EQ(records.last().to, kNumber);
}

TEST_F(RefusedCallsTest, AnAnswerDoesNotWaitForItsRow) {
    std::string last_sent;
    records.on_begin = [&] { last_sent = network.log.back().bytes; };
    call_unknown(1);
    EXPECT_TRUE(last_sent.starts_with("SIP/2.0 404 ")) << last_sent;
    call_too_many(kNumber);
    EXPECT_TRUE(last_sent.starts_with("SIP/2.0 503 ")) << last_sent;
}

TEST_F(RefusedCallsTest, TheSameNumberFromTheSameSourceLeavesAFewRowsAMinute) {
    call_unknown(kOfOneNumber + 5);
    EXPECT_EQ(carrier.count("404 INVITE"), kOfOneNumber + 5) << "each is answered";
    EXPECT_EQ(records.size(), kOfOneNumber);
    call_unknown(1, "+56228888888");
    EXPECT_EQ(records.size(), kOfOneNumber + 1) << "another number has rows of its own";
    run(60s);
    call_unknown(1);
    EXPECT_EQ(records.size(), kOfOneNumber + 2) << "in the next minute there are some again";
}

TEST_F(RefusedCallsTest, AFloodOfNumbersLeavesAsManyRowsAsItMayAndNoMore) {
    for (unsigned i = 0; i < kOfACommunity + 20; ++i)
        call_unknown(1, "+5622900" + std::to_string(1000 + i));
    EXPECT_EQ(records.size(), kOfACommunity);
    EXPECT_EQ(carrier.count("404 INVITE"), kOfACommunity + 20);
    call_too_many(kNumber);
    EXPECT_EQ(records.size(), kOfACommunity + 1) << "a community's rows are not pushed out by it";
    EXPECT_EQ(records.last().community, communities[0].sid);
}

TEST_F(RefusedCallsTest, AnAcceptedCallIsNotCounted) {
    for (int i = 0; i < 5; ++i) {
        call();
        run(100ms);
        carrier.hang_up();
        run(1s);
    }
    EXPECT_EQ(records.size(), 5u);
}

}  // namespace
}  // namespace skyn3t::call
