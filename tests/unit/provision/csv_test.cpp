#include <gmock/gmock.h>

#include "provision/csv_rows.hpp"
#include "provision/manifest.hpp"

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Manifest read(const std::string& text) {
    ManifestOptions options;
    options.file = "matriz.csv";
    return parse_manifest(text, options);
}
std::vector<std::string> csv_lines(const std::string& text) {
    std::vector<std::string> all;
    for (const Finding& each : read(text).findings) all.push_back(each.line(Lang::es));
    return all;
}

constexpr char kHeader[] = "código;nombre;número;tipo;office tecla;office etiqueta\n";

TEST(Csv, GivesTheSameCommunitiesAsTheYaml) {
    const Manifest csv = read(
        "\xef\xbb\xbf"
        "Código;Nombre;Número;Tipo;Idioma;office tecla;office etiqueta;security tecla;security "
        "etiqueta\r\n"
        "OFICINA_PRINCIPAL;Oficina Principal;+56229145248;Oficina;es-CL;1;\"oficina; "
        "administración\";2;conserjería\r\n"
        "\r\n"
        "LOS_AROMOS;\"Edificio \"\"Los Aromos\"\"\";+56221234567;edificio;;1;administración;;\r\n");
    const Manifest yaml = parse_manifest(R"(communities:
  - code: OFICINA_PRINCIPAL
    name: Oficina Principal
    number: "+56229145248"
    type: oficina
    language: es-CL
    roles:
      - { role: office, digit: "1", label: "oficina; administración" }
      - { role: security, digit: "2", label: conserjería }
  - code: LOS_AROMOS
    name: Edificio "Los Aromos"
    number: "+56221234567"
    type: edificio
    roles: [{ role: office, digit: "1", label: administración }]
)");
    EXPECT_THAT(csv.findings, testing::IsEmpty());
    EXPECT_EQ(csv.values(), yaml.values());
}

TEST(Csv, ReadsEnglishNamesAndCommas) {
    const Manifest csv = read(
        "code,name,number,type,target,passwords,gate-1.key,gate-1.label\n"
        "A,A,+56229145248,condominio,twilio,guide,*,portón\n");
    ASSERT_TRUE(csv.is_good());
    const auto community = csv.values().at(0);
    EXPECT_EQ(community.target, model::Target::twilio);
    EXPECT_EQ(community.passwords, model::PasswordPolicy::guide);
    EXPECT_EQ(community.roles.at(0).role, "gate-1");
    EXPECT_EQ(community.roles.at(0).digit, '*');
}

TEST(Csv, NamesLineAndColumnOfWhatIsWrong) {
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;Ñuñoa;229145248;casa;12;oficina\n"),
                ElementsAre(StartsWith("matriz.csv:2:9: error: communities[0].number: "),
                            StartsWith("matriz.csv:2:19: error: communities[0].type: "),
                            StartsWith("matriz.csv:2:24: error: communities[0].roles[0].digit: ")));
}

TEST(Csv, NamesTheLineOfACodeThatIsThereTwice) {
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;A;+56229145248;oficina;1;oficina\n"
                                                 "A;B;+56221234567;oficina;1;oficina\n"),
                ElementsAre(HasSubstr("matriz.csv:3:1: error: communities[1].code: el código A ya "
                                      "está en la línea 2")));
}

TEST(Csv, WantsTheWholePairOfARoleOrNothingOfIt) {
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;A;+56229145248;oficina;1;\n"),
                ElementsAre(HasSubstr("2:28: error: communities[0].roles[0].label: el valor está "
                                      "vacío")));
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;A;+56229145248;oficina;;\n"),
                ElementsAre(HasSubstr("no tiene roles")));
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;A\n"),
                testing::Contains(HasSubstr("2:3: error: communities[0].number: el valor")));
}

TEST(Csv, ExplainsItsColumns) {
    EXPECT_THAT(
        csv_lines("codgo;nombre;número;tipo;office tecla;office tecla;observaciones\n"),
        ElementsAre(HasSubstr("1:1: error: la columna «codgo» no se conoce; ¿quiso decir "
                              "«codigo»?"),
                    HasSubstr("falta la columna «código»"),
                    HasSubstr("falta la columna «office etiqueta»"),
                    HasSubstr("1:39: error: la columna «office tecla» está repetida"),
                    HasSubstr("1:52: error: la columna «observaciones» no se conoce; se admiten")));
    EXPECT_THAT(csv_lines(""), testing::Contains(HasSubstr("faltan las columnas de los roles")));
}

TEST(Csv, FindsAValueWithoutAColumn) {
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;A;+56229145248;oficina;1;oficina;más\n"),
                ElementsAre(HasSubstr("2:36: error: este valor no tiene columna")));
}

TEST(Csv, FindsQuotesThatAreWrong) {
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;\"abierta;+56229145248\n"),
                ElementsAre(HasSubstr("2:3: error: las comillas")));
    EXPECT_THAT(csv_lines(std::string(kHeader) + "A;\"Los\" Aromos;+56229145248\n"),
                ElementsAre(HasSubstr("2:9: error: hay texto después")));
}

