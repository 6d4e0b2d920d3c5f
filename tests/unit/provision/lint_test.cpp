#include "provision/lint.hpp"

#include <gmock/gmock.h>

namespace skyn3t::provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string_view> rules(const std::vector<Finding>& findings) {
    std::vector<std::string_view> names;
    for (const Finding& each : findings) names.push_back(each.rule);
    return names;
}
std::vector<std::string_view> of_document(const std::string& xml) {
    return rules(lint_document(xml, {"communities.yaml", 7, 18, "documents.main"}));
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
    EXPECT_THAT(rules(findings),
                ElementsAre("formula-passwords", "password-in-file", "duplicate-label"));
    EXPECT_EQ(findings[0].where.line, 6);
    EXPECT_FALSE(has_errors(findings));
}

TEST(Lint, KeepsTheManifestsOwnErrors) { EXPECT_TRUE(has_errors(lint(parse_manifest("{}")))); }

TEST(LintDocument, FindsAGreetingOutsideGather) {
    EXPECT_THAT(of_document("<Response><Say>Bienvenido</Say><Gather numDigits=\"1\"/></Response>"),
                ElementsAre("prompt-outside-gather"));
    EXPECT_THAT(of_document("<Response><Gather><Say>Bienvenido</Say></Gather></Response>"),
                IsEmpty());
}

TEST(LintDocument, FindsADialWithoutActionAndTheSentenceAfterIt) {
    EXPECT_THAT(of_document("<Response><Dial><Sip>sip:a@example.cl</Sip></Dial>"
                            "<Say>No se pudo.</Say></Response>"),
                ElementsAre("dial-without-action", "sentence-after-dial"));
    EXPECT_THAT(
        of_document(
            "<Response><Dial action=\"/done\"><Sip>sip:a@example.cl</Sip></Dial></Response>"),
        IsEmpty());
}

TEST(LintDocument, PassesOnWhatTheParserSays) {
    EXPECT_THAT(of_document("not xml"), ElementsAre("document-invalid"));
    EXPECT_THAT(of_document("<Response><say>x</say></Response>"), Contains("document-warning"));
}

}  // namespace
}  // namespace skyn3t::provision
