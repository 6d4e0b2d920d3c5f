// Dial: who hangs up when, and what crosses on the way.
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

// ---- races and hang-ups

TEST_F(DialTest, ALateAnswerGetsAckAndBye) {
    auto& office = phone(test::kOffice);
    office.ignores_cancel = true;
    office.decides_after = 6s;
    dial_office("timeout=\"5\"");
    run(10s);
    EXPECT_EQ(office.heard, (Lines{"INVITE", "CANCEL", "ACK", "BYE"}));
    EXPECT_EQ(child(), "no-answer no_answer 487");
}

TEST_F(DialTest, APhoneThatHangsUpInTheMomentOfItsAnswerIsNeverBridged) {
    auto& office = phone(test::kOffice);
    office.hangs_up_after = 0ms;
    dial_office();
    run(5s);
    EXPECT_EQ(commands<media::Bridge>(), 0u);
    EXPECT_FALSE(records.told("bridged"));
    EXPECT_EQ(child(), "completed callee_hung_up 200");
    EXPECT_EQ(action(),
              "DialCallStatus=completed DialCallDuration=0 DialBridged=false "
              "DialSipResponseCode=200");
}

TEST_F(DialTest, TheCallerHangsUpWhileItRings) {
    auto& office = phone(test::kOffice);
    office.decides_after.reset();
    dial_office();
    run(2s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(office.heard, (Lines{"INVITE", "CANCEL", "ACK"}));
    EXPECT_EQ(parent(), "completed caller_hung_up 200");
    EXPECT_EQ(child(), "canceled caller_hung_up 487");
    EXPECT_EQ(actions(), 1u);
    EXPECT_TRUE(action().starts_with("DialCallStatus=canceled")) << action();
}

TEST_F(DialTest, TheCallerHangsUpDuringTheConversation) {
    auto& office = phone(test::kOffice);
    application.serve("/after", "<Say>Nunca.</Say>");
    call_with(dial(sip(test::kOffice), "action=\"/after\""));
    run(10s);
    carrier.hang_up();
    run(5s);
    EXPECT_EQ(office.count("BYE"), 1u);
    EXPECT_EQ(child(), "completed caller_hung_up 200");
    EXPECT_EQ(actions(), 1u);
    EXPECT_TRUE(action().starts_with("DialCallStatus=completed DialCallDuration=8")) << action();
    EXPECT_FALSE(records.told("say Nunca.")) << "the answer to the action is ignored";
}

TEST_F(DialTest, TheCallerCancelsWhileAnswerOnBridgeRings) {
    auto& office = phone(test::kOffice);
    dial_office("answerOnBridge=\"true\"");
    run(1s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(carrier.count("487 INVITE"), 1u);
    EXPECT_EQ(office.count("CANCEL"), 1u);
    EXPECT_EQ(parent(), "canceled caller_hung_up 487");
    EXPECT_TRUE(action().starts_with("DialCallStatus=canceled")) << action();
}

TEST_F(DialTest, TheFirstStepsOfAChildAreRecordedInOrder) {
    phone(test::kOffice).hangs_up_after = 1s;
    dial_office();
    run(10s);
    EXPECT_EQ(records.history_of(records.child()), "begin change change end");
}

TEST_F(DialTest, AFinishedDialLeavesNothingToTheRestOfTheCall) {
    phone(test::kOffice).answers_with = 486;
    std::string verbs;
    for (int i = 0; i < 20; ++i) verbs += dial(sip(test::kOffice));
    call_with(verbs + "<Pause length=\"300\"/>");
    run(200s);
    EXPECT_EQ(calls.size(), 1u);
    EXPECT_LE(agent.size().dialogs, 2u) << "the caller's, and the last that was dialled";
}

TEST_F(DialTest, AManyTimesRepeatedDialDoesNotFillTheInbox) {
    auto& office = phone(test::kOffice);
    office.answers_with = 486;
    office.decides_after = 10ms;
    std::string verbs;
    for (int i = 0; i < 80; ++i) verbs += dial(sip(test::kOffice));
    call_with(verbs + "<Say>Sigo.</Say>");
    run(5s);
    EXPECT_TRUE(records.told("say Sigo."));
}

}  // namespace
}  // namespace skyn3t::call
