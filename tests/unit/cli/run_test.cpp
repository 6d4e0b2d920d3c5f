#include "cli/run.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "cli_rig.hpp"
#include "http/basic_auth.hpp"

namespace skyn3t::cli {
namespace {

using test::CannedApi;
using test::CommandLine;

constexpr const char* kTwoCommunities = R"(communities:
  - code: OFICINA_PRINCIPAL
    name: Oficina Principal
    number: "+56229145248"
    type: oficina
    roles:
      - { role: office, digit: "1", label: "oficina de administración" }
)";
constexpr const char* kPlan =
    R"({"dry_run":true,"applied":false,"is_empty":false,"findings":[],"changes":[
  {"action":"create","code":"OFICINA_PRINCIPAL","name":"Oficina Principal","number":"+56229145248","fields":[],
   "phones":[{"kind":"set-up","username":"+56229145248-office"}]}]})";
constexpr const char* kNoPlan =
    R"({"dry_run":true,"applied":false,"is_empty":true,"findings":[],"changes":[]})";

class Cli : public testing::Test {
  protected:
    CommandLine line_;
    CannedApi api_;
    test::TempDirectory directory_;
};

TEST_F(Cli, EndsWith64AndTheHelpOnWrongUsage) {
    EXPECT_EQ(line_.run({"calls", "--nothing"}), 64);
    EXPECT_NE(line_.err.str().find("--nothing"), std::string::npos);
    EXPECT_NE(line_.err.str().find("Uso: skyn3t calls"), std::string::npos);
    EXPECT_TRUE(line_.err.str().ends_with("No entiendo este argumento: --nothing\n"))
        << "what is wrong stands last, where it is read";
    EXPECT_EQ(line_.run({}), 64);
}

TEST_F(Cli, SpeaksEnglishWhenTheLocaleDoes) {
    line_.variables["LC_ALL"] = "";
    line_.variables["LC_MESSAGES"] = "en_US.UTF-8";
    line_.variables["LANG"] = "es_CL.UTF-8";
    EXPECT_EQ(line_.run({"--help"}), 0);
    EXPECT_TRUE(line_.out.str().starts_with("skyn3t: telephony for communities"));
}

TEST_F(Cli, TellsItsVersionCommitAndBuildType) {
    EXPECT_EQ(line_.run({"--version"}), 0);
    EXPECT_THAT(line_.out.str(), testing::MatchesRegex(
                                     "skyn3t [0-9.]+ \\(([0-9a-f]{12}(-dirty)?|unknown), .+\\)\n"));
}

TEST_F(Cli, StartsTheServerItWasGiven) {
    std::string config;
    const Serve serve = [&](const ServeOptions& options) {
        config = options.config->string();
        return 7;
    };
    EXPECT_EQ(cli::run({"serve", "--config", "x.yaml"}, line_.environment(), serve), 7);
    EXPECT_EQ(config, "x.yaml");
}

TEST_F(Cli, SaysHowToStartAServerThatIsNotThere) {
    line_.variables["SKYN3T_URL"] = "http://127.0.0.1:1";
    EXPECT_EQ(line_.run({"community", "list"}), 1);
    EXPECT_NE(line_.err.str().find("skyn3t serve"), std::string::npos);
}

TEST_F(Cli, SaysWhereTheTokenIsWhenItIsRefused) {
    api_.answer("GET", "/v1/Communities", http::error_response(401, 20003, "Authenticate").body,
                401);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list"}), 1);
    EXPECT_NE(line_.err.str().find("account.json"), std::string::npos);
    EXPECT_NE(line_.err.str().find("SKYN3T_ACCOUNT_SID, SKYN3T_AUTH_TOKEN"), std::string::npos);
}

TEST_F(Cli, SaysSoWhenAnotherServerAnswers) {
    api_.answer("GET", "/v1/Communities", "<html>");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list"}), 1);
    EXPECT_NE(line_.err.str().find("no es un servidor SKYN3T"), std::string::npos);
}

TEST_F(Cli, SendsItsCredentialsAndWhoAsks) {
    api_.answer("GET", "/v1/Communities", R"({"communities":[]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list"}), 0);
    ASSERT_EQ(api_.asked().size(), 1u);
    const auto& headers = api_.asked()[0].request.headers;
    EXPECT_EQ(http::basic_credentials(headers)->password, "token");
    EXPECT_TRUE(headers.find("X-Skyn3t-Actor")->starts_with("cli "));
    EXPECT_NE(line_.out.str().find("No hay comunidades"), std::string::npos);
}

