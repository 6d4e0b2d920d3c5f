#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"
#include "twiml/document.hpp"

// https://www.twilio.com/docs/voice/twiml/dial, and reference/twiml.md, section 7.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

Document parse_verbs(const std::string& verbs) {
    auto document = parse_document("<Response>" + verbs + "</Response>");
    return document ? *document : Document{};
}
Dial dial(const std::string& xml) { return std::get<Dial>(parse_verbs(xml).verbs.at(0)); }
Dial dial_with(const std::string& attributes) {
    return dial("<Dial " + attributes + ">+56229145248</Dial>");
}
std::vector<int> dial_codes(const std::string& xml) {
    std::vector<int> all;
    for (const Finding& finding : parse_verbs(xml).warnings) all.push_back(finding.code);
    return all;
}
std::vector<int> codes_with(const std::string& attributes) {
    return dial_codes("<Dial " + attributes + ">+56229145248</Dial>");
}
Sip sip(const std::string& uri) {
    return std::get<Sip>(dial("<Dial><Sip>" + uri + "</Sip></Dial>").nouns.at(0));
}
std::vector<int> sip_codes(const std::string& uri) {
    return dial_codes("<Dial><Sip>" + uri + "</Sip></Dial>");
}

// ---- attributes

TEST(DialParse, HasTheDocumentedDefaults) {
    const Dial parsed = dial_with("");
    EXPECT_EQ(parsed.action, std::nullopt);
    EXPECT_EQ(parsed.method, Method::post);
    EXPECT_EQ(parsed.timeout, 30s);
    EXPECT_EQ(parsed.time_limit, 14400s);
    EXPECT_EQ(parsed.caller_id, std::nullopt);
    EXPECT_FALSE(parsed.hangup_on_star);
    EXPECT_FALSE(parsed.answer_on_bridge);
    EXPECT_FALSE(parsed.sequential);
    EXPECT_EQ(parsed.ring_tone, "");
    EXPECT_EQ(parsed.record, DialRecord::no);
}
TEST(DialParse, ReportsEachBadValueByItsNumber) {
    EXPECT_EQ(codes_with(R"(method="PUT")"), std::vector<int>{13210});
    EXPECT_EQ(codes_with(R"(timeout="0")"), std::vector<int>{13212});
    EXPECT_EQ(codes_with(R"(hangupOnStar="1")"), std::vector<int>{13213});
    EXPECT_EQ(codes_with(R"(timeLimit="x")"), std::vector<int>{13216});
    EXPECT_EQ(codes_with(R"(record="maybe")"), std::vector<int>{13217});
    EXPECT_EQ(codes_with(R"(sequential="x")"), std::vector<int>{13218});
    EXPECT_EQ(codes_with(R"(answerOnBridge="x")"), std::vector<int>{13219});
    EXPECT_EQ(codes_with(R"(ringTone="xx")"), std::vector<int>{13220});
    EXPECT_EQ(codes_with(R"(colour="red")"), std::vector<int>{12200});
}
TEST(DialTimeout, IsKeptBetween5And600) {
    EXPECT_EQ(dial_with(R"(timeout="20")").timeout, 20s);
    EXPECT_EQ(dial_with(R"(timeout="2")").timeout, 5s);
    EXPECT_EQ(dial_with(R"(timeout="9999")").timeout, 600s);
}
TEST(DialTimeLimit, IsAtMostFourHours) {
    EXPECT_EQ(dial_with(R"(timeLimit="60")").time_limit, 60s);
    EXPECT_EQ(dial_with(R"(timeLimit="99999")").time_limit, 14400s);
}
TEST(DialRingTone, OfChileIsKnown) { EXPECT_EQ(dial_with(R"(ringTone="cl")").ring_tone, "cl"); }
TEST(DialRecordAttribute, TrueIsFromAnswer) {
    EXPECT_EQ(dial_with(R"(record="true")").record, DialRecord::from_answer);
    EXPECT_EQ(dial_with(R"(record="record-from-ringing-dual")").record,
              DialRecord::from_ringing_dual);
}

// ---- callerId: the parent's caller

