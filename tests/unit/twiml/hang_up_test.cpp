#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"

// DESIGN.md, section 3: the caller hangs up at every suspension point of every verb, and nothing is
// left open.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Moment = test::FakeCallControl::Moment;

struct Case {
    const char* name;
    const char* verbs;
    const char* keys = "";  // one each 300 ms, from the start
};
void PrintTo(const Case& verb, std::ostream* out) { *out << verb.name; }

// Every verb, and every way through it that waits.
const Case kCases[] = {
    {"Say", "<Say>Hola.</Say>"},
    {"SayTwice", R"(<Say loop="2">Hola.</Say><Say>Chao.</Say>)"},
    {"Play", "<Play>a.wav</Play>"},
    {"PlayDigits", R"(<Play digits="12w3"/>)"},
    {"Pause", R"(<Pause length="3"/>)"},
    {"GatherTimeout", R"(<Gather><Say>Elija.</Say></Gather><Say>Nada.</Say>)"},
    {"GatherBargeIn", R"(<Gather numDigits="1" action="/next"><Say>Elija.</Say></Gather>)", "3"},
    {"GatherSeveral", R"(<Gather action="/next"><Say>Elija.</Say></Gather>)", "123#"},
    {"GatherSpeech", R"(<Gather input="speech"><Say>Elija.</Say></Gather>)"},
    {"GatherEmpty", R"(<Gather actionOnEmptyResult="true" action="/next"/>)"},
    {"Dial", R"(<Dial><Sip>sip:a@b</Sip></Dial><Say>Sigo.</Say>)"},
    {"DialAction", R"(<Dial action="/next"><Sip>sip:a@b</Sip></Dial>)"},
    {"DialAnswerOnBridge", R"(<Dial answerOnBridge="true" action="/next">+56229145248</Dial>)"},
    {"Redirect", "<Redirect>/next</Redirect>"},
    {"RedirectToNothing", "<Redirect>/missing</Redirect>"},
    {"Hangup", "<Hangup/>"},
    {"Reject", "<Reject/>"},
    {"Unsupported", "<Record/>"},
    {"AudioAnswer", "<Redirect>/audio</Redirect>"},
};

class HangUp : public testing::TestWithParam<Case> {
  protected:
    // Runs the case with the hang-up injected (operation 0: without one).
    void run(test::FakeCallControl& call, int operation, Moment moment) {
        call.answered = false;
        call.dial_outcome.bridged = true;
        call.dial_outcome.status = DialCallStatus::completed;
        call.dial_outcome.duration = 2s;
        call.serve("https://app.example.cl/voice",
                   std::string("<Response>") + GetParam().verbs + "</Response>");
        call.serve("https://app.example.cl/next", "<Response><Say>Listo.</Say></Response>");
        call.serve("https://app.example.cl/audio", "RIFF", "audio/wav");
        milliseconds at{0};
        for (const char* key = GetParam().keys; *key; ++key) call.press(at += 300ms, *key);
        call.inject_hang_up(operation, moment);
        call.run({DocumentAddress{"https://app.example.cl/voice", Method::post},
                  DocumentAddress{"https://app.example.cl/missing-too", Method::post}});
    }
    int operations() {
        test::FakeLoop loop;
        test::FakeCallControl call(loop);
        run(call, 0, Moment::before);
        EXPECT_TRUE(call.ended) << "ends without a hang-up too";
        return call.operations;
    }
};

void expect_nothing_left(const test::FakeLoop& loop, const test::FakeCallControl& call) {
    EXPECT_TRUE(call.ended) << "the coroutine is still waiting";
    EXPECT_FALSE(call.is_waited_on());
    EXPECT_EQ(loop.wheel.running(), 0u);
    EXPECT_TRUE(call.after_the_end.size() <= 1) << call.after_the_end.back();
    // After the hang-up the log may hold the owner's requests and warnings, nothing else.
    bool over = false;
    for (const auto& entry : call.log) {
        if (over) {
            EXPECT_TRUE(entry.what.starts_with("owner fetch ") || entry.what.starts_with("warn "))
                << entry.what;
        }
        over = over || entry.what == "caller hangs up";
    }
    EXPECT_TRUE(over) << "the hang-up was not injected";
}

TEST_P(HangUp, BeforeAnyOperationLeavesNothing) {
    for (int operation = 1, last = operations(); operation <= last; ++operation) {
        SCOPED_TRACE(operation);
        test::FakeLoop loop;
        test::FakeCallControl call(loop);
        run(call, operation, Moment::before);
        expect_nothing_left(loop, call);
        EXPECT_EQ(call.ended, Ended::call_over);
        EXPECT_TRUE(call.after_the_end.empty()) << call.after_the_end.back();
    }
}

TEST_P(HangUp, DuringAnyOperationLeavesNothing) {
    for (int operation = 1, last = operations(); operation <= last; ++operation) {
        SCOPED_TRACE(operation);
        test::FakeLoop loop;
        test::FakeCallControl call(loop);
        run(call, operation, Moment::during);
        expect_nothing_left(loop, call);
        EXPECT_EQ(call.ended, Ended::call_over);
        EXPECT_TRUE(call.after_the_end.empty()) << call.after_the_end.back();
    }
}

// The result and the hang-up cross: the coroutine still gets the result.
TEST_P(HangUp, RightAfterAnyOperationLeavesNothing) {
    for (int operation = 1, last = operations(); operation <= last; ++operation) {
        SCOPED_TRACE(operation);
        test::FakeLoop loop;
        test::FakeCallControl call(loop);
        run(call, operation, Moment::after);
        expect_nothing_left(loop, call);
    }
}

// 1.6: whenever the caller leaves during or after a Dial, its action is requested once.
TEST(HangUpInDial, RequestsTheActionExactlyOnce) {
    for (const Moment moment : {Moment::during, Moment::after}) {
        test::FakeLoop loop;
        test::FakeCallControl call(loop);
        call.inject_hang_up(1, moment);
        call.run_inline(R"(<Response><Dial action="/after"><Sip>sip:a@b</Sip></Dial></Response>)");
        int requests = 0;
        for (const std::string& line : call.story())
            requests += line.starts_with("owner fetch POST https://app.example.cl/after Dial");
        EXPECT_EQ(requests, 1);
        EXPECT_EQ(call.ended, Ended::call_over);
    }
}

INSTANTIATE_TEST_SUITE_P(EveryVerb, HangUp, testing::ValuesIn(kCases),
                         [](const auto& verb) { return std::string(verb.param.name); });

}  // namespace
}  // namespace skyn3t::twiml
