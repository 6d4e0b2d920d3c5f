#include <gmock/gmock.h>

#include "cli_rig.hpp"

namespace skyn3t::cli {
namespace {

using test::CommandLine;
using testing::HasSubstr;

constexpr char kFaultyMenu[] =
    "<Response>\n  <Say>Hola</Say>\n  <Gather action=\"/r\"/>\n  <Hangup/>\n</Response>\n";
constexpr char kManifest[] = R"(communities:
  - code: A
    name: A
    number: "+56229145248"
    type: oficina
    roles: [{ role: office, digit: "1", label: oficina }]
)";

class Lint : public testing::Test {
  protected:
    CommandLine line_;
    test::TempDirectory directory_;
};

TEST_F(Lint, ReadsTwimlDocumentsAndSaysInSpanishWhereWhatAndHow) {
    const auto file = directory_.write("menu.xml", kFaultyMenu);
    EXPECT_EQ(line_.run({"lint", file}), 1);
    EXPECT_EQ(line_.out.str(),
              file +
                  ":2:3: error: el saludo está antes de <Gather>: se pierden las teclas marcadas "
                  "mientras suena; ponga <Say> dentro de <Gather> [twiml-say-before-gather]\n");
}

TEST_F(Lint, SpeaksEnglishByLocale) {
    line_.variables["LC_ALL"] = "en_US.UTF-8";
    EXPECT_EQ(line_.run({"lint", directory_.write("menu.xml", kFaultyMenu)}), 1);
    EXPECT_THAT(line_.out.str(), HasSubstr("the greeting is before <Gather>"));
}

TEST_F(Lint, ReadsAllFilesOfADirectory) {
    directory_.write("b.xml", kFaultyMenu);
    directory_.write("a.yaml", "communities: 3\n");
    directory_.write("notes.txt", "nothing of ours");
    EXPECT_EQ(line_.run({"lint", "-f", directory_.path().string()}), 1);
    EXPECT_THAT(line_.out.str(), HasSubstr("a.yaml:1:"));
    EXPECT_THAT(line_.out.str(), HasSubstr("b.xml:2:3"));
    EXPECT_THAT(line_.out.str(), testing::Not(HasSubstr("notes.txt")));
}

TEST_F(Lint, FindsACodeAndANumberThatTwoFilesShare) {
    const auto first = directory_.write("a.yaml", kManifest);
    const auto second = directory_.write("b.csv",
                                         "codigo;nombre;numero;tipo;office tecla;office etiqueta\n"
                                         "A;Otra;+56221234567;oficina;1;oficina\n"
                                         "B;Tercera;+56229145248;oficina;1;oficina\n");
    EXPECT_EQ(line_.run({"lint", "-f", first, "-f", second}), 1);
    EXPECT_THAT(line_.out.str(), HasSubstr("el código A ya está en " + first + ", línea 2"));
    EXPECT_THAT(line_.out.str(), HasSubstr("[duplicate-code]"));
    EXPECT_THAT(line_.out.str(),
                HasSubstr("el número +56229145248 ya está en " + first + ", línea 4"));
    EXPECT_EQ(line_.run({"lint", first}), 0);
}

TEST_F(Lint, SaysThatAFileCannotBeRead) {
    EXPECT_EQ(line_.run({"lint", directory_.path() / "none.xml"}), 1);
    EXPECT_THAT(line_.out.str(), HasSubstr("none.xml: error: no se puede leer el archivo"));
}

TEST_F(Lint, EndsWith0WhenThereAreWarningsOnly) {
    EXPECT_EQ(line_.run({"lint", directory_.write("a.xml", "<Response><Say/></Response>")}), 0);
    EXPECT_THAT(line_.out.str(), HasSubstr("aviso"));
    EXPECT_EQ(line_.run({"lint", directory_.write("a.yaml", kManifest)}), 0);
}

TEST_F(Lint, ReadsAnAccountThroughTheApi) {
    constexpr char kAccount[] = "/2010-04-01/Accounts/AC11111111111111111111111111111111";
    test::CannedApi api;
    const auto answer = [&](const std::string& path, const char* body) {
        api.answer("GET", (kAccount + path).c_str(), body);
    };
    answer("/SIP/Domains.json",
           R"({"domains":[{"sid":"SD1","domain_name":"sip.example.cl","voice_url":"",
               "sip_registration":true}],"next_page_uri":null})");
    answer("/SIP/Domains/SD1/Auth/Calls/CredentialListMappings.json",
           R"({"contents":[{"sid":"CL1","friendly_name":"A_Credentials"}],"next_page_uri":null})");
    answer("/SIP/Domains/SD1/Auth/Registrations/CredentialListMappings.json",
           R"({"contents":[],"next_page_uri":null})");
    answer("/SIP/CredentialLists.json",
           R"({"credential_lists":[{"sid":"CL1","friendly_name":"A_Credentials"}],
               "next_page_uri":null})");
    answer("/SIP/CredentialLists/CL1/Credentials.json",
           R"({"credentials":[],"next_page_uri":null})");
    answer("/IncomingPhoneNumbers.json", R"({"incoming_phone_numbers":[],"next_page_uri":null})");
    api.serve(line_);
    EXPECT_EQ(line_.run({"lint", "--account", "local"}), 1);
    EXPECT_THAT(line_.out.str(), HasSubstr("local: error: Domains/sip.example.cl: el dominio no "
                                           "tiene URL de voz"));
    EXPECT_THAT(line_.out.str(), HasSubstr("[account-list-not-registered]"));
}

TEST_F(Lint, SaysWhichCredentialsOfTwilioAreMissing) {
    const auto config = directory_.write("skyn3t.yaml", "data: /nowhere\n");
    EXPECT_EQ(line_.run({"lint", "--account", "twilio", "--config", config}), 1);
    EXPECT_THAT(line_.err.str(), HasSubstr("defina TWILIO_ACCOUNT_SID"));
    EXPECT_EQ(line_.run({"lint", "--account", "elsewhere"}), 64);
}

TEST_F(Lint, ListsItsRules) {
    EXPECT_EQ(line_.run({"lint", "--rules"}), 0);
    EXPECT_THAT(line_.out.str(), HasSubstr("\ntwiml-say-before-gather       error    El saludo"));
    line_.out.str("");
    EXPECT_EQ(line_.run({"lint", "--rules", "--json"}), 0);
    EXPECT_THAT(line_.out.str(), HasSubstr("\"rule\": \"twiml-say-before-gather\""));
}

TEST_F(Lint, WantsSomethingToCheck) {
    EXPECT_EQ(line_.run({"lint"}), 64);
    EXPECT_THAT(line_.err.str(), HasSubstr("Falta el archivo que revisar."));
}

}  // namespace
}  // namespace skyn3t::cli