TEST_F(Cli, PrintsWhatTheApiReturnedWithJson) {
    api_.answer("GET", "/v1/Communities", R"({"communities":[],"extra":"ñ"})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list", "--json"}), 0);
    EXPECT_EQ(line_.out.str(), "{\n  \"communities\": [],\n  \"extra\": \"ñ\"\n}\n");
}

TEST_F(Cli, NamesACommunityThatDoesNotExist) {
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "show", "NADA"}), 1);
    EXPECT_NE(line_.err.str().find("NADA"), std::string::npos);
    EXPECT_NE(line_.err.str().find("skyn3t community list"), std::string::npos);
}

TEST_F(Cli, ShowsTheSecretsOfACommunityOnlyWhenAsked) {
    api_.answer("GET", "/v1/Communities/{Code}", R"({"code":"A","name":"Edificio A","roles":[]})");
    api_.answer(
        "GET", "/v1/Communities/{Code}/Secrets",
        R"({"code":"A","phones":[{"role":"office","username":"+562-office","password":"Secreta123456",
                    "domain":"d","server":"203.0.113.10:5060","transport":"udp","expiry":3600}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "show", "A"}), 0);
    EXPECT_EQ(line_.out.str().find("Secreta"), std::string::npos);
    EXPECT_EQ(line_.run({"community", "show", "A", "--secrets"}), 0);
    EXPECT_NE(line_.out.str().find("Secreta123456"), std::string::npos);
    EXPECT_NE(line_.out.str().find("Proxy de salida (Outbound Proxy)      203.0.113.10:5060\n"),
              std::string::npos)
        << line_.out.str();
    EXPECT_EQ(api_.asked().back().what, "GET /v1/Communities/A/Secrets");
}

TEST_F(Cli, AsksForTheCallsThatTheOptionsName) {
    api_.answer("GET", "/2010-04-01/Accounts/{AccountSid}/Calls.json", R"({"calls":[]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"calls", "--failed", "--since", "2026-11-22", "--community", "A",
                         "--limit", "7"}),
              0);
    EXPECT_EQ(
        api_.asked()[0].request.target,
        "/2010-04-01/Accounts/AC11111111111111111111111111111111/Calls.json?PageSize=7&Failed=true&"
        "CommunityCode=A&Verifications=false&StartTime%3E=2026-11-22");
    EXPECT_EQ(line_.run({"calls", "--since", "yesterday"}), 64);
}

TEST_F(Cli, ReadsADurationBeforeNow) {
    const auto now = std::chrono::system_clock::from_time_t(1795352645);  // 2026-11-22T13:04:05Z
    EXPECT_EQ(since_time("30m", now), "2026-11-22T12:34:05Z");
    EXPECT_EQ(since_time("24h", now), "2026-11-21T13:04:05Z");
    EXPECT_EQ(since_time("2026-11-22", now), "2026-11-22");
    // By the clock here, whatever the zone: a minute that was, not one to come.
    for (const char* time : {"00:00", "13:04", "23:59"}) {
        const auto text = since_time(time, now);
        ASSERT_TRUE(text) << time;
        EXPECT_LE(*text, "2026-11-22T13:04:05Z");
        EXPECT_GT(*text, "2026-11-21T13:04:05Z");
    }
    EXPECT_TRUE(since_time("2026-11-22 13:00", now));
    for (const char* wrong : {"25:00", "12:00x", "12", "2026-11-22 13", "ayer"})
        EXPECT_FALSE(since_time(wrong, now)) << wrong;
    EXPECT_EQ(since_time("7d", now), "2026-11-15T13:04:05Z");
    EXPECT_EQ(since_time("2026-11-22T13:04:05Z", now), "2026-11-22T13:04:05Z");
    for (const char* text :
         {"", "h", "5", "5w", "-5h", "99999999999h", "2026-1-1", "2026-11-22T13:04"})
        EXPECT_FALSE(since_time(text, now)) << text;
}

