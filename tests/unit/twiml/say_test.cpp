#include <gtest/gtest.h>

#include "support/fake_call_control.hpp"
#include "twiml/document.hpp"

// https://www.twilio.com/docs/voice/twiml/say, and reference/twiml.md, section 2.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;

Document parse(const std::string& verbs) {
    auto document = parse_document("<Response>" + verbs + "</Response>");
    return document ? *document : Document{};
}
Say say(const std::string& xml) { return std::get<Say>(parse(xml).verbs.at(0)); }
std::vector<int> say_codes(const std::string& verbs) {
    std::vector<int> all;
    for (const Finding& finding : parse(verbs).warnings) all.push_back(finding.code);
    return all;
}
SpokenText words(std::string text) { return {std::move(text), {}}; }

// ---- voice: man

TEST(SayVoice, IsManUnlessGiven) { EXPECT_EQ(say("<Say>a</Say>").voice, "man"); }
TEST(SayVoice, AliceKeepsTheLanguageGiven) {
    const Say parsed = say(R"(<Say voice="alice" language="es-MX">Hola.</Say>)");
    EXPECT_EQ(parsed.voice, "alice");
    EXPECT_EQ(parsed.language, "es-MX");
}
TEST(SayVoice, UnknownIs13511AndTheDefaultIsUsed) {
    EXPECT_EQ(say_codes(R"(<Say voice="Polly.Nobody">a</Say>)"), std::vector<int>{13511});
    EXPECT_EQ(say(R"(<Say voice="robot">a</Say>)").voice, "man");
}

// ---- language: en-US, or the voice's

TEST(SayLanguage, IsEnglishUnlessGiven) { EXPECT_EQ(say("<Say>a</Say>").language, "en-US"); }
TEST(SayLanguage, OfAPollyVoiceIsTheVoices) {
    EXPECT_EQ(say(R"(<Say voice="Polly.Mia-Neural">a</Say>)").language, "es-MX");
    EXPECT_EQ(say(R"(<Say voice="Polly.Conchita">a</Say>)").language, "es-ES");
    EXPECT_EQ(say(R"(<Say voice="Polly.Pedro-Neural">a</Say>)").language, "es-US");
}
TEST(SayLanguage, OfAGoogleVoiceIsInItsName) {
    EXPECT_EQ(say(R"(<Say voice="Google.es-US-Neural2-A">a</Say>)").language, "es-US");
}
TEST(SayLanguage, ThatIsNoTagIsReported) {
    EXPECT_EQ(say_codes(R"(<Say language="español">a</Say>)"), std::vector<int>{12200});
}

// ---- loop: 1; 0 is until hang-up, at most 1000

TEST(SayLoop, IsOnceUnlessGiven) { EXPECT_EQ(say("<Say>a</Say>").loop, 1u); }
TEST(SayLoop, ZeroAndMoreThanAThousandAreAThousand) {
    EXPECT_EQ(say(R"(<Say loop="0">a</Say>)").loop, 1000u);
    EXPECT_EQ(say(R"(<Say loop="5000">a</Say>)").loop, 1000u);
}
TEST(SayLoop, ThatIsNoNumberIs13510) {
    EXPECT_EQ(say_codes(R"(<Say loop="-1">a</Say>)"), std::vector<int>{13510});
    EXPECT_EQ(say(R"(<Say loop="x">a</Say>)").loop, 1u);
}

// ---- text

TEST(SayText, CollapsesWhiteSpace) {
    EXPECT_EQ(say("<Say>\n  Hola,\n\t mundo. </Say>").text(), "Hola, mundo.");
}
TEST(SayText, KeepsEscapesAndUtf8) {
    EXPECT_EQ(say("<Say>Ñuñoa &amp; Maip&#xFA; <![CDATA[<3>]]></Say>").text(), "Ñuñoa & Maipú <3>");
}
TEST(SayText, EmptyIs13520AndSkipped) {
    const Document document = parse("<Say> </Say>");
    EXPECT_TRUE(document.verbs.empty());
    EXPECT_EQ(document.warnings.at(0).code, 13520);
}
TEST(SayText, OfABasicVoiceIsCutAt4096Characters) {
    const std::string text = std::string(4090, 'a') + " bbbb cccc";
    EXPECT_EQ(say_codes("<Say>" + text + "</Say>"), std::vector<int>{13521});
    EXPECT_EQ(say("<Say>" + text + "</Say>").text().size(), 4095u) << "to the end of a word";
}
TEST(SayText, OfAPollyVoiceIsCutAt3000Characters) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "ñ";  // two bytes, one character
    EXPECT_TRUE(say_codes(R"(<Say voice="Polly.Mia">)" + text + "</Say>").empty());
    EXPECT_EQ(say_codes(R"(<Say voice="Polly.Mia">)" + text + "ñ</Say>"), std::vector<int>{13521});
}