TEST(Csv, IsUtf8AndBounded) {
    EXPECT_THAT(csv_lines("c\x81"
                          "digo;nombre\n"),
                ElementsAre(HasSubstr("UTF-8")));
    EXPECT_THAT(csv_lines(std::string("\xff\xfe"
                                      "c\0o\0",
                                      6)),
                ElementsAre(HasSubstr("UTF-8")))
        << "UTF-16";
    EXPECT_THAT(csv_lines(std::string(kMaxCsvColumns, ';') + "x\n"),
                ElementsAre(HasSubstr("más de 100 columnas")));
    std::string rows;
    for (std::size_t i = 0; i < kMaxCsvRows + 2; ++i) rows += "a\n";
    EXPECT_THAT(csv_lines(rows), ElementsAre(HasSubstr("más de 10000 filas")));
}

TEST(Csv, IsReadFromWindows1252WithANote) {
    const Manifest csv = read(
        "c\xf3"
        "digo;nombre;n\xfamero;tipo;office tecla;office etiqueta\n"
        "A;\xd1u\xf1oa \x80;+56229145248;oficina;1;administraci\xf3n\n");
    ASSERT_TRUE(csv.is_good());
    ASSERT_EQ(csv.findings.size(), 1u);
    EXPECT_EQ(csv.findings[0].rule, "windows-1252");
    EXPECT_EQ(csv.values().at(0).name, "Ñuñoa €");
    EXPECT_EQ(csv.values().at(0).roles.at(0).label, "administración");
}

TEST(Csv, TakesANumberWithoutItsPlusWhenItCanBeNoOther) {
    const auto with = [](const std::string& number) {
        return read(std::string(kHeader) + "A;A;" + number + ";oficina;1;oficina\n");
    };
    const Manifest taken = with("56229145248");
    ASSERT_TRUE(taken.is_good());
    EXPECT_EQ(taken.findings.at(0).rule, "number-plus");
    EXPECT_EQ(taken.values().at(0).number.str(), "+56229145248");
    // As a number of Chile it is another one than with a sign before it, or no valid one.
    for (const char* number : {"229145248", "22914524", "912345678"})
        EXPECT_EQ(with(number).findings.at(0).rule, "not-e164") << number;
    for (const char* number : {"5,62291E+10", "5.62291e10"})
        EXPECT_THAT(with(number).findings.at(0).es, HasSubstr("la planilla acortó")) << number;
}

constexpr char kGuideHeader[] = "Cliente,Código,Número,Credential List,Main IVR,Call Routing\n";

TEST(Csv, TakesTheOldGuidesMatrix) {
    const Manifest csv =
        read(std::string(kGuideHeader) +
             "Oficina Principal,OFICINA_PRINCIPAL,+56229145248,OFICINA_PRINCIPAL_Credentials,"
             "OFICINA_PRINCIPAL_Main_IVR,OFICINA_PRINCIPAL_Call_Routing\n"
             "Plaza Norte,PLAZA_NORTE,56223456789,Plaza_Credentials,,\n");
    ASSERT_TRUE(csv.is_good());
    EXPECT_THAT(csv_lines(std::string(kGuideHeader) + "A,A,+56229145248,,,\n"),
                ElementsAre(HasSubstr("no dice teclas ni tipo")));
    std::vector<std::string> rules;
    for (const auto& each : csv.findings) rules.emplace_back(each.rule);
    EXPECT_THAT(rules,
                testing::UnorderedElementsAre("matrix-defaults", "matrix-name", "number-plus"));
    const auto communities = csv.values();
    EXPECT_EQ(communities.at(0).type, model::CommunityType::oficina);
    EXPECT_EQ(communities.at(1).type, model::CommunityType::edificio);
    ASSERT_EQ(communities.at(1).roles.size(), 2u);
    EXPECT_EQ(communities[1].roles[0].label, "oficina de administración");
    EXPECT_EQ(communities[1].roles[1].digit, '2');
}

TEST(Csv, AGuidesMatrixMaySayItsKeysAndTypes) {
    const Manifest csv = read(
        "Cliente;Código;Número;Tipo;Credential List;office tecla;office etiqueta\n"
        "A;A;+56229145248;condominio;A_Credentials;3;oficina\n");
    EXPECT_THAT(csv.findings, testing::IsEmpty());
    EXPECT_EQ(csv.values().at(0).type, model::CommunityType::condominio);
    EXPECT_EQ(csv.values().at(0).roles.at(0).digit, '3');
}

TEST(Csv, SkipsTheLineInWhichASpreadsheetNamesItsSeparator) {
    const Manifest csv =
        read("sep=;\r\n" + std::string(kHeader) + "A;A;+56229145248;oficina;1;oficina\n");
    EXPECT_TRUE(csv.is_good());
    EXPECT_EQ(csv.communities.at(0).at.line, 3);
}

}  // namespace
}  // namespace skyn3t::provision
