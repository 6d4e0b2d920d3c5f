#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"
#include "twiml/document.hpp"

// https://www.twilio.com/docs/voice/twiml/gather, and reference/twiml.md, section 5. The prompt
// lasts 1 s.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

struct GatherTest : testing::Test {
    test::FakeLoop loop;
    test::FakeCallControl call{loop};

    GatherTest() { call.serve("https://app.example.cl/m", "<Response/>"); }

    // Keys at these times from the end of the prompt; then "Nada." if the next verb ran.
    struct Key {
        milliseconds at;
        char key;
    };
    void run(const std::string& attributes, std::vector<Key> keys) {
        for (const Key& key : keys) call.press(1000ms + key.at, key.key);
        call.run_inline("<Response><Gather " + attributes +
                        "><Say>Elija.</Say></Gather><Say>Nada.</Say></Response>");
    }
    std::optional<milliseconds> posted(const std::string& parameters) const {
        return call.time_of("fetch POST https://app.example.cl/m" + parameters);
    }
    bool went_on() const { return call.time_of("say Nada.").has_value(); }
};

Gather parse_gather_of(const std::string& attributes) {
    const auto document = parse_document("<Response><Gather " + attributes + "/></Response>");
    return std::get<Gather>(document->verbs.at(0));
}
std::vector<int> gather_codes(const std::string& gather) {
    std::vector<int> all;
    const auto document = parse_document("<Response>" + gather + "</Response>");
    for (const Finding& finding : document->warnings) all.push_back(finding.code);
    return all;
}

// ---- the vectors of section 5

TEST_F(GatherTest, NumDigitsReachedPostsAtOnce) {
    run(R"(numDigits="1" action="/m")", {{200ms, '3'}});
    EXPECT_EQ(posted(" Digits=3"), 1200ms);
    EXPECT_FALSE(went_on());
}
TEST_F(GatherTest, FinishKeyEndsAndIsNotADigit) {
    run(R"(action="/m")", {{200ms, '1'}, {400ms, '2'}, {600ms, '#'}});
    EXPECT_EQ(posted(" Digits=12"), 1600ms);
}
TEST_F(GatherTest, FiveSecondsOfSilenceEndIt) {
    run(R"(action="/m")", {{200ms, '1'}, {400ms, '2'}});
    EXPECT_EQ(posted(" Digits=12"), 6400ms);
}
TEST_F(GatherTest, FinishKeyAloneGoesOnWithTheNextVerb) {
    run(R"(action="/m")", {{200ms, '#'}});
    EXPECT_TRUE(call.requests.empty());
    EXPECT_EQ(call.time_of("say Nada."), 1200ms);
}
TEST_F(GatherTest, EmptyResultIsPostedWithoutDigitsWhenAsked) {
    run(R"(action="/m" actionOnEmptyResult="true")", {});
    EXPECT_EQ(posted(""), 6000ms);
    EXPECT_FALSE(went_on());
}
TEST_F(GatherTest, EmptyFinishOnKeyMakesEveryKeyADigit) {
    run(R"(action="/m" finishOnKey="")", {{200ms, '1'}, {400ms, '2'}, {600ms, '#'}});
    EXPECT_EQ(posted(" Digits=12#"), 6600ms);
}
TEST_F(GatherTest, AnotherFinishKeyMakesHashADigit) {
    run(R"(action="/m" finishOnKey="*")", {{200ms, '1'}, {400ms, '#'}, {600ms, '*'}});
    EXPECT_EQ(posted(" Digits=1#"), 1600ms);
}

// ---- keys during the prompt (bargeIn: true)