// ---- SSML

TEST(SaySsml, BreaksStandBetweenWords) {
    const auto segments = say(R"(<Say>Uno <break time="1.5s"/> dos</Say>)").segments;
    ASSERT_EQ(segments.size(), 3u);
    EXPECT_EQ(std::get<SpokenText>(segments[0]), words("Uno"));
    EXPECT_EQ(std::get<SpeechBreak>(segments[1]).length, 1500ms);
    EXPECT_EQ(std::get<SpokenText>(segments[2]), words("dos"));
}
TEST(SaySsml, BreakLengthsAreBounded) {
    const auto length = [](const std::string& xml) {
        return std::get<SpeechBreak>(say("<Say>a" + xml + "b</Say>").segments.at(1)).length;
    };
    EXPECT_EQ(length(R"(<break time="250ms"/>)"), 250ms);
    EXPECT_EQ(length(R"(<break time="3600s"/>)"), 10s);
    EXPECT_EQ(length("<break/>"), length(R"(<break strength="medium"/>)"));
    EXPECT_LT(length(R"(<break strength="weak"/>)"), length(R"(<break strength="strong"/>)"));
    EXPECT_EQ(say_codes(R"(<Say>a<break time="soon"/></Say>)"), std::vector<int>{12200});
}
TEST(SaySsml, SayAsStylesItsWordsOnly) {
    const auto segments =
        say(R"(<Say>Clave <say-as interpret-as="digits">42</say-as>.</Say>)").segments;
    ASSERT_EQ(segments.size(), 3u);
    EXPECT_EQ(std::get<SpokenText>(segments[0]).text, "Clave ");
    EXPECT_EQ(std::get<SpokenText>(segments[1]).style.interpret_as, "digits");
    EXPECT_EQ(std::get<SpokenText>(segments[2]), words("."));
}
TEST(SaySsml, SubSaysItsAlias) {
    EXPECT_EQ(say(R"(<Say>La <sub alias="administración">adm.</sub> abre.</Say>)").text(),
              "La administración abre.");
}
TEST(SaySsml, ProsodyLangEmphasisAndPhonemeAreKept) {
    const Say parsed = say(
        R"(<Say><prosody rate="slow" pitch="+10%" volume="-6dB"><lang xml:lang="en-GB"><emphasis
        level="strong"><phoneme alphabet="ipa" ph="a">b</phoneme></emphasis></lang></prosody></Say>)");
    const SpeechStyle style = std::get<SpokenText>(parsed.segments.at(0)).style;
    EXPECT_EQ(style.rate, "slow");
    EXPECT_EQ(style.pitch, "+10%");
    EXPECT_EQ(style.volume, "-6dB");
    EXPECT_EQ(style.language, "en-GB");
    EXPECT_EQ(style.emphasis, "strong");
    EXPECT_EQ(style.phonemes, "a");
}
TEST(SaySsml, BadRateIs13513) {
    EXPECT_EQ(say_codes(R"(<Say><prosody rate="warp">a</prosody></Say>)"), std::vector<int>{13513});
}
TEST(SaySsml, SentencesAndParagraphsEndInBreaks) {
    const auto segments = say("<Say><p><s>Uno.</s><s>Dos.</s></p></Say>").segments;
    ASSERT_EQ(segments.size(), 5u);
    EXPECT_EQ(std::get<SpokenText>(segments[0]), words("Uno."));
    EXPECT_TRUE(std::holds_alternative<SpeechBreak>(segments[1]));
    EXPECT_EQ(std::get<SpokenText>(segments[2]), words("Dos."));
}
TEST(SaySsml, UnknownElementIsReportedAndItsWordsSpoken) {
    EXPECT_EQ(say_codes("<Say>a <b>b</b></Say>"), std::vector<int>{12200});
    EXPECT_EQ(say("<Say>a <b>b</b></Say>").text(), "a b");
}

// ---- running

TEST(SayRun, AnswersSpeaksAndGoesOn) {
    test::FakeLoop loop;
    test::FakeCallControl call(loop);
    call.answered = false;
    call.run_inline("<Response><Say>Uno.</Say><Say>Dos.</Say></Response>");
    EXPECT_EQ(call.story(),
              (std::vector<std::string>{"answer", "say Uno.", "say Dos.", "hang up"}));
    EXPECT_EQ(call.ended, Ended::by_document);
}

}  // namespace
}  // namespace skyn3t::twiml