TEST(DialCallerId, MayBeANumberOrAName) {
    EXPECT_EQ(dial_with(R"(callerId="+56229145248")").caller_id, "+56229145248");
    EXPECT_EQ(dial_with(R"(callerId="porteria_1")").caller_id, "porteria_1");
}
TEST(DialCallerId, ThatIsIllegalIs13247AndIgnored) {
    EXPECT_EQ(codes_with(R"(callerId="a b")"), std::vector<int>{13247});
    EXPECT_EQ(codes_with(R"(callerId="x&quot;&#13;&#10;Evil:1")"), std::vector<int>{13247});
    EXPECT_EQ(dial_with(R"(callerId="a b")").caller_id, std::nullopt);
}
TEST(DialCallerId, ThatIsTooLongIs13248) {
    EXPECT_EQ(codes_with("callerId=\"" + std::string(65, '1') + "\""), std::vector<int>{13248});
}

// ---- nouns

TEST(DialNouns, PlainTextIsANumber) {
    EXPECT_EQ(std::get<Number>(dial("<Dial> +56 2 2914 5248 </Dial>").nouns.at(0)).number,
              "+56229145248");
}
TEST(DialNouns, NobodyToCallIs13223) { EXPECT_EQ(dial_codes("<Dial/>"), std::vector<int>{13223}); }
TEST(DialNouns, UnknownElementIs13215) {
    EXPECT_EQ(dial_codes("<Dial><Say>x</Say></Dial>"), std::vector<int>{13215});
}
TEST(DialNouns, RingAtMostTen) {
    std::string xml = "<Dial>";
    for (int i = 0; i < 11; ++i) xml += "<Sip>sip:a@example.cl</Sip>";
    EXPECT_EQ(dial(xml + "</Dial>").nouns.size(), 10u);
    EXPECT_EQ(dial_codes(xml + "</Dial>"), std::vector<int>{13250});
}
TEST(DialNouns, ConferenceStandsAlone) {
    const std::string xml =
        "<Dial><Number>+56229145248</Number><Conference>sala</Conference></Dial>";
    EXPECT_EQ(dial_codes(xml), (std::vector<int>{13750, 13000}));
    EXPECT_FALSE(dial(xml).joins_a_room());
    EXPECT_TRUE(dial("<Dial><Conference>sala</Conference></Dial>").joins_a_room());
}
TEST(DialNouns, ClientAndQueueAreKnown) {
    EXPECT_EQ(std::get<Client>(dial("<Dial><Client>ana</Client></Dial>").nouns.at(0)).identity,
              "ana");
    EXPECT_EQ(
        std::get<Client>(dial("<Dial><Client><Identity>eva</Identity></Client></Dial>").nouns.at(0))
            .identity,
        "eva");
    EXPECT_EQ(std::get<Queue>(dial("<Dial><Queue>espera</Queue></Dial>").nouns.at(0)).name,
              "espera");
}

// ---- Number

TEST(DialNumber, IsE164) {
    const auto number = [](const std::string& text) {
        return dial_codes("<Dial><Number>" + text + "</Number></Dial>");
    };
    EXPECT_TRUE(number("+56229145248").empty());
    EXPECT_TRUE(number("(415) 555-0100").empty()) << "ten digits: a number of the USA";
    EXPECT_EQ(number("229145248"), std::vector<int>{13223});
    EXPECT_EQ(number("133"), std::vector<int>{13223}) << "nothing short can be dialled";
    EXPECT_EQ(number("+133"), std::vector<int>{13223});
    EXPECT_EQ(number("+1234567890123456"), std::vector<int>{13223});
    EXPECT_EQ(number("+56abc"), std::vector<int>{13223});
    EXPECT_EQ(number(""), std::vector<int>{13223});
}
TEST(DialNumber, SendDigitsAreChecked) {
    const auto parsed =
        dial(R"(<Dial><Number sendDigits="ww12#">+56229145248</Number></Dial>)").nouns.at(0);
    EXPECT_EQ(std::get<Number>(parsed).send_digits, "ww12#");
    EXPECT_EQ(dial_codes(R"(<Dial><Number sendDigits="A">+56229145248</Number></Dial>)"),
              std::vector<int>{13222});
}
TEST(DialNumber, KnowsItsCallbacks) {
    const auto number =
        std::get<Number>(dial(R"(<Dial><Number url="/s" method="GET" statusCallback="/cb"
             statusCallbackEvent="initiated answered">+56229145248</Number></Dial>)")
                             .nouns.at(0));
    EXPECT_EQ(number.screening->url, "/s");
    EXPECT_EQ(number.screening->method, Method::get);
    EXPECT_TRUE(number.status_callback->initiated);
    EXPECT_TRUE(number.status_callback->answered);
    EXPECT_FALSE(number.status_callback->ringing);
    EXPECT_FALSE(number.status_callback->completed);
}
TEST(DialNumber, BadMethodIs13221) {
    EXPECT_EQ(dial_codes(R"(<Dial><Number url="/s" method="X">+56229145248</Number></Dial>)"),
              std::vector<int>{13221});
}

// ---- Sip

TEST(DialSip, KeepsUserHostPortAndParameters) {
    EXPECT_EQ(sip("sip:+56229145248-office@sip.example.cl").uri,
              "sip:+56229145248-office@sip.example.cl");
    EXPECT_EQ(sip("sip:a@192.0.2.1:5080;transport=tcp").uri, "sip:a@192.0.2.1:5080;transport=tcp");
    EXPECT_EQ(sip("sip:a@[2001:db8::1]:5060").uri, "sip:a@[2001:db8::1]:5060");
}
TEST(DialSip, SipsBecomesTls) {
    EXPECT_EQ(sip("sips:a@example.cl;transport=udp").uri, "sip:a@example.cl;transport=tls");
}
TEST(DialSip, HeadersAreDecoded) {
    const Sip parsed = sip("sip:a@example.cl?X-Site=Plaza%20Norte&amp;User-to-User=1");
    EXPECT_EQ(parsed.uri, "sip:a@example.cl");
    ASSERT_EQ(parsed.headers.size(), 2u);
    EXPECT_EQ(parsed.headers[0], (std::pair<std::string, std::string>("X-Site", "Plaza Norte")));
}
TEST(DialSip, MalformedUriIs13243) {
    for (const char* uri :
         {"", "tel:+56", "sip:", "sip:@a", "sip:a@", "sip:a@b:0", "sip:a@b:70000", "sip:a@b c",
          "sip:a%4@b", "sip:a@[::1", "sip:a@b:5060x", "office@example.cl"})
        EXPECT_EQ(sip_codes(uri), std::vector<int>{13243}) << uri;
    EXPECT_EQ(sip_codes("sip:" + std::string(250, 'a') + "@b"), std::vector<int>{13243});
}
TEST(DialSip, HeadersThatMayNotBeSetAreDropped) {
    EXPECT_EQ(sip_codes("sip:a@b?Via=x"), std::vector<int>{32113});
    EXPECT_EQ(sip_codes("sip:a@b?X-Twilio-A=x"), std::vector<int>{32113});
    EXPECT_EQ(sip_codes("sip:a@b?X(=x"), std::vector<int>{32111});
    EXPECT_EQ(sip_codes("sip:a@b?X-A=%0d%0aVia:x"), std::vector<int>{32112});
    EXPECT_EQ(sip_codes("sip:a@b?X-A=" + std::string(1100, 'x')), std::vector<int>{13253});
}
TEST(DialSip, BadParametersAreDropped) {
    EXPECT_EQ(sip_codes("sip:a@b;transport=smoke"), std::vector<int>{32114});
    EXPECT_EQ(sip("sip:a@b;transport=smoke").uri, "sip:a@b");
    EXPECT_EQ(sip_codes("sip:a@b;secure=1"), std::vector<int>{32114});
}
TEST(DialSip, CredentialsAreKeptAndNeverReported) {
    const auto parsed = std::get<Sip>(
        dial(R"(<Dial><Sip username="u" password="secret">sip:a@b</Sip></Dial>)").nouns.at(0));
    EXPECT_EQ(parsed.username, "u");
    EXPECT_EQ(parsed.password, "secret");
    const Document bad = parse_verbs(R"(<Dial><Sip password="secret">sip:a@b</Sip></Dial>)");
    EXPECT_EQ(bad.warnings.at(0).code, 13249);
    EXPECT_EQ(bad.warnings.at(0).detail.find("secret"), std::string::npos);
    const Document misspelt = parse_verbs(R"(<Dial><Sip pasword="secret">sip:a@b</Sip></Dial>)");
    EXPECT_EQ(misspelt.warnings.at(0).detail, "<Sip pasword>");
}

// ---- running

struct DialTest : testing::Test {
    test::FakeLoop loop;
    test::FakeCallControl call{loop};
    void run(const std::string& attributes) {
        call.serve("https://app.example.cl/after", "<Response><Hangup/></Response>");
        call.run_inline("<Response><Dial " + attributes +
                        "><Sip>sip:a@example.cl</Sip></Dial><Say>Sigo.</Say></Response>");
    }
};

TEST_F(DialTest, AnswersBeforeItRings) {
    call.answered = false;
    run("");
    EXPECT_EQ(call.story(), (Story{"answer", "dial", "say Sigo.", "hang up"}));
}
TEST_F(DialTest, AnswerOnBridgeLeavesTheAnswerToTheBridge) {
    call.answered = false;
    run(R"(answerOnBridge="true")");
    EXPECT_EQ(call.story(), (Story{"dial", "answer", "say Sigo.", "hang up"}));
}
TEST_F(DialTest, WithoutActionTheNextVerbRuns) {
    run("");
    EXPECT_TRUE(call.time_of("say Sigo."));
    EXPECT_TRUE(call.requests.empty());
}
TEST_F(DialTest, ActionIsToldTheOutcomeAndTheRestIsDropped) {
    call.dial_outcome.status = DialCallStatus::completed;
    call.dial_outcome.call_sid = *CallSid::parse("CA33333333333333333333333333333333");
    call.dial_outcome.duration = 42s;
    call.dial_outcome.bridged = true;
    call.dial_outcome.sip_call_id = "abc@192.0.2.1";
    call.dial_outcome.sip_response_code = 200;
    call.dial_outcome.sip_headers = {{"X-Floor", "3"}};
    run(R"(action="/after")");
    EXPECT_EQ(call.story(),
              (Story{"dial",
                     "fetch POST https://app.example.cl/after DialCallStatus=completed "
                     "DialCallSid=CA33333333333333333333333333333333 DialCallDuration=42 "
                     "DialBridged=true DialSipCallId=abc@192.0.2.1 DialSipResponseCode=200 "
                     "DialSipHeader_X-Floor=3",
                     "hang up"}));
}
TEST_F(DialTest, ActionIsToldWhyNobodyWasReached) {
    for (const auto& [status, word] : {std::pair(DialCallStatus::busy, "busy"),
                                       std::pair(DialCallStatus::no_answer, "no-answer"),
                                       std::pair(DialCallStatus::failed, "failed")}) {
        test::FakeCallControl other(loop);
        other.dial_outcome.status = status;
        other.serve("https://app.example.cl/after", "<Response/>");
        other.run_inline(R"(<Response><Dial action="/after">+56229145248</Dial></Response>)");
        EXPECT_EQ(other.story().at(1), std::string("fetch POST https://app.example.cl/after "
                                                   "DialCallStatus=") +
                                           word + " DialCallDuration=0 DialBridged=false");
    }
}
TEST_F(DialTest, WithNobodyToCallFails) {
    call.serve("https://app.example.cl/after", "<Response/>");
    call.run_inline(R"(<Response><Dial action="/after"/></Response>)");
    EXPECT_EQ(call.story().front(),
              "fetch POST https://app.example.cl/after DialCallStatus=failed DialCallDuration=0 "
              "DialBridged=false");
}
TEST_F(DialTest, HandsAbsoluteAddressesToTheCall) {
    call.run_inline(R"(<Response><Dial action="x" referUrl="/r"><Sip url="s"
                       statusCallback="c">sip:a@b</Sip></Dial></Response>)");
    const Dial& seen = call.dials.at(0);
    EXPECT_EQ(seen.action, "https://app.example.cl/ivr/x");
    EXPECT_EQ(seen.refer_url, "https://app.example.cl/r");
    EXPECT_EQ(std::get<Sip>(seen.nouns[0]).screening->url, "https://app.example.cl/ivr/s");
    EXPECT_EQ(std::get<Sip>(seen.nouns[0]).status_callback->url, "https://app.example.cl/ivr/c");
}
// 1.6: the caller hangs up while it rings; the owner requests the action, nobody reads the answer.
TEST_F(DialTest, HangUpLeavesTheActionToTheOwner) {
    call.hang_up_at(500ms);
    run(R"(action="/after")");
    EXPECT_EQ(call.story(),
              (Story{"dial", "caller hangs up",
                     "owner fetch POST https://app.example.cl/after "
                     "DialCallStatus=canceled DialCallDuration=0 DialBridged=false"}));
    EXPECT_EQ(call.ended, Ended::call_over);
}

}  // namespace
}  // namespace skyn3t::twiml