TEST_F(Cli, PlanEndsWith2WhenThereIsSomethingToDo) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    const char* answer = kPlan;
    api_.answer_with("POST", "/v1/Communities", [&](const http::Request&) {
        http::Response response;
        response.body = answer;
        return response;
    });
    api_.serve(line_);
    EXPECT_EQ(line_.run({"plan", "-f", file}), 2);
    EXPECT_NE(line_.out.str().find("crear: OFICINA_PRINCIPAL"), std::string::npos);
    answer = kNoPlan;
    EXPECT_EQ(line_.run({"plan", "-f", file}), 0);
    EXPECT_EQ(api_.asked()[0].request.form.find("DryRun"), "true");
    EXPECT_EQ(api_.asked()[0].request.form.find("Manifest"), kTwoCommunities);
}

TEST_F(Cli, ApplyShowsItsPlanAndDoesNotAskWithoutATerminal) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    api_.answer("POST", "/v1/Communities", kPlan);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply", "-f", file}), 0);
    ASSERT_EQ(api_.asked().size(), 2u);
    EXPECT_EQ(api_.asked()[1].request.form.find("DryRun"), "false");
    EXPECT_EQ(line_.out.str(),
              "  crear: OFICINA_PRINCIPAL (Oficina Principal, +56229145248)\n"
              "    + configurar el teléfono +56229145248-office\n"
              "Aplicando y preparando los mensajes de voz\nAplicado.\n");
}

TEST_F(Cli, ApplyAsksOnATerminalAndTakesNoForAnAnswer) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    api_.answer("POST", "/v1/Communities", kPlan);
    api_.serve(line_);
    line_.is_terminal = true;
    line_.in.str("n\n");
    EXPECT_EQ(line_.run({"apply", "-f", file}), 1);
    EXPECT_EQ(api_.asked().size(), 1u);
    line_.in.str("s\n");
    EXPECT_EQ(line_.run({"apply", "-f", file}), 0);
    EXPECT_EQ(api_.asked().size(), 3u);
    EXPECT_EQ(line_.run({"apply", "-f", file, "--yes"}), 0);
    EXPECT_EQ(api_.asked().size(), 5u);
}

TEST_F(Cli, ApplyOfWhatIsThereChangesNothing) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    api_.answer("POST", "/v1/Communities", kNoPlan);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply", "-f", file}), 0);
    EXPECT_EQ(api_.asked().size(), 1u);
    EXPECT_EQ(line_.out.str(), "No hay nada que cambiar.\n");
}

class CliBuys : public Cli {
  protected:
    CliBuys() {
        const std::string purchase =
            R"("purchases":[{"code":"PLAZA","status":"STATUS","number":"+56221111111",
            "iso_country":"CL","number_type":"local","price":4.0,"price_unit":"USD","max_price":5.0,
            "notes":[{"text_es":"papeles que Twilio pide","text_en":"papers"}]}])";
        const auto with = [&](const char* status, const char* applied) {
            std::string text = purchase;
            text.replace(text.find("STATUS"), 6, status);
            return fmt::format(R"({{"applied":{},"is_empty":false,"findings":[],"changes":[],{}}})",
                               applied, text);
        };
        api_.answer_with("POST", "/v1/Communities",
                         [planned = with("offered", "false"),
                          done = with("bought", "true")](const http::Request& request) {
                             http::Response response;
                             response.body = request.form.find("DryRun") == "true" ? planned : done;
                             return response;
                         });
        api_.serve(line_);
        file_ = directory_.write("communities.yaml", kTwoCommunities);
    }
    bool has_bought() const { return api_.asked().back().request.form.find("Buy") == "true"; }
    std::string file_;
};

TEST_F(CliBuys, NothingWithoutBuyWhenNobodyCanBeAsked) {
    EXPECT_EQ(line_.run({"apply", "-f", file_, "--yes"}), 1);
    EXPECT_NE(line_.out.str().find("PLAZA: comprar +56221111111 (local, CL), 4.00 USD al mes "
                                   "(límite 5.00); se cobra de inmediato\n"
                                   "      papeles que Twilio pide"),
              std::string::npos)
        << line_.out.str();
    EXPECT_NE(line_.err.str().find("agregue --buy"), std::string::npos);
    EXPECT_EQ(api_.asked().size(), 1u);
}

TEST_F(CliBuys, WithBuyAndSaysWhatToWriteIntoTheFile) {
    EXPECT_EQ(line_.run({"apply", "-f", file_, "--yes", "--buy"}), 0);
    EXPECT_TRUE(has_bought());
    EXPECT_NE(line_.out.str().find("  number: \"+56221111111\"  # PLAZA\n"), std::string::npos);
}

