#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli_rig.hpp"
#include "http/basic_auth.hpp"

// What an operator types that changes, removes, rings or writes something.
namespace skyn3t::cli {
namespace {

constexpr const char* kOneCommunity = R"(communities:
  - code: A
    name: Edificio A
    number: "+56229145248"
    type: edificio
    roles: [{ role: office, digit: "1", label: "oficina de administración" }]
)";

class OperatorCli : public testing::Test {
  protected:
    test::CommandLine line_;
    test::CannedApi api_;
    test::TempDirectory directory_;
};

class CliWithoutATerminal : public OperatorCli {
  protected:
    // apply of a file whose plan is this.
    int apply(const std::string& changes, const std::string& steps,
              const std::vector<std::string>& more = {}) {
        planned_ = R"({"is_empty":false,"findings":[],"changes":[)" + changes +
                   R"(],"targets":[{"code":"A","target":"local","steps":[)" + steps + "]}]}";
        std::vector<std::string> arguments{"apply", "-f", file_};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return line_.run(arguments);
    }
    CliWithoutATerminal() {
        api_.answer_with("POST", "/v1/Communities", [this](const http::Request& request) {
            has_applied_ = request.form.find("DryRun") == "false";
            http::Response response;
            response.body = planned_;
            return response;
        });
        api_.answer("DELETE", "/v1/Communities/{Code}", R"({"changes":[]})");
        api_.answer("GET", "/v1/Communities/A", R"({"code":"A","target":"local","roles":[]})");
        api_.serve(line_);
    }
    const std::string file_ = directory_.write("communities.yaml", kOneCommunity);
    std::string planned_;
    bool has_applied_ = false;
};

constexpr const char* kCreate = R"({"action":"create","code":"A","fields":[],"phones":[]})";
constexpr const char* kMade = R"({"action":"create","text_es":"crear el número"})";

TEST_F(CliWithoutATerminal, WhatOnlyAddsIsDone) {
    EXPECT_EQ(apply(kCreate, kMade), 0) << line_.err.str();
    EXPECT_TRUE(has_applied_);
    EXPECT_EQ(apply(R"({"action":"update","code":"A","fields":[
                        {"field":"roles[gate]","from":"","to":"3 portón"}]})",
                    kMade),
              0);
    EXPECT_TRUE(has_applied_);
}

TEST_F(CliWithoutATerminal, WhatChangesOrRemovesNeedsYes) {
    const std::string renamed =
        R"({"action":"update","code":"A","fields":[{"field":"name","from":"a","to":"b"}]})";
    for (const auto& [changes, steps] :
         {std::pair<std::string, std::string>(renamed, kMade),
          {R"({"action":"remove","code":"B"})", kMade},
          {kCreate, R"({"action":"update","text_es":"ajustar el número"})"},
          {"", R"({"action":"remove","text_es":"eliminar la lista"})"}}) {
        EXPECT_EQ(apply(changes, steps), 64) << changes << steps;
        EXPECT_FALSE(has_applied_);
        EXPECT_EQ(apply(changes, steps, {"--yes"}), 0);
        EXPECT_TRUE(has_applied_);
    }
    EXPECT_NE(line_.err.str().find("agregue --yes. No se cambió nada."), std::string::npos);
}

TEST_F(CliWithoutATerminal, RemovingAndRotatingNeedYes) {
    EXPECT_EQ(line_.run({"community", "remove", "A"}), 64);
    EXPECT_EQ(api_.asked().size(), 1u) << "the plan only";
    EXPECT_EQ(line_.run({"community", "remove", "A", "--json"}), 64);
    EXPECT_EQ(line_.run({"community", "rotate", "A"}), 64);
    EXPECT_EQ(line_.run({"community", "unrecord", "A", "bienvenida"}), 64);
    EXPECT_EQ(line_.run({"community", "remove", "A", "--yes"}), 0);
    EXPECT_NE(line_.out.str().find("skyn3t community restore A\n"), std::string::npos);
}

TEST_F(OperatorCli, RingingEveryPhoneIsAskedForWithTheirNumber) {
    api_.answer("GET", "/v1/Communities", R"({"communities":[
        {"code":"A","roles":[{"contacts":1},{"contacts":0}]},
        {"code":"B","roles":[{"contacts":2},{"contacts":1}]}]})");
    api_.answer("POST", "/v1/Verifications", R"({"sid":"VN1","status":"passed","communities":[]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"verify", "--ring"}), 64);
    EXPECT_NE(line_.err.str().find("Van a sonar 3 teléfonos de verdad"), std::string::npos)
        << line_.err.str();
    EXPECT_EQ(api_.asked().back().what, "GET /v1/Communities");
    line_.is_terminal = true;
    line_.in.str("n\n");
    EXPECT_EQ(line_.run({"verify", "--ring"}), 1);
    EXPECT_EQ(line_.run({"verify", "--ring", "--yes"}), 0);
    EXPECT_EQ(api_.asked().back().what, "POST /v1/Verifications");
    EXPECT_EQ(line_.run({"verify", "--ring", "A"}), 0);
}

