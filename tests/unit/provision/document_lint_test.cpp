#include "provision/document_lint.hpp"

#include <gmock/gmock.h>

#include <set>

#include "provision/rules.hpp"
#include "twiml/community_documents.hpp"

namespace skyn3t::provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> document_lines(const std::vector<DocumentFile>& documents) {
    std::vector<std::string> all;
    for (const Finding& each : lint_documents(documents)) all.push_back(each.line(Lang::en));
    return all;
}
std::vector<std::string_view> rules(const std::string& verbs, const std::string& file = "a.xml") {
    std::vector<std::string_view> names;
    for (const Finding& each : lint_documents({{file, "<Response>" + verbs + "</Response>"}}))
        names.push_back(each.rule);
    return names;
}
std::string only(const std::string& verbs) {
    const auto all = document_lines({{"a.xml", "<Response>" + verbs + "</Response>"}});
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " findings";
}

constexpr char kBye[] = "<Say>Adiós.</Say><Hangup/>";

// The two TwiML bins of the hand-made guide (tests/support/faulty_guide.py).
constexpr char kGuideMain[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Say language="es-MX" voice="alice">Bienvenido a Oficina Principal. Presione 1.</Say>
    <Gather numDigits="1" timeout="10" action="https://handler.twilio.com/twiml/EHb2" method="POST"/>
    <Say language="es-MX" voice="alice">No se detectó ninguna selección. Adiós.</Say>
    <Hangup/>
</Response>
)";
constexpr char kGuideRouting[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Say language="es-MX" voice="alice">Conectando con oficina de administración.</Say>
    <Dial timeout="30" callerId="+56229145248">
        <Sip>sip:+56229145248-office@skyn3t-communities.sip.twilio.com</Sip>
    </Dial>
    <Say language="es-MX" voice="alice">No se pudo completar la conexión. Adiós.</Say>
    <Hangup/>
</Response>
)";

TEST(LintDocuments, FindsTheFaultsOfTheHandMadeGuideAndNothingElse) {
    const auto findings = lint_documents({{"OFICINA_PRINCIPAL_Main_IVR.xml", kGuideMain},
                                          {"OFICINA_PRINCIPAL_Call_Routing.xml", kGuideRouting}});
    ASSERT_EQ(findings.size(), 3u);
    EXPECT_EQ(findings[0].line(Lang::es),
              "OFICINA_PRINCIPAL_Main_IVR.xml:3:5: error: el saludo está antes de <Gather>: se "
              "pierden las teclas marcadas mientras suena; ponga <Say> dentro de <Gather> "
              "[twiml-say-before-gather]");
    EXPECT_EQ(findings[1].line(Lang::en),
              "OFICINA_PRINCIPAL_Call_Routing.xml:4:5: error: this document gets the key and does "
              "not look at it: every key rings "
              "\"sip:+56229145248-office@skyn3t-communities.sip.twilio.com\"; decide by Digits, or "
              "let \"skyn3t apply\" make the document [twiml-route-ignores-digits]");
    EXPECT_EQ(findings[2].rule, "twiml-say-after-dial");
    EXPECT_EQ(findings[2].where.line, 7);
}

TEST(LintDocuments, FindsNothingInTheDocumentsThatApplyMakes) {
    const twiml::CommunityIvr community{
        "OFICINA_PRINCIPAL",
        "Oficina Principal",
        "+56229145248",
        "es-MX",
        "skyn3t-communities.sip.twilio.com",
        {{"office", "1", "oficina"}, {"security", "2", "conserjería"}}};
    EXPECT_THAT(
        document_lines({{"main", twiml::main_document(community)},
                        {"key 1", twiml::route_document(community, {"1", {}})},
                        {"key 9", twiml::route_document(community, {"9", {}})},
                        {"talked", twiml::route_document(community, {"", "completed"})},
                        {"rang", twiml::route_document(community, {"", "no-answer"})},
                        {"domain", twiml::domain_document(twiml::DialledNumber::ordinary)}}),
        IsEmpty());
}

