#include "provision/manifest.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kThree = R"(# The three communities of the examples.
communities:
  - code: OFICINA_PRINCIPAL
    name: Oficina Principal
    number: "+56229145248"
    type: oficina
    language: es-MX
    target: local
    passwords: generated
    caller_id: community
    roles:
      - { role: office,   digit: "1", label: "oficina de administración" }
      - { role: security, digit: "2", label: "conserjería" }
  - code: PLAZA_NORTE
    name: Edificio Plaza Norte
    number: "+56223456789"
    type: edificio
    roles:
      - { role: office, digit: 1, label: oficina, password: "Abcdefgh1234" }
  - code: LAS_FLORES
    name: Condominio Las Flores
    number: "+56234567890"
    type: condominio
    roles:
      - { role: security, digit: "#", label: conserjería }
)";

// One community with `line` in place of the line that begins with the same key, or added.
std::string with(const std::string& line) {
    std::vector<std::string> lines{"code: A_1", "name: Edificio Uno", "number: \"+56229145248\"",
                                   "type: edificio",
                                   "roles: [{ role: office, digit: \"1\", label: oficina }]"};
    const std::string key = line.substr(0, line.find(':') + 1);
    bool replaced = false;
    for (std::string& each : lines)
        if (each.starts_with(key)) each = line, replaced = true;
    if (!replaced) lines.push_back(line);
    std::string yaml = "communities:\n";
    for (std::size_t i = 0; i < lines.size(); ++i) yaml += (i ? "    " : "  - ") + lines[i] + "\n";
    return yaml;
}

std::vector<std::string> problems(std::string_view yaml, Lang lang = Lang::en) {
    std::vector<std::string> text;
    for (const Finding& each : parse_manifest(yaml).findings) text.push_back(each.line(lang));
    return text;
}

TEST(Manifest, SaysWhomACommunityMayDial) {
    const auto dials = [](const std::string& line) {
        const Manifest manifest = parse_manifest(with(line));
        EXPECT_TRUE(manifest.is_good()) << line;
        return manifest.values().at(0).may_dial.text();
    };
    EXPECT_EQ(dials("target: local"), "local, mobile, national") << "when nothing is said";
    EXPECT_EQ(dials("may_dial: [local, international]"), "local, international");
    EXPECT_EQ(dials("may_dial: premium, mobile"), "mobile, premium");
    EXPECT_EQ(dials("may_dial: []"), "");
}

TEST(Manifest, NamesTheRoleForWhoPressesNothing) {
    EXPECT_EQ(parse_manifest(with("no_input: office")).values().at(0).no_input, "office");
    EXPECT_EQ(parse_manifest(with("target: local")).values().at(0).no_input, "");
}

TEST(Manifest, OfTheThreeCommunitiesIsRead) {
    const Manifest manifest = parse_manifest(kThree);
    EXPECT_TRUE(manifest.is_good());
    const auto all = manifest.values();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].code, "OFICINA_PRINCIPAL");
    EXPECT_EQ(all[0].name, "Oficina Principal");
    EXPECT_EQ(all[0].number.str(), "+56229145248");
    EXPECT_EQ(all[0].type, model::CommunityType::oficina);
    ASSERT_EQ(all[0].roles.size(), 2u);
    EXPECT_EQ(all[0].roles[1].label, "conserjería");
    EXPECT_EQ(all[0].roles[1].digit, '2');
    EXPECT_EQ(all[1].roles[0].digit, '1');  // without quotes
    EXPECT_EQ(all[1].roles[0].password->reveal(), "Abcdefgh1234");
    EXPECT_EQ(all[2].roles[0].digit, '#');
    EXPECT_EQ(all[1].language, "es-MX");
}

TEST(Manifest, APossibleNumberThatIsNotValidIsAWarningOnly) {
    EXPECT_THAT(problems(kThree),
                ElementsAre("communities.yaml:22:13: warning: communities[2].number: the number "
                            "+56234567890 is possible, but in no operator's range; check it "
                            "[number-not-valid]"));
}