TEST_F(CliBuys, OnATerminalWhenItIsAgreedTo) {
    line_.is_terminal = true;
    line_.in.str("n\n");
    EXPECT_EQ(line_.run({"apply", "-f", file_}), 1);
    EXPECT_NE(line_.out.str().find("¿Comprar 1 número por 4.00 USD al mes y aplicar? [s/N]"),
              std::string::npos);
    EXPECT_EQ(api_.asked().size(), 1u);
    line_.in.clear();
    line_.in.str("s\n");
    EXPECT_EQ(line_.run({"apply", "-f", file_}), 0);
    EXPECT_TRUE(has_bought());
}

TEST_F(Cli, ARefusalThatComesAfterAPurchaseSaysWhatWasPaid) {
    api_.answer_with("POST", "/v1/Communities", [](const http::Request& request) {
        http::Response response;
        response.body = kPlan;
        if (request.form.find("DryRun") == "true") return response;
        response.status = 400;
        response.body = R"({"code":20422,"message":"+56221111111 was bought; ...","status":400,
            "findings":[{"level":"error","text_es":"no se pudo comprar +56222222222"}],
            "purchases":[],"why_es":"Se compró +56221111111; lo demás no se aplicó."})";
        return response;
    });
    api_.serve(line_);
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    EXPECT_EQ(line_.run({"apply", "-f", file, "--yes", "--buy"}), 1);
    EXPECT_NE(line_.err.str().find("no se pudo comprar +56222222222"), std::string::npos);
    EXPECT_NE(line_.err.str().find("\nSe compró +56221111111; lo demás no se aplicó.\n"),
              std::string::npos)
        << line_.err.str();
}

TEST_F(Cli, ABadFileNeverReachesTheServer) {
    const auto file = directory_.write("communities.yaml", "communities:\n  - code: lower case\n");
    api_.answer("POST", "/v1/Communities", kPlan);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply", "-f", file}), 1);
    EXPECT_TRUE(api_.asked().empty());
    EXPECT_NE(line_.err.str().find("communities.yaml:2:"), std::string::npos) << line_.err.str();
    EXPECT_EQ(line_.run({"apply", "-f", (directory_.path() / "none.yaml").string()}), 1);
    EXPECT_TRUE(api_.asked().empty());
}

TEST_F(Cli, LintNeedsNoServerAndEndsWith1OnErrorsOnly) {
    EXPECT_EQ(line_.run({"lint", "-f", directory_.write("good.yaml", kTwoCommunities)}), 0);
    EXPECT_EQ(line_.run({"lint", "-f", directory_.write("bad.yaml", "communities: 3\n")}), 1);
}

TEST_F(Cli, CommunityAddMakesAManifestOfOne) {
    api_.answer("POST", "/v1/Communities", kPlan);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "add", "A", "--name", "Edificio \"A\"", "--number",
                         "+56223456789"}),
              0);
    EXPECT_EQ(api_.asked()[0].request.form.find("Manifest"),
              "communities:\n  - code: \"A\"\n    name: \"Edificio \\\"A\\\"\"\n    number: "
              "\"+56223456789\"\n"
              "    type: \"edificio\"\n    roles:\n"
              "      - { role: \"office\", digit: \"1\", label: \"oficina de administración\" }\n"
              "      - { role: \"security\", digit: \"2\", label: \"conserjería\" }\n");
    EXPECT_EQ(line_.run({"community", "add", "A", "--name", "A", "--number", "+56223456789",
                         "--role", "office"}),
              64);
}

TEST_F(Cli, CommunityRemoveNamesThePhonesThatStopBeforeItDoes) {
    api_.answer("DELETE", "/v1/Communities/{Code}",
                R"({"changes":[{"action":"remove","code":"A","name":"A","number":"+562",
                    "phones":[{"kind":"stops","username":"+562-office"}]}]})");
    api_.serve(line_);
    line_.is_terminal = true;
    line_.variables["NO_COLOR"] = "1";
    line_.in.str("n\n");
    EXPECT_EQ(line_.run({"community", "remove", "A"}), 1);
    ASSERT_EQ(api_.asked().size(), 1u);
    EXPECT_EQ(api_.asked()[0].request.query.find("DryRun"), "true");
    EXPECT_NE(line_.out.str().find("el teléfono +562-office dejará de funcionar"),
              std::string::npos);
    EXPECT_EQ(line_.out.str().find('\x1b'), std::string::npos);
    EXPECT_EQ(line_.run({"community", "remove", "A", "--yes"}), 0);
    EXPECT_EQ(api_.asked().size(), 3u);
}

