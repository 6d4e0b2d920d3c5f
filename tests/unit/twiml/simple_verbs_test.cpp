#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"
#include "twiml/document.hpp"

// Play, Pause, Redirect, Reject and Hangup: reference/twiml.md, sections 3, 4, 8, 9 and 10.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

template <class T>
T parse_verb(const std::string& xml) {
    return std::get<T>(parse_document("<Response>" + xml + "</Response>")->verbs.at(0));
}
std::vector<int> verb_codes(const std::string& verbs) {
    std::vector<int> all;
    const auto document = parse_document("<Response>" + verbs + "</Response>");
    for (const Finding& finding : document->warnings) all.push_back(finding.code);
    return all;
}

struct VerbTest : testing::Test {
    test::FakeLoop loop;
    test::FakeCallControl call{loop};
    void run(const std::string& verbs) { call.run_inline("<Response>" + verbs + "</Response>"); }
};
using PlayTest = VerbTest;
using PauseTest = VerbTest;
using RedirectTest = VerbTest;
using RejectTest = VerbTest;
using HangupTest = VerbTest;

// ---- Play: loop 1

TEST_F(PlayTest, ResolvesItsUrlAgainstTheDocument) {
    run("<Play>../hola.wav</Play>");
    EXPECT_EQ(call.story().front(), "play https://app.example.cl/hola.wav");
}
TEST_F(PlayTest, IsRepeatedByLoop) {
    EXPECT_EQ(parse_verb<Play>("<Play>a.wav</Play>").loop, 1u);
    EXPECT_EQ(parse_verb<Play>(R"(<Play loop="3">a.wav</Play>)").loop, 3u);
    EXPECT_EQ(parse_verb<Play>(R"(<Play loop="0">a.wav</Play>)").loop, 1000u);
    EXPECT_EQ(verb_codes(R"(<Play loop="x">a.wav</Play>)"), std::vector<int>{13410});
}
TEST_F(PlayTest, SendsDigitsInsteadOfAudio) {
    run(R"(<Play digits="12w3#"/>)");
    EXPECT_EQ(call.story().front(), "send 12w3#");
}
TEST_F(PlayTest, WithBadDigitsIs13430) {
    EXPECT_EQ(verb_codes(R"(<Play digits="12x"/>)"), std::vector<int>{13430});
}
TEST_F(PlayTest, OfNothingIsLeftOut) { EXPECT_EQ(verb_codes("<Play/>"), std::vector<int>{11100}); }
TEST_F(PlayTest, RelativeWithoutAnAddressIs11100AndTheNextVerbRuns) {
    call.run_inline("<Response><Play>a.wav</Play><Say>Sigo.</Say></Response>", std::nullopt);
    EXPECT_EQ(call.warnings(), std::vector<int>{11100});
    EXPECT_EQ(call.story().front(), "say Sigo.");
}

// ---- Pause: length 1

TEST_F(PauseTest, LastsASecondUnlessGiven) {
    EXPECT_EQ(parse_verb<Pause>("<Pause/>").length, 1s);
    EXPECT_EQ(parse_verb<Pause>(R"(<Pause length="7"/>)").length, 7s);
}
TEST_F(PauseTest, WithABadLengthIs13910) {
    EXPECT_EQ(verb_codes(R"(<Pause length="0"/>)"), std::vector<int>{13910});
    EXPECT_EQ(parse_verb<Pause>(R"(<Pause length="x"/>)").length, 1s);
}
TEST_F(PauseTest, DelaysTheAnswer) {
    call.answered = false;
    run(R"(<Pause length="3"/><Say>Hola.</Say>)");
    EXPECT_EQ(call.story(), (Story{"pause 3", "answer", "say Hola.", "hang up"}));
    EXPECT_EQ(call.time_of("answer"), 3000ms);
}

// ---- Redirect: method POST, the current document when empty

TEST_F(RedirectTest, FetchesTheNextDocumentAndDropsTheRest) {
    call.serve("https://app.example.cl/b", "<Response><Say>B.</Say></Response>");
    run("<Redirect>/b</Redirect><Say>Nunca.</Say>");
    EXPECT_EQ(call.story(), (Story{"fetch POST https://app.example.cl/b", "say B.", "hang up"}));
}
TEST_F(RedirectTest, UsesItsMethod) {
    call.serve("https://app.example.cl/b", "<Response/>");
    run(R"(<Redirect method="GET">/b</Redirect>)");
    EXPECT_EQ(call.story().front(), "fetch GET https://app.example.cl/b");
}
TEST_F(RedirectTest, WithABadMethodIs13710AndPosts) {
    EXPECT_EQ(verb_codes(R"(<Redirect method="PUT">/b</Redirect>)"), std::vector<int>{13710});
    EXPECT_EQ(parse_verb<Redirect>(R"(<Redirect method="PUT">/b</Redirect>)").method, Method::post);
}
TEST_F(RedirectTest, EmptyIsTheCurrentDocument) {
    call.serve("https://app.example.cl/ivr/start", "<Response><Say>Otra vez.</Say></Response>");
    run("<Redirect/>");
    EXPECT_EQ(call.story().front(), "fetch POST https://app.example.cl/ivr/start");
}
TEST_F(RedirectTest, StaysUnanswered) {
    call.answered = false;
    call.serve("https://app.example.cl/b", R"(<Response><Reject reason="busy"/></Response>)");
    run("<Redirect>/b</Redirect>");
    EXPECT_EQ(call.story(), (Story{"fetch POST https://app.example.cl/b", "reject busy"}));
}
TEST_F(RedirectTest, ToItselfForEverIsStopped) {
    call.serve("https://app.example.cl/b", "<Response><Redirect/></Response>");
    run("<Redirect>/b</Redirect>");
    EXPECT_EQ(call.requests.size(), kMaxSilentDocuments - 1);
    EXPECT_EQ(call.warnings(), std::vector<int>{11215});
    EXPECT_EQ(call.ended, Ended::by_error);
}
TEST_F(RedirectTest, ToItselfWithNothingButPausesIsStopped) {
    call.serve("https://app.example.cl/ivr/start",
               R"(<Response><Pause length="0"/><Redirect/></Response>)");
    run(R"(<Pause length="0"/><Redirect/>)");
    EXPECT_EQ(call.requests.size(), kMaxIdleDocuments - 1);
    EXPECT_EQ(call.warnings().back(), 11215);
    EXPECT_EQ(call.ended, Ended::by_error);
}
TEST_F(RedirectTest, ToItselfWithSomethingToHearGoesOnUntilTheHangUp) {
    call.serve("https://app.example.cl/ivr/start",
               "<Response><Say>Menú.</Say><Redirect/></Response>");
    call.hang_up_at(600s);
    run("<Say>Menú.</Say><Redirect/>");
    EXPECT_EQ(call.ended, Ended::call_over);
    EXPECT_GT(call.requests.size(), kMaxSilentDocuments);
}

// ---- Reject: rejected

TEST_F(RejectTest, RefusesAnUnansweredCall) {
    call.answered = false;
    run("<Reject/><Say>Nunca.</Say>");
    EXPECT_EQ(call.story(), Story{"reject"});
    EXPECT_EQ(call.ended, Ended::rejected);
}
TEST_F(RejectTest, WithABadReasonIs13810AndRejected) {
    EXPECT_EQ(verb_codes(R"(<Reject reason="tired"/>)"), std::vector<int>{13810});
    EXPECT_EQ(parse_verb<Reject>(R"(<Reject reason="tired"/>)").reason, RejectReason::rejected);
}
TEST_F(RejectTest, AfterAnotherVerbIsSkipped) {
    call.answered = false;
    run("<Pause/><Reject/><Say>Sigo.</Say>");
    EXPECT_EQ(call.story(), (Story{"pause 1", "answer", "say Sigo.", "hang up"}));
    EXPECT_EQ(call.warnings(), std::vector<int>{12200});
}
TEST_F(RejectTest, OnAnAnsweredCallIsSkipped) {
    run("<Reject/>");
    EXPECT_EQ(call.story(), Story{"hang up"});
}

// ---- Hangup

TEST_F(HangupTest, AnswersFirstAndEndsTheCall) {
    call.answered = false;
    run("<Hangup/><Say>Nunca.</Say>");
    EXPECT_EQ(call.story(), (Story{"answer", "hang up"}));
    EXPECT_EQ(call.ended, Ended::by_hangup);
}
TEST_F(HangupTest, TakesNoAttributes) {
    EXPECT_EQ(verb_codes(R"(<Hangup now="1"/>)"), std::vector<int>{12200});
}

}  // namespace
}  // namespace skyn3t::twiml