TEST_F(GatherTest, KeyDuringThePromptStopsItAndIsTheFirstDigit) {
    run(R"(numDigits="1" action="/m")", {{-700ms, '3'}});
    EXPECT_EQ(posted(" Digits=3"), 300ms);
}
TEST_F(GatherTest, FinishKeyDuringThePromptEndsItEmpty) {
    run(R"(action="/m")", {{-700ms, '#'}});
    EXPECT_EQ(call.time_of("say Nada."), 300ms);
}
TEST_F(GatherTest, FinishKeyDuringThePromptPostsEmptyDigitsWhenAsked) {
    run(R"(action="/m" actionOnEmptyResult="true")", {{-700ms, '#'}});
    EXPECT_EQ(posted(" Digits="), 300ms);
}
TEST_F(GatherTest, KeysPressedQuicklyDuringThePromptAreAllKept) {
    run(R"(numDigits="3" action="/m")", {{-700ms, '1'}, {-690ms, '2'}, {-690ms, '3'}});
    EXPECT_EQ(posted(" Digits=123"), 310ms);
}
TEST_F(GatherTest, WithoutBargeInThePromptIsHeardOutAndTheKeyCounts) {
    run(R"(numDigits="1" action="/m" bargeIn="false")", {{-700ms, '3'}});
    EXPECT_EQ(posted(" Digits=3"), 1000ms);
}
TEST_F(GatherTest, KeysBeforeItAreDiscarded) {
    call.press(500ms, '7');
    call.run_inline(R"(<Response><Say>Antes.</Say><Gather numDigits="1" action="/m"/></Response>)");
    EXPECT_TRUE(call.requests.empty());
}

// ---- timeout: 5 s, from the end of the prompts

TEST_F(GatherTest, TimeoutBeginsWhenTheLastPromptEnds) {
    run(R"(action="/m")", {});
    EXPECT_EQ(call.time_of("say Nada."), 6000ms);
}
TEST_F(GatherTest, EveryKeyStartsTheTimeoutAgain) {
    run(R"(action="/m" timeout="2")", {{1900ms, '1'}, {3800ms, '2'}});
    EXPECT_EQ(posted(" Digits=12"), 6800ms);
}
TEST_F(GatherTest, TimeoutBeginsAfterTheLastRepetition) {
    call.run_inline(R"(<Response><Gather timeout="1"><Say loop="3">A.</Say></Gather>
                       <Say>Nada.</Say></Response>)");
    EXPECT_EQ(call.time_of("say Nada."), 4000ms);
}
TEST_F(GatherTest, DigitsBeyondNumDigitsAreDropped) {
    run(R"(numDigits="2" action="/m")", {{100ms, '1'}, {200ms, '2'}, {210ms, '3'}});
    EXPECT_EQ(posted(" Digits=12"), 1200ms);
}

// ---- action: the current document; method: POST

TEST_F(GatherTest, WithoutActionTheCurrentDocumentIsRequested) {
    run(R"(numDigits="1")", {{0ms, '1'}});
    EXPECT_TRUE(call.time_of("fetch POST https://app.example.cl/ivr/start Digits=1"));
}
TEST_F(GatherTest, MethodGetIsUsed) {
    run(R"(numDigits="1" action="next?x=1" method="GET")", {{0ms, '1'}});
    EXPECT_TRUE(call.time_of("fetch GET https://app.example.cl/ivr/next?x=1 Digits=1"));
}
TEST_F(GatherTest, DigitsAreNotSentAgainAfterAnHttpRedirect) {
    run(R"(numDigits="1" action="/m")", {{0ms, '1'}});
    ASSERT_EQ(call.requests.size(), 1u);
    const auto standard = standard_parameters(call.call_info).size();
    EXPECT_EQ(call.requests[0].parameters.size(), standard + 1);
    EXPECT_EQ(call.requests[0].parameters_after_redirect.size(), standard);
}
TEST_F(GatherTest, RelativeActionInADocumentWithoutAddressIs15004) {
    call.press(0ms, '1');
    call.run_inline(R"(<Response><Gather numDigits="1" action="/m"/></Response>)", std::nullopt);
    EXPECT_EQ(call.warnings(), std::vector<int>{15004});
    EXPECT_EQ(call.ended, Ended::by_error);
}

// ---- prompts and the answer

TEST_F(GatherTest, AnswersAnUnansweredCall) {
    call.answered = false;
    run("", {});
    EXPECT_EQ(call.story().front(), "answer");
}
TEST_F(GatherTest, PlaysItsPromptsAsOneAudio) {
    call.run_inline(R"(<Response><Gather><Say>A.</Say><Play>a.wav</Play><Pause length="2"/></Gather>
                       </Response>)");
    EXPECT_EQ(call.story().front(), "say A. + play https://app.example.cl/ivr/a.wav + silence 2");
}