TEST_F(Cli, VerifyPrintsEachCheckOnceAndEndsWith1WhenOneFails) {
    api_.answer("POST", "/v1/Verifications", R"({"sid":"VN1","status":"running","communities":[]})",
                201);
    int looks = 0;
    api_.answer_with("GET", "/v1/Verifications/{Sid}", [&](const http::Request&) {
        http::Response response;
        const bool is_over = ++looks == 2;
        response.body = std::string(R"({"sid":"VN1","status":")") +
                        (is_over ? "failed" : "running") +
                        R"(","communities":[{"code":"A","name":"Edificio A","checks":[
                            {"id":"greeting","text_es":"saludo","status":"passed"},
                            {"id":"key-1","text_es":"tecla 1","status":")" +
                        (is_over ? "failed" : "running") + R"("}]}]})";
        return response;
    });
    api_.serve(line_);
    EXPECT_EQ(line_.run({"verify", "A", "--ring"}), 1);
    EXPECT_EQ(line_.out.str(),
              "A  Edificio A\n  ✓ saludo\n  ✗ tecla 1\nHay algo que no funciona.\n");
    EXPECT_EQ(api_.asked()[0].request.form.find("CommunityCode"), "A");
    EXPECT_EQ(api_.asked()[0].request.form.find("Ring"), "true");
}

TEST_F(Cli, VerifySaysWhatToConfigureWhenTheServerHasNoUdp) {
    api_.answer("POST", "/v1/Verifications",
                R"({"code":20010,"message":"needs udp:","status":501})", 501);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"verify"}), 1);
    const std::string said = line_.err.str();
    EXPECT_NE(said.find("sip.listen no tiene una dirección udp:"), std::string::npos) << said;
    EXPECT_NE(said.find("\"udp:127.0.0.1:5060\"] }\ny reinicie el servidor."), std::string::npos);
    line_.err.str("");
    line_.variables["LC_ALL"] = "en_US.UTF-8";
    EXPECT_EQ(line_.run({"verify"}), 1);
    EXPECT_NE(line_.err.str().find("sip.listen has no udp: address"), std::string::npos)
        << line_.err.str();
}

constexpr const char* kProvisioned =
    R"({"applied":true,"is_empty":false,"changes":[],"targets":[],"findings":[],"provisioning":)"
    R"({"url":"/v1/Provisionings/PV1","status":"waiting","communities":[]}})";

TEST_F(Cli, ApplyFollowsTheProvisioningStepByStep) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    api_.answer("POST", "/v1/Communities", kProvisioned);
    api_.answer("GET", "/v1/Provisionings/PV1", R"({"status":"completed","communities":[{"code":"A",
        "target":"twilio","steps":[{"text_es":"crear el dominio SIP x","status":"done",
        "milliseconds":120}]}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply", "-f", file, "--yes", "--parallel", "2"}), 0);
    EXPECT_EQ(api_.asked()[1].request.form.find("Parallel"), "2");
    EXPECT_NE(line_.out.str().find("  ✓ A: crear el dominio SIP x (120 ms)\nAplicado.\n"),
              std::string::npos)
        << line_.out.str();
}

TEST_F(Cli, ApplyThatFailsSaysWhatWasDoneAndHowToGoOn) {
    const auto file = directory_.write("communities.yaml", kTwoCommunities);
    api_.answer("POST", "/v1/Communities", kProvisioned);
    api_.answer("GET", "/v1/Provisionings/PV1", R"({"status":"failed","communities":[{"code":"A",
        "target":"twilio","why_es":"No se pudo. Repita apply.","steps":[
        {"text_es":"uno","status":"done"},{"text_es":"dos","status":"failed"},
        {"text_es":"tres","status":"waiting"}]}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply", "-f", file, "--yes"}), 1);
    EXPECT_EQ(line_.err.str(), "A (twilio): 1 de 3 pasos hechos. No se pudo. Repita apply.\n");
    EXPECT_EQ(line_.out.str().find("Aplicado"), std::string::npos);
}

