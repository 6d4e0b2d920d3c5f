#include "twiml/bin_template.hpp"

#include <gtest/gtest.h>

#include <map>

namespace skyn3t::twiml {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

std::string filled(std::string_view content, const Values& values = {}) {
    return fill_template(content, [&](std::string_view name) {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt
                                     : std::optional<std::string_view>(found->second);
    });
}

TEST(BinTemplate, PutsTheRequestsParametersInThePlaceOfVariables) {
    EXPECT_EQ(filled("<Say>Llama {{From}} a {{ To }}.</Say>",
                     {{"From", "+56987654321"}, {"To", "+56229145248"}}),
              "<Say>Llama +56987654321 a +56229145248.</Say>");
}

TEST(BinTemplate, LeavesNothingOfAVariableThatIsUnknown) {
    EXPECT_EQ(filled("<Say>{{Digits}}{{from}}.</Say>", {{"From", "1"}}), "<Say>.</Say>");
}

TEST(BinTemplate, EscapesValuesSoThatTheyStayText) {
    EXPECT_EQ(filled("<Say language='{{L}}'>{{S}}</Say>",
                     {{"L", "x'><Hangup/>\""}, {"S", "</Say><Dial>133</Dial>&"}}),
              "<Say language='x&apos;&gt;&lt;Hangup/&gt;&quot;'>"
              "&lt;/Say&gt;&lt;Dial&gt;133&lt;/Dial&gt;&amp;</Say>");
}

TEST(BinTemplate, DropsOfAValueWhatXmlCanNotWrite) {
    EXPECT_EQ(filled("{{A}}", {{"A", std::string("a\x01\x1f\0b", 5)}}), "ab");
    EXPECT_EQ(filled("{{A}}", {{"A", "a\xff\x80z"}}), "az");
    EXPECT_EQ(filled("{{A}}", {{"A", "Ñuñoa"}}), "Ñuñoa");
}

TEST(BinTemplate, FillsAValueOnce) {
    EXPECT_EQ(filled("{{A}}", {{"A", "{{B}}"}, {"B", "no"}}), "{{B}}");
}

// "--" in a comment would end the document as XML.
TEST(BinTemplate, LeavesCommentsAsTheyAre) {
    EXPECT_EQ(filled("<!-- {{A}} -->{{A}}", {{"A", "--"}}), "<!-- {{A}} -->--");
    EXPECT_EQ(filled("<!-- {{A}}", {{"A", "--"}}), "<!-- {{A}}");
}

TEST(BinTemplate, NamesItsVariablesOnceInTheirOrder) {
    EXPECT_EQ(template_variables("{{To}} {{From}} <!-- {{No}} --> {{ To }} {{a-b.c_1}}"),
              (std::vector<std::string>{"To", "From", "a-b.c_1"}));
    EXPECT_TRUE(template_variables("<Say>hola } {</Say>").empty());
}

TEST(BinTemplate, HasNoFaultWithVariablesAndSingleBraces) {
    EXPECT_FALSE(find_template_fault("{ } }} {{From}} {{ From }}"));
}

class TemplateFault : public testing::TestWithParam<const char*> {};

TEST_P(TemplateFault, IsFoundWithItsLine) {
    const auto fault =
        find_template_fault("<Response>\n<Say>" + std::string(GetParam()) + "</Say>\n");
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, 12100);
    EXPECT_EQ(fault->line, 2u);
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, TemplateFault,
                         testing::Values("{{", "{{From", "{{}}", "{{ }}",
                                         "{{#e164}}{{To}}{{/e164}}", "{{{From}}}", "{{From To}}",
                                         "{{>menu}}", "{{Ñ}}"));

}  // namespace
}  // namespace skyn3t::twiml