TEST(Manifest, EveryFaultIsNamedWithPlaceKeyAndFix) {
    const std::string yaml = R"(communities:
  - code: plaza norte
    name: ""
    number: "2 2914 5248"
    type: edifico
    passwrods: guide
    roles:
      - { role: Office, digit: "12", label: oficina }
      - { role: gate, label: portón, password: corta }
)";
    EXPECT_THAT(
        problems(yaml, Lang::es),
        ElementsAre(
            "communities.yaml:2:11: error: communities[0].code: el código «plaza norte» solo puede "
            "tener letras mayúsculas sin tilde, dígitos y «_» (máximo 50) [bad-code]",
            "communities.yaml:3:11: error: communities[0].name: el valor está vacío; escríbalo "
            "[empty-value]",
            "communities.yaml:4:13: error: communities[0].number: escriba el número en formato "
            "internacional: \"+56229145248\" [not-e164]",
            "communities.yaml:5:11: error: communities[0].type: «edifico» no es un valor admitido; "
            "¿quiso decir «edificio»? [unknown-word]",
            "communities.yaml:6:5: error: communities[0]: clave desconocida «passwrods»; ¿quiso "
            "decir «passwords»? [unknown-key]",
            "communities.yaml:8:17: error: communities[0].roles[0].role: el rol «Office» debe "
            "empezar con minúscula y tener solo a-z, dígitos, «-» y «_» [bad-role]",
            "communities.yaml:8:32: error: communities[0].roles[0].digit: «12» no es una tecla; "
            "use "
            "un solo carácter: 0-9, * o # [bad-digit]",
            "communities.yaml:9:9: error: communities[0].roles[1]: falta la clave «digit»; "
            "agréguela "
            "[missing-key]",
            "communities.yaml:9:48: error: communities[0].roles[1].password: la contraseña tiene "
            "menos de 12 caracteres [weak-password]"));
}

struct Bad {
    std::string line;
    const char* rule;
};
class ManifestRefuses : public testing::TestWithParam<Bad> {};

TEST_P(ManifestRefuses, WithItsRule) {
    const Manifest manifest = parse_manifest(with(GetParam().line));
    EXPECT_FALSE(manifest.is_good());
    ASSERT_EQ(manifest.findings.size(), 1u) << manifest.findings[0].line(Lang::en);
    EXPECT_EQ(manifest.findings[0].rule, GetParam().rule);
    EXPECT_GT(manifest.findings[0].where.line, 0);
    EXPECT_NE(manifest.findings[0].es, manifest.findings[0].en);
}
INSTANTIATE_TEST_SUITE_P(
    , ManifestRefuses,
    testing::Values(
        Bad{"number: \"133\"", "emergency-number"}, Bad{"number: \"+56133\"", "emergency-number"},
        Bad{"number: office", "bad-number"}, Bad{"number: [1, 2]", "wrong-type"},
        Bad{"name: " + std::string(65, 'n'), "too-long"},
        Bad{"name: \"a\\nb\"", "control-character"}, Bad{"name:", "empty-value"},
        Bad{"code: " + std::string(51, 'A'), "bad-code"},
        Bad{"language: spanish please", "bad-language"}, Bad{"target: aws", "unknown-word"},
        Bad{"caller_id: nobody", "unknown-word"}, Bad{"may_dial: [local, moon]", "unknown-word"},
        Bad{"may_dial: { local: true }", "wrong-type"}, Bad{"no_input: gate", "no-input-role"},
        Bad{"passwords: plain", "unknown-word"}, Bad{"roles: office", "wrong-type"},
        Bad{"roles: []", "no-roles"}, Bad{"roles: [x]", "wrong-type"},
        Bad{"colour: red", "unknown-key"}, Bad{"documents: main.xml", "wrong-type"},
        Bad{"documents: { main: main.xml }", "document-unreadable"},
        Bad{"documents: { man: main.xml }", "unknown-key"},
        Bad{"roles: [{role: a, digit: \"1\", label: x}, {role: b, digit: \"1\", label: y}]",
            "duplicate-digit"},
        Bad{"roles: [{role: a, digit: \"1\", label: x}, {role: a, digit: \"2\", label: y}]",
            "duplicate-role"},
        Bad{"roles: [{role: twilio, digit: \"1\", label: x}]", "reserved-role"},
        Bad{"roles: [{role: much-too-long-a-role-name, digit: \"1\", label: x}]", "long-username"},
        Bad{"roles: [{role: a, digit: \"1\", label: x, label: y}]", "duplicate-key"},
        Bad{"roles: [{role: a, digit: \"1\", label: x, password: sin espacios 1A}]",
            "weak-password"}));

