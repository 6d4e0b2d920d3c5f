#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"

// Fetching documents: reference/twiml.md, 1.2 to 1.6, and webhooks.md, section 1.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

constexpr const char* kUrl = "https://app.example.cl/voice";
constexpr const char* kFallback = "https://spare.example.cl/voice";
const std::string kApology = "say Lo sentimos, ocurrió un error en la aplicación. Adiós.";

struct FetchTest : testing::Test {
    test::FakeLoop loop;
    test::FakeCallControl call{loop};
    std::optional<DocumentAddress> fallback;
    void run() { call.run({DocumentAddress{kUrl, Method::post}, fallback}); }
};

TEST_F(FetchTest, RunsTheDocumentAtTheAddress) {
    call.serve(kUrl, "<Response><Say>Hola.</Say></Response>");
    run();
    EXPECT_EQ(call.story(),
              (Story{"fetch POST https://app.example.cl/voice", "say Hola.", "hang up"}));
}
TEST_F(FetchTest, EmptyDocumentEndsTheCall) {
    call.answered = false;
    call.serve(kUrl, "<Response/>");
    run();
    EXPECT_EQ(call.ended, Ended::by_document);
    EXPECT_EQ(call.story().back(), "hang up");
}
TEST_F(FetchTest, StatusWithoutABodyIsAnEmptyDocument) {
    call.serve(kUrl, "", "", 204);
    run();
    EXPECT_EQ(call.ended, Ended::by_document);
    EXPECT_TRUE(call.warnings().empty());
}
TEST_F(FetchTest, AudioIsPlayedThenHangsUp) {
    call.serve(kUrl, "RIFF", "audio/wav");
    run();
    EXPECT_EQ(call.story(),
              (Story{"fetch POST https://app.example.cl/voice", "body audio/wav", "hang up"}));
}
TEST_F(FetchTest, BaseIsTheAddressAfterRedirections) {
    call.serve(kUrl, "<Response><Play>a.wav</Play></Response>");
    call.pages[kUrl]->final_url = "https://cdn.example.cl/new/voice";
    run();
    EXPECT_EQ(call.story().at(1), "play https://cdn.example.cl/new/a.wav");
}
TEST_F(FetchTest, WarningsOfADocumentReachTheCall) {
    call.serve(kUrl, "<Response>\n<say>a</say></Response>");
    run();
    EXPECT_EQ(call.log.at(1).what, "warn 12200 line 2: <say>: <Say>?");
}

// ---- failures: the fallback if there is one, else an announcement

TEST_F(FetchTest, FailureIsAnnouncedAndEndsTheCall) {
    call.answered = false;
    call.serve(kUrl, "oops", "text/html", 500);
    run();
    EXPECT_EQ(call.story(), (Story{"fetch POST https://app.example.cl/voice", "answer", kApology}));
    EXPECT_EQ(call.warnings(), std::vector<int>{11200});
    EXPECT_EQ(call.ended, Ended::by_error);
}
TEST_F(FetchTest, FallbackIsToldTheErrorAndTakesOver) {
    fallback = DocumentAddress{kFallback, Method::post};
    call.pages[kUrl] = tl::unexpected(FetchError{Errc::timeout, 11205, "connection lost"});
    call.serve(kFallback, "<Response><Say>Repuesto.</Say></Response>");
    run();
    EXPECT_EQ(call.story(), (Story{"fetch POST https://app.example.cl/voice",
                                   "fetch POST https://spare.example.cl/voice ErrorCode=11205 "
                                   "ErrorUrl=https://app.example.cl/voice",
                                   "say Repuesto.", "hang up"}));
}
TEST_F(FetchTest, EveryKindOfFailureLeadsToTheFallback) {
    const struct {
        const char* body;
        const char* type;
        int status;
        int code;
    } kFailures[] = {{"", "text/xml", 404, 11200},
                     {"<Response>", "text/xml", 200, 12100},
                     {"<html/>", "text/html", 200, 12102},
                     {"{}", "application/json", 200, 12300}};
    for (const auto& failure : kFailures) {
        test::FakeCallControl other(loop);
        other.serve(kUrl, failure.body, failure.type, failure.status);
        other.serve(kFallback, "<Response/>");
        other.run({DocumentAddress{kUrl, Method::post}, DocumentAddress{kFallback, Method::get}});
        EXPECT_EQ(other.warnings(), std::vector<int>{failure.code});
        EXPECT_EQ(other.ended, Ended::by_document) << failure.code;
    }
}
TEST_F(FetchTest, FailingFallbackEndsTheCall) {
    fallback = DocumentAddress{kFallback, Method::post};
    run();
    EXPECT_EQ(call.requests.size(), 2u);
    EXPECT_EQ(call.warnings(), (std::vector<int>{11200, 11200}));
    EXPECT_EQ(call.ended, Ended::by_error);
}
TEST_F(FetchTest, FailingActionUsesTheCallsFallback) {
    fallback = DocumentAddress{kFallback, Method::post};
    call.serve(kUrl, "<Response><Redirect>/missing</Redirect></Response>");
    call.serve(kFallback, "<Response/>");
    run();
    EXPECT_EQ(call.requests.back().url, kFallback);
    EXPECT_EQ(call.ended, Ended::by_document);
}
TEST_F(FetchTest, BadAddressIs11100) {
    call.run({DocumentAddress{"not a url", Method::post}, std::nullopt});
    EXPECT_EQ(call.warnings(), std::vector<int>{11100});
    EXPECT_TRUE(call.requests.empty());
}
TEST_F(FetchTest, BadInlineDocumentIsAnnounced) {
    call.run_inline("<Response>");
    EXPECT_EQ(call.warnings(), std::vector<int>{12100});
    EXPECT_EQ(call.ended, Ended::by_error);
}
TEST_F(FetchTest, UnsupportedVerbIsPassedOver) {
    call.run_inline("<Response><Record/><Say>Sigo.</Say></Response>");
    EXPECT_EQ(call.story(), (Story{"say Sigo.", "hang up"}));
    EXPECT_EQ(call.warnings(), std::vector<int>{13750});
}