TEST_F(Cli, TheStoryOfADialledLegIsThatOfItsCall) {
    const std::string leg = "CA00000000000000000000000000000002";
    const std::string whole = "CA00000000000000000000000000000001";
    api_.answer("GET", ("/v1/Calls/" + leg + "/Events").c_str(),
                R"({"call":{"sid":"CA2","parent_call_sid":")" + whole + R"("},"events":[]})");
    api_.answer("GET", ("/v1/Calls/" + whole + "/Events").c_str(),
                R"({"call":{"sid":"CA1","parent_call_sid":null},
                    "events":[{"kind":"digit","detail":{"digit":"2"}}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"call", leg}), 0);
    EXPECT_NE(line_.out.str().find("se pulsa 2"), std::string::npos) << line_.out.str();
}

TEST_F(Cli, DriftShowsEachDifferenceAndEndsWith2) {
    api_.answer("GET", "/v1/Drift", R"({"is_empty":false,"communities":[{"code":"A",
        "target":"local","strangers":["door"],"steps":[{"action":"update",
        "text_es":"ajustar el número +562","fields":[{"field":"voice_url","from":"a","to":"b"},
        {"field":"voice_method","from":"","to":"POST"}]}]}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"drift", "A"}), 2);
    EXPECT_EQ(api_.asked()[0].request.query.find("CommunityCode"), "A");
    EXPECT_EQ(line_.out.str(),
              "  A (local)\n    ~ ajustar el número +562\n        voice_url: a → b\n"
              "        voice_method: POST\n"
              "    ? door está en su lista y no en el archivo; no se toca\n"
              "Para volver a lo declarado: skyn3t apply\n");
}

TEST_F(Cli, ATargetThatCannotBeReadIsToldInTheReadersLanguage) {
    api_.answer("GET", "/v1/Drift",
                R"({"code":20503,"message":"x","status":503,"why_es":"Twilio no respondió."})",
                503);
    api_.serve(line_);
    EXPECT_EQ(line_.run({"drift"}), 1);
    EXPECT_EQ(line_.err.str(), "Twilio no respondió.\n");
}

TEST_F(Cli, ACommunityGetsNewPasswords) {
    api_.answer("POST", "/v1/Communities/A/Rotations", kProvisioned);
    api_.answer("GET", "/v1/Provisionings/PV1", R"({"status":"completed","communities":[]})");
    api_.answer("GET", "/v1/Communities/A", R"({"code":"A","target":"local","roles":[
        {"role":"office","username":"+1-office","old_password_until":"2026-11-29T12:00:00Z",
         "contacts_with_old_password":1},
        {"role":"gate","username":"+1-gate","old_password_until":"2026-11-29T12:00:00Z",
         "contacts_with_old_password":0},
        {"role":"new","username":"+1-new","old_password_until":null}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "rotate", "A", "--role", "office", "--grace", "2h", "--yes"}),
              0);
    const auto& form = api_.asked()[1].request.form;
    EXPECT_EQ(form.find("Role"), "office");
    EXPECT_EQ(form.find("Grace"), "7200");
    const std::string out = line_.out.str();
    EXPECT_NE(out.find("skyn3t community show A --secrets"), std::string::npos);
    EXPECT_NE(out.find("+1-office: sigue con la anterior, que sirve hasta"), std::string::npos);
    EXPECT_NE(out.find("+1-gate: la anterior sirve hasta"), std::string::npos);
    EXPECT_EQ(out.find("+1-new"), std::string::npos);
}

TEST_F(Cli, ARoleThatACommunityDoesNotHaveIsToldWithThoseItHas) {
    api_.answer("GET", "/v1/Communities/A",
                R"({"code":"A","target":"local","roles":[{"role":"office"},{"role":"gate"}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "rotate", "A", "--role", "ofice"}), 1);
    EXPECT_EQ(line_.err.str(),
              "La comunidad A no tiene un teléfono «ofice». Los que tiene: office, gate.\n");
    EXPECT_EQ(api_.asked().size(), 1u);
}

TEST_F(Cli, AGraceThatIsNoTimeIsRefusedBeforeAnythingIsAsked) {
    api_.serve(line_);
    for (const char* grace : {"soon", "-1h", "31d", "24"})
        EXPECT_EQ(line_.run({"community", "rotate", "A", "--grace", grace}), 64) << grace;
    EXPECT_TRUE(api_.asked().empty());
}

}  // namespace
}  // namespace skyn3t::cli
