#include "provision/lint.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "provision/rules.hpp"

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;

std::vector<std::string_view> rules_of(const std::vector<Finding>& findings) {
    std::vector<std::string_view> names;
    for (const Finding& each : findings) names.push_back(each.rule);
    return names;
}

TEST(Lint, WarnsOfFormulaPasswordsAndLabelsThatSoundAlike) {
    const Manifest manifest = parse_manifest(R"(communities:
  - code: A
    name: A
    number: "+56229145248"
    type: edificio
    passwords: guide
    roles:
      - { role: office, digit: "1", label: oficina, password: Abcdefgh1234 }
      - { role: gate, digit: "2", label: oficina }
)");
    const auto findings = lint(manifest);
    EXPECT_THAT(rules_of(findings),
                ElementsAre("formula-passwords", "password-in-file", "duplicate-label"));
    EXPECT_EQ(findings[0].where.line, 6);
    EXPECT_FALSE(has_errors(findings));
}

TEST(Lint, SaysHowNamesWillBeSpoken) {
    const auto findings = lint(parse_manifest(R"(communities:
  - code: A
    name: Ñuñoa & Hijos
    number: "+56229145248"
    type: edificio
    roles:
      - { role: office, digit: "1", label: "piso 1, oficina" }
      - { role: gate, digit: "2", label: "Av. B. O'Higgins" }
)"));
    ASSERT_THAT(rules_of(findings), ElementsAre("spoken-words", "spoken-words"));
    EXPECT_EQ(findings[0].where.line, 3);
    EXPECT_EQ(findings[0].es, "se dirá «Ñuñoa e Hijos»");
    EXPECT_EQ(findings[1].es, "se dirá «avenida Bernardo o jíguins»");
}

TEST(Lint, JudgesADocumentByWhatItsCommunityMayDial) {
    const auto lines = [](const std::string& may_dial) {
        ManifestOptions options;
        options.read_document = [](const std::string&) -> Result<std::string> {
            return std::string(
                "<Response><Dial action=\"/a\" callerId=\"+56911112222\">"
                "<Number>+5491123456789</Number></Dial></Response>");
        };
        return rules_of(
            lint(parse_manifest("communities:\n"
                                "  - code: A\n"
                                "    name: A\n"
                                "    number: \"+56229145248\"\n"
                                "    type: edificio\n"
                                "    documents: { main: m.xml }\n"
                                "    roles: [{ role: a, digit: \"1\", label: oficina }]\n" +
                                    may_dial,
                                options)));
    };
    EXPECT_THAT(lines(""), ElementsAre("twiml-foreign-caller-id", "twiml-may-not-dial"));
    EXPECT_THAT(lines("    may_dial: [international]\n"), ElementsAre("twiml-foreign-caller-id"));
}

TEST(Lint, KeepsTheManifestsOwnErrors) { EXPECT_TRUE(has_errors(lint(parse_manifest("{}")))); }

TEST(Lint, NamesTheDocumentAndItsLineNotTheManifests) {
    ManifestOptions options;
    options.file = "sites/communities.yaml";
    options.read_document = [](const std::string&) -> Result<std::string> {
        return "<Response>\n <Say>Hola</Say>\n <Gather action=\"/r\"/>\n <Hangup/>\n</Response>";
    };
    const auto findings = lint(parse_manifest(R"(communities:
  - code: A
    name: A
    number: "+56229145248"
    type: edificio
    roles: [{ role: office, digit: "1", label: oficina }]
    documents: { main: main.xml }
)",
                                              options));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].line(Lang::en).substr(0, 33), "sites/main.xml:2:2: error: the gr");
}

TEST(LintRules, HaveIdsOfTheirOwnInKebabCase) {
    std::set<std::string_view> ids;
    for (const Rule& each : kRules) {
        EXPECT_TRUE(ids.insert(each.id).second) << each.id;
        EXPECT_EQ(each.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
                  std::string_view::npos)
            << each.id;
        EXPECT_FALSE(each.es.empty() || each.en.empty()) << each.id;
    }
}

TEST(LintRules, AreListedInTheDocumentForOperators) {
    std::ifstream file("docs/lint.md");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), rules_markdown());
}

}  // namespace
}  // namespace skyn3t::provision