TEST(LintDocuments, KnowTheDocumentThatGetsTheKeyByAnothersGather) {
    const std::string menu =
        "<Response><Gather action=\"/ivr/keys.xml?x=1\"><Say>1</Say></Gather>" + std::string(kBye) +
        "</Response>";
    const std::string keys =
        "<Response><Dial action=\"/over\"><Sip>sip:a@example.cl</Sip></Dial></Response>";
    EXPECT_THAT(document_lines({{"menu.xml", menu}, {"bins/keys.xml", keys}}),
                ElementsAre(HasSubstr("bins/keys.xml:1:11: error")));
    EXPECT_THAT(document_lines({{"menu.xml", menu}, {"bins/other.xml", keys}}), IsEmpty());
}

TEST(LintDocuments, LetATemplateOfABinLookAtTheKey) {
    EXPECT_THAT(rules("<Dial action=\"/over\"><Sip>sip:{{Digits}}@example.cl</Sip></Dial>",
                      "A_Call_Routing.xml"),
                IsEmpty());
}

TEST(LintDocuments, AllowAGreetingInsideGatherAndANoticeBeforeAMenu) {
    EXPECT_THAT(rules("<Gather action=\"/r\"><Say>Hola</Say></Gather>" + std::string(kBye)),
                IsEmpty());
    EXPECT_THAT(rules("<Say>Se graba.</Say><Gather action=\"/r\"><Say>Hola</Say></Gather>" +
                      std::string(kBye)),
                IsEmpty());
    EXPECT_THAT(rules("<Play>/a.wav</Play><Pause/><Gather action=\"/r\"/>" + std::string(kBye)),
                ElementsAre("twiml-say-before-gather"));
}

TEST(LintDocuments, WarnOfADialThatNobodyLearnsTheEndOf) {
    EXPECT_THAT(rules("<Dial><Sip>sip:a@example.cl</Sip></Dial>"),
                ElementsAre("twiml-dial-without-action"));
}

TEST(LintDocuments, RefuseEmergencyNumbersHoweverTheyAreWritten) {
    for (const char* target : {"<Number>133</Number>", "<Sip>sip:133@example.cl</Sip>", "131",
                               "<Number>+56132</Number>"})
        EXPECT_THAT(rules("<Dial action=\"/a\">" + std::string(target) + "</Dial>"),
                    Contains("twiml-emergency-number"))
            << target;
}

TEST(LintDocuments, SayWhatIsMeantByANameInTheWrongCase) {
    EXPECT_THAT(only("<say>Hola</say>"), HasSubstr("1:11: error: the verb <say> does not exist and "
                                                   "is skipped; write <Say> [twiml-unknown-verb]"));
    EXPECT_THAT(only("<Pause Length=\"1\"/>"),
                HasSubstr("write \"length\" [twiml-unknown-attribute]"));
    EXPECT_THAT(only("<Dial action=\"/a\"><SIP>sip:a@example.cl</SIP></Dial>"),
                HasSubstr("write <Sip> [twiml-unknown-element]"));
}

TEST(LintDocuments, SayWhichValuesAnAttributeAllows) {
    EXPECT_THAT(only("<Pause length=\"soon\"/>"),
                HasSubstr("length of <Pause> cannot be \"soon\" (Twilio 13910); use a whole number "
                          "from 1 [twiml-bad-value]"));
    EXPECT_THAT(only("<Reject reason=\"away\"/>"), HasSubstr("use one of: rejected, busy"));
    EXPECT_THAT(only("<Dial timeout=\"2\" action=\"/a\"><Sip>sip:a@example.cl</Sip></Dial>"),
                HasSubstr("a whole number from 5 to 600"));
    EXPECT_THAT(
        only("<Gather action=\"/a\" finishOnKey=\"12\"><Say>a</Say></Gather>" + std::string(kBye)),
        HasSubstr("13311"));
}

