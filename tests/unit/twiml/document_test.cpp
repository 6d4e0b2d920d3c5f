#include "twiml/document.hpp"

#include <gtest/gtest.h>

// reference/twiml.md, 1.1, 1.2 and 1.7.
namespace skyn3t::twiml {
namespace {

int error_of(std::string_view xml) {
    const auto document = parse_document(xml);
    return document ? 0 : document.error().code;
}
std::vector<int> warnings_of(std::string_view xml) {
    std::vector<int> codes;
    const auto document = parse_document(xml);
    if (!document) return {-document.error().code};
    for (const Finding& finding : document->warnings) codes.push_back(finding.code);
    return codes;
}

// ---- well-formed XML in UTF-8: 12100

TEST(Document, AcceptsDeclarationCommentsAndByteOrderMark) {
    EXPECT_EQ(error_of("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<!-- hola -->\n<Response><!-- & < --></Response>\n"),
              0);
}
TEST(Document, EmptyResponseIsLegal) {
    const auto document = parse_document("<Response/>");
    ASSERT_TRUE(document);
    EXPECT_TRUE(document->verbs.empty());
    EXPECT_TRUE(document->warnings.empty());
}
TEST(Document, ThatIsNotXmlIs12100) {
    for (const char* xml :
         {"", "   ", "hola", "{\"a\":1}", "<Response>", "<Response></Respons>", "<Response",
          "<Response><Say>a</Response>", "<Response/><Response/>", "x<Response/>", "<Response/>x",
          "<Response a=1/>", "<Response a=\"1\" a=\"2\"/>", "<!-- <Response/>", "<![CDATA[x]]>"})
        EXPECT_EQ(error_of(xml), 12100) << xml;
}
TEST(Document, TextBeforeThePrologIs12100) {
    EXPECT_EQ(error_of(" <?xml version=\"1.0\"?><Response/>"), 12100);
    EXPECT_EQ(error_of("<b/><?xml version=\"1.0\"?><Response/>"), 12100);
}
TEST(Document, UnescapedAmpersandOrLessThanIs12100) {
    EXPECT_EQ(error_of("<Response><Play>a?b=1&c=2</Play></Response>"), 12100);
    EXPECT_EQ(error_of("<Response><Say voice=\"a&b\">a</Say></Response>"), 12100);
    EXPECT_EQ(error_of("<Response><Say voice=\"<\">a</Say></Response>"), 12100);
    EXPECT_EQ(error_of("<Response><Say>1 < 2</Say></Response>"), 12100);
    EXPECT_EQ(error_of("<Response><Say>R&D;</Say></Response>"), 12100);
}
TEST(Document, InvalidUtf8AndControlCharactersAre12100) {
    EXPECT_EQ(error_of("<Response><Say>opci\xf3n</Say></Response>"), 12100);
    EXPECT_EQ(error_of(std::string_view("<Response>\0</Response>", 22)), 12100);
    EXPECT_EQ(error_of("<Response><Say>&#0;</Say></Response>"), 12100);
    EXPECT_EQ(error_of("<Response><Say>&#xD800;</Say></Response>"), 12100);
}
TEST(Document, NeverExpandsDeclaredEntities) {
    EXPECT_EQ(error_of("<!DOCTYPE r [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
                       "<Response><Say>&b;</Say></Response>"),
              12100);
    EXPECT_EQ(error_of("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><Response/>"), 0)
        << "named, never read";
}
TEST(Document, NestingIsBounded) {
    std::string open = "<Response><Say>";
    std::string close;
    for (int i = 0; i < 29; ++i) {
        open += "<p>";
        close += "</p>";
    }
    const std::string end = "</Say></Response>";
    EXPECT_EQ(error_of(open + "a" + close + end), 0);
    EXPECT_EQ(error_of(open + "<p><p>a</p></p>" + close + end), 12100);
}
TEST(Document, ErrorsNameTheirLine) {
    EXPECT_EQ(parse_document("<Response>\n\n<Say>a & b</Say></Response>").error().line, 3u);
    EXPECT_EQ(parse_document("<Response>\n<Say>\n</Response>").error().line, 3u);
    EXPECT_EQ(parse_document("<Response>\n<Pause/>\n<say>a</say></Response>")->warnings[0].line,
              3u);
}
TEST(Document, Over64KilobytesIs11750) {
    EXPECT_EQ(error_of("<Response>" + std::string(64 * 1024 - 21, ' ') + "</Response>"), 0);
    EXPECT_EQ(error_of("<Response>" + std::string(64 * 1024, ' ') + "</Response>"), 11750);
}

// ---- root: 12102

TEST(Document, AnotherRootIs12102) {
    EXPECT_EQ(error_of("<Say>a</Say>"), 12102);
    EXPECT_EQ(error_of("<response/>"), 12102);
    EXPECT_EQ(error_of("<!DOCTYPE html><html></html>"), 12102);
}
TEST(Document, BadVersionOfTheRootIs12101AndItRuns) {
    EXPECT_EQ(warnings_of("<Response version=\"7\"><Hangup/></Response>"), std::vector<int>{12101});
    EXPECT_EQ(warnings_of("<Response version=\"2010-04-01\"/>"), std::vector<int>{});
}

// ---- schema: 12200, and 13750 for verbs that are TwiML but not ours

TEST(Document, UnknownVerbIsSkippedAndTheRestParsed) {
    const auto document = parse_document("<Response><say>a</say><Pause/></Response>");
    ASSERT_EQ(document->verbs.size(), 1u);
    ASSERT_EQ(document->warnings.size(), 1u);
    EXPECT_EQ(document->warnings[0].code, 12200);
    EXPECT_EQ(document->warnings[0].detail, "<say>: <Say>?");
}
TEST(Document, UnknownAttributeIsIgnored) {
    EXPECT_EQ(warnings_of("<Response><Say Voice=\"alice\">a</Say></Response>"),
              std::vector<int>{12200});
}
TEST(Document, SchemaReferencesOfTheRootAreIgnored) {
    EXPECT_EQ(warnings_of("<Response xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                          "xsi:noNamespaceSchemaLocation=\"twiml.xsd\"/>"),
              std::vector<int>{});
}
TEST(Document, TextBesideTheVerbsIsReported) {
    EXPECT_EQ(warnings_of("<Response>hola</Response>"), std::vector<int>{12200});
}
TEST(Document, VerbsThatAreNotOursAreUnsupported) {
    for (const std::string name : {"Record", "Enqueue", "Leave", "Refer", "Connect", "Start",
                                   "Stop", "Pay", "Sms", "Prompt", "Echo"}) {
        const auto document = parse_document("<Response><" + name + "/></Response>");
        ASSERT_EQ(document->verbs.size(), 1u);
        EXPECT_EQ(std::get<Unsupported>(document->verbs[0]).name, name);
        EXPECT_EQ(document->warnings.at(0).code, 13750);
    }
}
TEST(Document, WarningsAreBounded) {
    std::string xml = "<Response>";
    for (int i = 0; i < 1000; ++i) xml += "<x/>";
    EXPECT_EQ(warnings_of(xml + "</Response>").size(), 100u);
}

// ---- content type

TEST(Answer, OfAnXmlTypeIsTwiml) {
    for (const char* type : {"text/xml", "application/xml; charset=utf-8", "TEXT/HTML"})
        EXPECT_EQ(parse_answer(type, "<Response><Hangup/></Response>")->verbs.size(), 1u) << type;
}
TEST(Answer, OfPlainTextThatIsTwimlIsExecuted) {
    const auto document = parse_answer("text/plain", "<Response><Pause/></Response>");
    EXPECT_TRUE(std::holds_alternative<Pause>(document->verbs.at(0)));
}
TEST(Answer, OfPlainTextIsReadAloudThenHangsUp) {
    const auto document = parse_answer("text/plain", "Hola & adiós");
    ASSERT_EQ(document->verbs.size(), 2u);
    EXPECT_EQ(std::get<Say>(document->verbs[0]).text(), "Hola & adiós");
    EXPECT_TRUE(std::holds_alternative<Hangup>(document->verbs[1]));
}
TEST(Answer, OfAnotherTypeOrNoneIs12300) {
    EXPECT_EQ(parse_answer("application/json", "{}").error().code, 12300);
    EXPECT_EQ(parse_answer("", "<Response/>").error().code, 12300);
}
TEST(Answer, WithoutABodyIsAnEmptyDocument) {
    EXPECT_TRUE(parse_answer("", "")->verbs.empty());
    EXPECT_TRUE(parse_answer("text/xml", "\n")->verbs.empty());
}
TEST(Answer, AudioIsRecognised) {
    EXPECT_TRUE(is_audio("audio/wav"));
    EXPECT_TRUE(is_audio("Audio/X-WAV; rate=8000"));
    EXPECT_FALSE(is_audio("text/xml"));
}

}  // namespace
}  // namespace skyn3t::twiml