// ---- input: dtmf

TEST_F(GatherTest, SpeechNeverMatches) {
    run(R"(input="speech" action="/m")", {{0ms, '1'}});
    EXPECT_EQ(call.time_of("say Nada."), 6000ms);
    EXPECT_EQ(call.warnings(), std::vector<int>{13340});
}
TEST_F(GatherTest, DtmfBesideSpeechWorks) {
    run(R"(input="dtmf speech" numDigits="1" action="/m" timeout="auto")", {{0ms, '1'}});
    EXPECT_TRUE(posted(" Digits=1"));
}

// ---- defaults and bad values

TEST(GatherParse, HasTheDocumentedDefaults) {
    const Gather gather = parse_gather_of("");
    EXPECT_EQ(gather.action, std::nullopt);
    EXPECT_EQ(gather.method, Method::post);
    EXPECT_EQ(gather.timeout, 5s);
    EXPECT_EQ(gather.finish_on_key, '#');
    EXPECT_EQ(gather.num_digits, std::nullopt);
    EXPECT_FALSE(gather.action_on_empty_result);
    EXPECT_TRUE(gather.barge_in);
    EXPECT_TRUE(gather.dtmf);
}
TEST(GatherParse, ReportsEachBadValueByItsNumberAndUsesTheDefault) {
    EXPECT_EQ(gather_codes(R"(<Gather finishOnKey="x"/>)"), std::vector<int>{13310});
    EXPECT_EQ(gather_codes(R"(<Gather finishOnKey="12"/>)"), std::vector<int>{13311});
    EXPECT_EQ(gather_codes(R"(<Gather method="PUT"/>)"), std::vector<int>{13312});
    EXPECT_EQ(gather_codes(R"(<Gather timeout="0"/>)"), std::vector<int>{13313});
    EXPECT_EQ(gather_codes(R"(<Gather timeout="auto"/>)"), std::vector<int>{13313});
    EXPECT_EQ(gather_codes(R"(<Gather numDigits="-1"/>)"), std::vector<int>{13314});
    EXPECT_EQ(gather_codes(R"(<Gather input="keys"/>)"), std::vector<int>{13326});
    EXPECT_EQ(gather_codes(R"(<Gather speechTimeout="x"/>)"), std::vector<int>{13327});
    EXPECT_EQ(gather_codes(R"(<Gather maxSpeechTime="x"/>)"), std::vector<int>{13328});
    EXPECT_EQ(gather_codes(R"(<Gather partialResultCallbackMethod="x"/>)"),
              std::vector<int>{13329});
    EXPECT_EQ(gather_codes(R"(<Gather language="?"/>)"), std::vector<int>{13331});
    EXPECT_EQ(gather_codes(R"(<Gather bargeIn="si"/>)"), std::vector<int>{13332});
    EXPECT_EQ(gather_codes(R"(<Gather profanityFilter="si"/>)"), std::vector<int>{13333});
    EXPECT_EQ(gather_codes(R"(<Gather actionOnEmptyResult="1"/>)"), std::vector<int>{13338});
    EXPECT_EQ(parse_gather_of(R"(timeout="x")").timeout, 5s);
    EXPECT_EQ(parse_gather_of(R"(finishOnKey="12")").finish_on_key, '#');
}
TEST(GatherParse, ReportsWhatMayNotStandInIt) {
    EXPECT_EQ(gather_codes("<Gather><Dial>1</Dial></Gather>"), std::vector<int>{13320});
    EXPECT_EQ(gather_codes(R"(<Gather><Say voice="x">a</Say></Gather>)"), std::vector<int>{13321});
    EXPECT_EQ(gather_codes(R"(<Gather><Say loop="x">a</Say></Gather>)"), std::vector<int>{13322});
    EXPECT_EQ(gather_codes(R"(<Gather><Play digits="1"/></Gather>)"), std::vector<int>{13430});
    EXPECT_EQ(gather_codes("<Gather>hola</Gather>"), std::vector<int>{12200});
}

}  // namespace
}  // namespace skyn3t::twiml
