#include <gmock/gmock.h>

#include "cli/commands.hpp"
#include "cli_rig.hpp"

namespace skyn3t::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kPath = "/v1/Communities/{Code}/Migration";

std::string answer(const std::string& stage, const std::string& work = "null",
                   const std::string& next = R"("is_possible":true)") {
    return R"({"code":"A","target":"twilio","to":"local","stage":")" + stage +
           R"(","is_proven":true,"now_es":"Suena aquí.","now_en":"It rings here.","calls":3,"failures":1,
            "max_failures":20,"phones":[{"username":"+56229145248-office","contacts":1},
            {"username":"+56229145248-gate","contacts":0}],
            "next":{"stage":"number",)" +
           next + R"(,"does":[{"text_es":"Entrega las llamadas.","text_en":"Gives calls."}],
            "cannot":[{"text_es":"No mueve el número.","text_en":"Does not move the number."}]},
            "work":)" +
           work + "}";
}

class CliMigrate : public testing::Test {
  protected:
    test::CommandLine line;
    test::CannedApi api;
};

TEST_F(CliMigrate, ShowsStagePhonesFailuresAndWhatComesNext) {
    api.answer("GET", kPath, answer("phones"));
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A"}), 0);
    const auto text = line.out.str();
    EXPECT_THAT(text, HasSubstr("A: de Twilio a este servidor, etapa: teléfonos"));
    EXPECT_THAT(text, HasSubstr("✓ +56229145248-office (registrado)"));
    EXPECT_THAT(text, HasSubstr("– +56229145248-gate (no se ve)"));
    EXPECT_THAT(text, HasSubstr("Fallas: 1 de 3 llamadas"));
    EXPECT_THAT(text, HasSubstr("Lo que sigue: número (--to local)"));
    EXPECT_THAT(text, HasSubstr("✗ No mueve el número."));
}

TEST_F(CliMigrate, TakesAStepAndPrintsItsLines) {
    api.answer("GET", kPath, answer("number", R"({"action":"advance","status":"completed","steps":[
        {"id":"switch","text_es":"Entregadas","text_en":"Given","status":"passed"}]})"));
    api.answer("POST", kPath, answer("phones", R"({"status":"running","steps":[]})"), 202);
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--yes", "--max-failures", "35"}), 0);
    EXPECT_THAT(line.out.str(), HasSubstr("✓ Entregadas"));
    EXPECT_THAT(line.out.str(), HasSubstr("etapa: número"));
    const auto& form = api.asked()[1].request.form;
    EXPECT_EQ(form.find("Action"), "advance");
    EXPECT_EQ(form.find("To"), "local");
    EXPECT_EQ(form.find("MaxFailures"), "35");
}

TEST_F(CliMigrate, PrintsTheSecondAccountsWhenPhonesMayHoldThem) {
    api.answer("GET", kPath, answer("phones", R"({"status":"completed","steps":[]})"));
    api.answer("POST", kPath, answer("documents", R"({"status":"running","steps":[]})"), 202);
    api.answer("GET", "/v1/Communities/{Code}/Migration/Accounts", R"({"phones":[{"role":"office",
        "label":"oficina","username":"+56229145248-office","password":"Clave12345678",
        "domain":"sip.example.cl","server":"203.0.113.10:5060","transport":"udp","expiry":600}]})");
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--yes"}), 0);
    EXPECT_THAT(line.out.str(), HasSubstr("Clave12345678"));
    EXPECT_THAT(line.out.str(), HasSubstr("203.0.113.10:5060"));
}

TEST_F(CliMigrate, FailsWithTheReasonWhenItWentBack) {
    api.answer("GET", kPath, answer("documents", R"({"status":"failed","why_es":"Volvió sola.",
        "why_en":"It went back.","steps":[{"id":"call-here","text_es":"Llamada","status":"failed"}]})"));
    api.answer("POST", kPath, answer("documents", R"({"status":"running","steps":[]})"), 202);
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--yes"}), 1);
    EXPECT_THAT(line.err.str(), HasSubstr("Volvió sola."));
    EXPECT_THAT(line.out.str(), HasSubstr("✗ Llamada"));
}

TEST_F(CliMigrate, ARefusalIsSaidInTheReadersLanguage) {
    api.answer("GET", kPath, answer("phones"));
    api.answer("POST", kPath, R"({"code":20409,"message":"x","why_es":"Falta un teléfono.",
        "why_en":"A phone is missing."})",
               409);
    api.serve(line);
    line.variables["LC_ALL"] = "en_US.UTF-8";
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--yes"}), 1);
    EXPECT_THAT(line.err.str(), HasSubstr("A phone is missing."));
}

TEST_F(CliMigrate, ADryRunChangesNothing) {
    api.answer("GET", kPath, answer("phones", "null", R"("is_possible":false,"may_force":true)"));
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--dry-run"}), 1);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--dry-run", "--force"}), 0);
    for (const auto& asked : api.asked()) EXPECT_THAT(asked.what, HasSubstr("GET "));
}

TEST_F(CliMigrate, ATerminalIsAskedFirst) {
    api.answer("GET", kPath, answer("phones"));
    api.serve(line);
    line.is_terminal = true;
    line.in.str("n\n");
    EXPECT_EQ(line.run({"migrate", "A", "--back"}), 1);
    EXPECT_THAT(line.out.str(), HasSubstr("¿Deshacer la última etapa?"));
    for (const auto& asked : api.asked()) EXPECT_THAT(asked.what, HasSubstr("GET "));
}

TEST_F(CliMigrate, FinishingSaysWhatTheFileMustSay) {
    api.answer("GET", kPath, R"({"code":"A","target":"local","to":null,"stage":"none",
        "work":{"status":"completed","steps":[]}})");
    api.answer("POST", kPath, answer("number", R"({"status":"running","steps":[]})"), 202);
    api.serve(line);
    EXPECT_EQ(line.run({"migrate", "A", "--finish", "--yes"}), 0);
    EXPECT_THAT(line.out.str(), HasSubstr("«target: local»"));
}

TEST_F(CliMigrate, OneDirectionAtATime) {
    EXPECT_EQ(line.run({"migrate", "A", "--to", "local", "--back"}), 64);
    EXPECT_EQ(line.run({"migrate", "A", "--back", "--finish"}), 64);
    EXPECT_EQ(line.run({"migrate", "A", "--to", "marte"}), 64);
    EXPECT_EQ(line.run({"migrate"}), 64);
}

}  // namespace
}  // namespace skyn3t::cli