TEST(Manifest, CodesAndNumbersAreUnique) {
    const std::string twice = with("name: Uno") + with("name: Dos").substr(13);
    EXPECT_THAT(problems(twice), ElementsAre(HasSubstr("the code A_1 is on line 2 already")));
    std::string other = with("name: Dos").substr(13);
    other.replace(other.find("A_1"), 3, "A_2");
    EXPECT_THAT(problems(with("name: Uno") + other),
                ElementsAre(HasSubstr("the number +56229145248 belongs to A_1 (line 4) already")));
}

TEST(Manifest, RefusesAnchorsAliasesAndWhatTheyCanBlowUp) {
    std::string bomb = "a: &a [x, x]\n";
    for (char c = 'b'; c < 'k'; ++c)
        bomb += std::string(1, c) + ": &" + c + " [*" + char(c - 1) + ", *" + char(c - 1) + "]\n";
    const Manifest manifest = parse_manifest(bomb);
    ASSERT_FALSE(manifest.findings.empty());
    for (const Finding& each : manifest.findings) EXPECT_EQ(each.rule, "yaml-alias");
}

TEST(Manifest, RefusesWhatIsNotOneYamlDocumentInUtf8) {
    EXPECT_THAT(problems("communities: [\n"), ElementsAre(HasSubstr("not valid YAML")));
    EXPECT_THAT(problems("a: \x81\n"), ElementsAre(HasSubstr("[not-utf8]")));
    EXPECT_THAT(problems(""), ElementsAre(HasSubstr("[wrong-type]")));
    EXPECT_THAT(problems("- a\n"), ElementsAre(HasSubstr("[wrong-type]")));
    EXPECT_THAT(problems("{}\n"), ElementsAre(HasSubstr("\"communities\" is missing")));
    EXPECT_FALSE(parse_manifest(with("name: A") + "---\na: b\n").is_good());
    EXPECT_THAT(problems(std::string(100, '[')), ElementsAre(HasSubstr("nested too deeply")));
    EXPECT_THAT(problems(std::string(kMaxManifestSize + 1, ' ')),
                ElementsAre(HasSubstr("[too-large]")));
}

TEST(Manifest, NeverRepeatsAPassword) {
    for (const std::string& line :
         problems(with("roles: [{role: a, digit: \"1\", label: x, password: S3creto}]")))
        EXPECT_EQ(line.find("S3creto"), std::string::npos) << line;
}

TEST(Manifest, ReadsTheOperatorsDocumentBesideIt) {
    const std::filesystem::path directory = testing::TempDir() + "skyn3t-manifest";
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "communities.yaml") << with("documents: { main: main.xml }");
    std::ofstream(directory / "main.xml") << "<Response/>";
    const Manifest manifest = load_manifest(directory / "communities.yaml");
    ASSERT_TRUE(manifest.is_good());
    EXPECT_EQ(manifest.communities[0].community.main_document,
              (model::OwnDocument{"main.xml", "<Response/>"}));
    const Manifest missing = load_manifest(directory / "none.yaml");
    ASSERT_EQ(missing.findings.size(), 1u);
    EXPECT_THAT(missing.findings[0].line(Lang::es), HasSubstr("no se puede leer el archivo"));
    std::filesystem::remove_all(directory);
}

Manifest ordering(const std::string& number, const std::string& target = "twilio",
                  const std::string& role = "office") {
    return parse_manifest(
        fmt::format("communities:\n  - code: A\n    name: A\n    number: {}\n    type: oficina\n"
                    "    target: {}\n    roles: [{{ role: {}, digit: \"1\", label: oficina }}]\n",
                    number, target, role));
}