TEST(LintDocuments, FindElementsWhereTheyMayNotBe) {
    EXPECT_THAT(
        only("<Gather action=\"/a\"><Dial>+56229145248</Dial></Gather>" + std::string(kBye)),
        HasSubstr("<Dial> may not be inside <Gather>"));
    EXPECT_THAT(only("<Sip>sip:a@example.cl</Sip>"), HasSubstr("inside <Response>"));
}

TEST(LintDocuments, FindWhatTwilioRefusesOfAPhonesAddress) {
    const auto dial = [](const std::string& uri) {
        return rules("<Dial action=\"/a\"><Sip>" + uri + "</Sip></Dial>");
    };
    EXPECT_THAT(dial("sip:a@x.sip.sao-paulo.twilio.com"), ElementsAre("twiml-sip-edge"));
    EXPECT_THAT(dial("sip:x.sip.twilio.com"), ElementsAre("twiml-sip-no-user"));
    EXPECT_THAT(dial("mailto:a@example.cl"), ElementsAre("twiml-bad-sip-address"));
    EXPECT_THAT(dial("sip:a@x.sip.twilio.com?X-Twilio-A=1"), ElementsAre("twiml-bad-sip-address"));
    EXPECT_THAT(dial("sip:a@x.sip.twilio.com?X-Room=1"), IsEmpty());
}

TEST(LintDocuments, FindVerbsThatAreNeverReached) {
    EXPECT_THAT(only("<Redirect>/a</Redirect><Say>nunca</Say>"),
                HasSubstr("<Say> never runs: <Redirect> does not come back"));
    EXPECT_THAT(rules("<Say>a</Say><Reject/>"), ElementsAre("twiml-reject-not-first"));
}

TEST(LintDocuments, FindVoicesOfAnotherLanguageAndTextsTooLong) {
    EXPECT_THAT(rules("<Say voice=\"Polly.Lucia\" language=\"es-MX\">a</Say>"),
                ElementsAre("twiml-voice-language"));
    EXPECT_THAT(rules("<Say>" + std::string(4097, 'a') + "</Say>"), Contains("twiml-long-say"));
    EXPECT_THAT(rules("<Say voice=\"Polly.Mia\">" + std::string(3001, 'a') + "</Say>"),
                Contains("twiml-long-say"));
}

TEST(LintDocuments, KnowVerbsOfTwilioThatThisServerDoesNotRun) {
    EXPECT_THAT(rules("<Echo/>"), ElementsAre("twiml-not-here"));
    EXPECT_THAT(only("<Dial action=\"/a\" record=\"true\">+56987654321</Dial>"),
                HasSubstr("this server does not record calls yet (<Dial record>)"));
    EXPECT_THAT(rules("<Dial action=\"/a\"><Conference>sala</Conference></Dial>"),
                ElementsAre("twiml-not-here"));
    EXPECT_THAT(rules("<Dial action=\"/a\"><Number byoc=\"BY1\">+56987654321</Number></Dial>"),
                ElementsAre("twiml-not-here"));
    EXPECT_THAT(
        rules("<Gather action=\"/a\" input=\"speech\"><Say>a</Say></Gather>" + std::string(kBye)),
        ElementsAre("twiml-not-here"));
}

TEST(LintDocuments, SayWhyNothingOfADocumentRuns) {
    EXPECT_THAT(
        document_lines(
            {{"a.xml", "not xml"}, {"b.xml", "<Reply/>"}, {"c.xml", "<Response>&</Response>"}}),
        ElementsAre(HasSubstr("[twiml-not-xml]"), HasSubstr("b.xml:1:1: error: the root"),
                    HasSubstr("unescaped '&'")));
    EXPECT_THAT(document_lines({{"a.xml", "<Response>" + std::string(65536, ' ') + "</Response>"}}),
                ElementsAre(HasSubstr("[twiml-too-large]")));
}

TEST(LintDocuments, CountColumnsInCharacters) {
    EXPECT_THAT(
        document_lines({{"a.xml", "\xef\xbb\xbf<Response>\n<!-- ñandú --><Ring/></Response>"}}),
        ElementsAre(HasSubstr("a.xml:2:15: error")));
}

}  // namespace
}  // namespace skyn3t::provision