// ---- parameters

// webhooks.md, 1.2: the captured body of an INVITE at a SIP domain, exactly these, in this order.
TEST(Parameters, OfASipDomainsCallAreTheCapturedOnes) {
    CallInfo call;
    call.call_sid = *CallSid::parse("CA22222222222222222222222222222222");
    call.account_sid = *AccountSid::parse("AC11111111111111111111111111111111");
    call.from = "sip:alice@demo.sip.example.cl";
    call.to = "sip:+56221234567@demo.sip.example.cl";
    call.sip = CallInfo::Sip{"demo.sip.example.cl",
                             *DomainSid::parse("SD33333333333333333333333333333333"),
                             "a84b4c76e66710@192.0.2.10",
                             "192.0.2.10",
                             {{"X-Site", "Ñuñoa 1"}}};
    const std::vector<Parameter> expected = {{"AccountSid", "AC11111111111111111111111111111111"},
                                             {"ApiVersion", "2010-04-01"},
                                             {"CallSid", "CA22222222222222222222222222222222"},
                                             {"CallStatus", "ringing"},
                                             {"Called", "sip:+56221234567@demo.sip.example.cl"},
                                             {"Caller", "sip:alice@demo.sip.example.cl"},
                                             {"Direction", "inbound"},
                                             {"From", "sip:alice@demo.sip.example.cl"},
                                             {"SipCallId", "a84b4c76e66710@192.0.2.10"},
                                             {"SipDomain", "demo.sip.example.cl"},
                                             {"SipDomainSid", "SD33333333333333333333333333333333"},
                                             {"SipHeader_X-Site", "Ñuñoa 1"},
                                             {"SipSourceIp", "192.0.2.10"},
                                             {"To", "sip:+56221234567@demo.sip.example.cl"}};
    EXPECT_EQ(standard_parameters(call), expected);
}
TEST(Parameters, ThatAreOptionalAreSentWhenKnown) {
    CallInfo call;
    call.forwarded_from = "+56911111111";
    call.parent_call_sid = *CallSid::parse("CA44444444444444444444444444444444");
    const auto all = standard_parameters(call);
    EXPECT_NE(std::find(all.begin(), all.end(), Parameter{"ForwardedFrom", "+56911111111"}),
              all.end());
    EXPECT_NE(std::find(all.begin(), all.end(),
                        Parameter{"ParentCallSid", "CA44444444444444444444444444444444"}),
              all.end());
}
TEST_F(FetchTest, StatusIsThatOfTheMoment) {
    call.answered = false;
    call.serve(kUrl, "<Response><Say>a</Say><Redirect>/b</Redirect></Response>");
    call.serve("https://app.example.cl/b", "<Response/>");
    run();
    EXPECT_EQ(call.requests.at(0).parameters.at(3), (Parameter{"CallStatus", "ringing"}));
    EXPECT_EQ(call.requests.at(1).parameters.at(3), (Parameter{"CallStatus", "in-progress"}));
}

}  // namespace
}  // namespace skyn3t::twiml