TEST_F(OperatorCli, ApplyWithoutAFilePutsBackWhatIsDeclared) {
    api_.answer("POST", "/v1/Communities", R"({"is_empty":true,"changes":[]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"apply"}), 0);
    EXPECT_EQ(api_.asked()[0].request.form.find("Declared"), "true");
    EXPECT_FALSE(api_.asked()[0].request.form.find("Manifest"));
}

TEST_F(OperatorCli, ExportWritesNewFilesOnly) {
    api_.answer("GET", "/v1/Export",
                R"({"communities":1,"manifest":"communities: x\n","documents":{"m.xml":"<R/>"}})");
    api_.serve(line_);
    const auto file = (directory_.path() / "c.yaml").string();
    EXPECT_EQ(line_.run({"export", "-o", file}), 0) << line_.err.str();
    EXPECT_EQ(line_.out.str(), "1 comunidad en " + file + ".\n");
    std::ifstream document(directory_.path() / "m.xml");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(document), {}), "<R/>");
    EXPECT_EQ(line_.run({"export", "-o", file}), 1);
    EXPECT_NE(line_.err.str().find("existe o no hay permiso"), std::string::npos);
}

TEST_F(OperatorCli, ADocumentsNameCannotLeaveTheFolder) {
    api_.answer("GET", "/v1/Export",
                R"({"communities":1,"manifest":"x\n","documents":{"../m.xml":"<R/>"}})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"export", "-o", (directory_.path() / "c.yaml").string()}), 1);
    EXPECT_FALSE(std::filesystem::exists(directory_.path().parent_path() / "m.xml"));
}

TEST_F(OperatorCli, RenamingACommunityIsPlannedAndAskedFor) {
    api_.answer("GET", "/v1/Communities/A", R"({"code":"A"})");
    api_.answer("POST", "/v1/Communities/A/Renames", R"({"is_empty":false,"changes":[
        {"action":"update","code":"B","fields":[{"field":"code","from":"A","to":"B"}]}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "rename", "A", "b"}), 64);
    EXPECT_EQ(line_.run({"community", "rename", "A", "B"}), 64);
    EXPECT_EQ(api_.asked().back().request.form.find("DryRun"), "true");
    EXPECT_EQ(line_.run({"community", "rename", "A", "B", "--yes"}), 0);
    EXPECT_EQ(api_.asked().back().request.form.find("Code"), "B");
    EXPECT_NE(line_.out.str().find("code: A → B"), std::string::npos);
}

TEST_F(OperatorCli, ARemovedCommunityIsHadBack) {
    api_.answer("GET", "/v1/RemovedCommunities", R"({"communities":[{"code":"A","name":"a",
        "number":"+562","date_removed":"2026-11-29T12:00:00Z"}]})");
    api_.answer("POST", "/v1/RemovedCommunities/A/Restorations",
                R"({"is_empty":false,"changes":[{"action":"create","code":"A"}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list", "--removed"}), 0);
    EXPECT_EQ(line_.run({"community", "restore", "B"}), 1);
    EXPECT_EQ(line_.run({"community", "restore", "A"}), 0) << line_.err.str();
    EXPECT_EQ(api_.asked().back().what, "POST /v1/RemovedCommunities/A/Restorations");
}

TEST_F(OperatorCli, ACommunitysKeyIsUsedInsteadOfTheAccount) {
    line_.variables["SKYN3T_API_KEY"] = "SK00000000000000000000000000000001";
    line_.variables["SKYN3T_API_SECRET"] = "secreto";
    api_.answer("GET", "/v1/Communities", R"({"communities":[]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"community", "list"}), 0);
    const auto given = http::basic_credentials(api_.asked()[0].request.headers);
    EXPECT_EQ(given->user, "SK00000000000000000000000000000001");
    EXPECT_EQ(given->password, "secreto");
    EXPECT_EQ(line_.run({"blocks"}), 1);
    EXPECT_NE(line_.err.str().find("puede ser de una sola comunidad"), std::string::npos)
        << line_.err.str();
}

TEST_F(OperatorCli, AlertsAndEventsAreShown) {
    api_.answer("GET", "/v1/Alerts", R"({"alerts":[{"date_created":"2026-11-29T12:00:00Z",
        "log_level":"error","error_code":"12100","alert_text":"Msg=no+es+XML&ErrorCode=12100",
        "resource_sid":"CA1"}]})");
    api_.answer("GET", "/v1/Events", R"({"events":[{"event_date":"2026-11-29T12:00:00Z",
        "event_type":"community.create","description":"cli ana@central",
        "event_data":{"code":"PLAZA"}}]})");
    api_.serve(line_);
    EXPECT_EQ(line_.run({"alerts", "--level", "error", "--since", "2026-11-22"}), 0);
    EXPECT_EQ(api_.asked()[0].request.query.find("LogLevel"), "error");
    EXPECT_EQ(api_.asked()[0].request.query.find("StartDate"), "2026-11-22");
    EXPECT_NE(line_.out.str().find("error  12100   no es XML  CA1"), std::string::npos)
        << line_.out.str();
    EXPECT_EQ(line_.run({"events"}), 0);
    EXPECT_NE(line_.out.str().find("community.create  PLAZA"), std::string::npos)
        << line_.out.str();
}

}  // namespace
}  // namespace skyn3t::cli