TEST(ManifestNumber, IsBoughtWhenTheFileSaysSo) {
    const auto brief = ordering("buy");
    ASSERT_TRUE(brief.is_good());
    EXPECT_EQ(brief.communities[0].order, NumberOrder{});
    EXPECT_TRUE(brief.communities[0].community.number.empty());
    const auto whole = ordering(
        "{ buy: { country: CL, type: mobile, area: \"9\", contains: \"56987*\", max_price: 5.50, "
        "address: AD00000000000000000000000000000001, "
        "bundle: BU00000000000000000000000000000002 } }");
    ASSERT_TRUE(whole.is_good());
    EXPECT_EQ(
        whole.communities[0].order,
        (NumberOrder{"CL", model::NumberType::mobile, "9", "56987*", 5.5,
                     "AD00000000000000000000000000000001", "BU00000000000000000000000000000002"}));
    EXPECT_FALSE(ordering("\"+56229145248\"").communities[0].order);
}

TEST(ManifestNumber, IsBoughtAtTwilioOnly) {
    const auto manifest = ordering("buy", "local");
    ASSERT_EQ(manifest.findings.size(), 1u);
    EXPECT_EQ(manifest.findings[0].line(Lang::es),
              "communities.yaml:4:13: error: communities[0].number: solo en Twilio se compran "
              "números: ponga «target: twilio», o escriba aquí el número [buy-not-twilio]");
}

TEST(ManifestNumber, TellsWhatOfAnOrderIsNotUnderstood) {
    for (const char* order :
         {"country: Chile", "country: XX", "area: dos", "area: \"12345\"", "contains: \"5\"",
          "contains: abc", "max_price: gratis", "max_price: 0", "max_price: 100000",
          "max_price: -3", "address: 1", "bundle: AD00000000000000000000000000000001"}) {
        const auto manifest = ordering(fmt::format("{{ buy: {{ {} }} }}", order));
        ASSERT_EQ(manifest.findings.size(), 1u) << order;
        EXPECT_EQ(manifest.findings[0].rule, "bad-number-order") << order;
    }
    EXPECT_EQ(ordering("{ buy: { type: fijo } }").findings.at(0).rule, "unknown-word");
    EXPECT_EQ(ordering("{ buy: { limit: 5 } }").findings.at(0).rule, "unknown-key");
    EXPECT_EQ(ordering("{ sell: 5 }").findings.at(0).rule, "missing-key");
}

TEST(ManifestNumber, LeavesRoomForTheUserNamesOfABoughtOne) {
    EXPECT_TRUE(ordering("buy", "twilio", "a123456789012345678").is_good());
    EXPECT_EQ(ordering("buy", "twilio", "a1234567890123456789").findings.at(0).rule,
              "long-username");
}

TEST(ManifestFiles, ReadAsOneMayNotNameACommunityTwice) {
    const auto file = [](const char* name, const char* code, const char* number) {
        ManifestOptions options;
        options.file = name;
        return parse_manifest(
            fmt::format("communities: [{{ code: {}, name: A, number: \"{}\", type: oficina, "
                        "roles: [{{ role: office, digit: \"1\", label: oficina }}] }}]",
                        code, number),
            options);
    };
    EXPECT_TRUE(merged({file("a.yaml", "A", "+56229145248"), file("b.yaml", "B", "+56221234567")})
                    .is_good());
    const auto twice =
        merged({file("a.yaml", "A", "+56229145248"), file("b.yaml", "A", "+56229145248")});
    ASSERT_EQ(twice.findings.size(), 2u);
    EXPECT_EQ(twice.findings[0].line(Lang::en),
              "b.yaml:1:23: error: communities[0].code: the code A is in a.yaml already, line 1; "
              "it must be unique [duplicate-code]");
    EXPECT_EQ(twice.findings[1].rule, "duplicate-number");
}

}  // namespace
}  // namespace skyn3t::provision
