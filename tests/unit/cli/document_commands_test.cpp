#include <gtest/gtest.h>

#include "cli_rig.hpp"

namespace skyn3t::cli {
namespace {

using test::CannedApi;
using test::CommandLine;

constexpr const char* kXml = "<Response><Say>Hola {{From}}</Say></Response>";
constexpr const char* kOne =
    R"({"sid":"EH00000000000000000000000000000001","friendly_name":"saludo","community_code":null,
  "content":"<Response><Say>Hola {{From}}</Say>\n</Response>","variables":["From"],
  "voice_url":"https://v.cl/twiml/documents/EH00000000000000000000000000000001","warnings":[],
  "url":"/v1/Documents/EH00000000000000000000000000000001"})";
constexpr const char* kOfFlores =
    R"({"sid":"EH00000000000000000000000000000002","friendly_name":"saludo","community_code":"LAS_FLORES",
  "content":"<Response/>","variables":[],"voice_url":"","warnings":[{"rule":"twiml-unreachable","level":"warning",
  "file":"saludo","line":2,"column":3,"key":"","text_es":"no se alcanza","text_en":"is not reached"}],
  "url":"/v1/Documents/EH00000000000000000000000000000002"})";

class DocumentCommands : public testing::Test {
  protected:
    // The documents that the server has.
    void there_are(std::initializer_list<const char*> documents) {
        std::string list;
        for (const char* each : documents) list += (list.empty() ? "" : ",") + std::string(each);
        api_.answer("GET", "/v1/Documents", "{\"documents\":[" + list + "]}");
    }
    int run(const std::vector<std::string>& arguments) {
        api_.serve(line_);
        return line_.run(arguments);
    }
    const CannedApi::Asked& last() const { return api_.asked().back(); }

    CommandLine line_;
    CannedApi api_;
    test::TempDirectory directory_;
};

TEST_F(DocumentCommands, ListWhatThereIs) {
    there_are({kOne, kOfFlores});
    EXPECT_EQ(run({"document", "list"}), 0) << line_.err.str();
    EXPECT_EQ(line_.out.str(),
              "nombre  comunidad   variables  avisos  sid\n"
              "saludo  (todas)     From               EH00000000000000000000000000000001\n"
              "saludo  LAS_FLORES             1       EH00000000000000000000000000000002\n");
}

TEST_F(DocumentCommands, SayHowToBeginWhenThereIsNone) {
    there_are({});
    EXPECT_EQ(run({"document", "list"}), 0);
    EXPECT_NE(line_.out.str().find("skyn3t document put NOMBRE ARCHIVO"), std::string::npos);
}

TEST_F(DocumentCommands, ShowOneByItsName) {
    there_are({kOne});
    EXPECT_EQ(run({"document", "show", "saludo"}), 0) << line_.err.str();
    EXPECT_EQ(last().request.query.find("FriendlyName"), "saludo");
    EXPECT_NE(line_.out.str().find("<Response><Say>Hola {{From}}</Say>\n</Response>\n"),
              std::string::npos)
        << line_.out.str();
    EXPECT_NE(line_.out.str().find("VoiceUrl: https://v.cl/twiml/documents/EH"), std::string::npos);
}

TEST_F(DocumentCommands, AskWhichOneWhenTwoHaveTheName) {
    there_are({kOne, kOfFlores});
    EXPECT_EQ(run({"document", "show", "saludo"}), 1);
    EXPECT_EQ(line_.err.str(),
              "Hay más de un documento «saludo»: diga cuál con --community, o por su SID.\n");
    EXPECT_EQ(line_.run({"document", "show", "saludo", "--community", "LAS_FLORES"}), 0);
    EXPECT_EQ(line_.run({"document", "show", "EH00000000000000000000000000000002"}), 0);
    EXPECT_NE(line_.out.str().find("saludo:2:3: aviso: no se alcanza [twiml-unreachable]"),
              std::string::npos)
        << line_.out.str();
}

TEST_F(DocumentCommands, PutCreatesOne) {
    there_are({});
    api_.answer("POST", "/v1/Documents", kOne, 201);
    const auto file = directory_.write("saludo.xml", kXml);
    EXPECT_EQ(run({"document", "put", "saludo", file, "--community", "LAS_FLORES"}), 0)
        << line_.err.str();
    EXPECT_EQ(last().what, "POST /v1/Documents");
    EXPECT_EQ(last().request.form.find("FriendlyName"), "saludo");
    EXPECT_EQ(last().request.form.find("Content"), kXml);
    EXPECT_EQ(last().request.form.find("CommunityCode"), "LAS_FLORES");
    EXPECT_NE(line_.out.str().find("VoiceUrl: https://v.cl/"), std::string::npos);
}

TEST_F(DocumentCommands, PutChangesTheOneOfThatNameAndCommunity) {
    there_are({kOne, kOfFlores});
    api_.answer("POST", "/v1/Documents/{Sid}", kOne);
    const auto file = directory_.write("saludo.xml", kXml);
    EXPECT_EQ(run({"document", "put", "saludo", file}), 0) << line_.err.str();
    EXPECT_EQ(last().what, "POST /v1/Documents/EH00000000000000000000000000000001");
    EXPECT_FALSE(last().request.form.has("FriendlyName"));
    EXPECT_EQ(line_.run({"document", "put", "saludo", file, "--community", "LAS_FLORES"}), 0);
    EXPECT_EQ(last().what, "POST /v1/Documents/EH00000000000000000000000000000002");
}

TEST_F(DocumentCommands, PutTellsWhatIsWrongWithTheText) {
    there_are({});
    api_.answer("POST", "/v1/Documents",
                R"({"code":12200,"message":"Content, line 2, column 3: x","status":400,"findings":[
  {"rule":"twiml-unknown-verb","level":"error","file":"saludo","line":2,"column":3,"key":"",
   "text_es":"«Speak» no existe","text_en":"\"Speak\" does not exist"}]})",
                400);
    EXPECT_EQ(run({"document", "put", "saludo", directory_.write("a.xml", "<Response/>")}), 1);
    EXPECT_NE(line_.err.str().find("saludo:2:3: error: «Speak» no existe [twiml-unknown-verb]"),
              std::string::npos)
        << line_.err.str();
    EXPECT_EQ(line_.run({"document", "put", "saludo", "/nada.xml"}), 1);
    EXPECT_NE(line_.err.str().find("No puedo leer el archivo /nada.xml."), std::string::npos);
}

TEST_F(DocumentCommands, RemoveOnceItIsConfirmed) {
    there_are({kOne});
    api_.answer("DELETE", "/v1/Documents/{Sid}", "", 204);
    line_.is_terminal = true;
    line_.in.str("n\ns\n");
    EXPECT_EQ(run({"document", "remove", "saludo"}), 1);
    EXPECT_EQ(last().what, "GET /v1/Documents");
    EXPECT_EQ(line_.run({"document", "remove", "saludo"}), 0) << line_.err.str();
    EXPECT_EQ(last().what, "DELETE /v1/Documents/EH00000000000000000000000000000001");
}

TEST_F(DocumentCommands, SayWhatKeepsOneFromBeingRemoved) {
    there_are({kOne});
    api_.answer("DELETE", "/v1/Documents/{Sid}", R"({"code":20409,"message":"x","status":409})",
                409);
    EXPECT_EQ(run({"document", "remove", "saludo", "--yes"}), 1);
    EXPECT_NE(line_.err.str().find("todavía es la VoiceUrl"), std::string::npos);
}

TEST_F(DocumentCommands, PreviewInWordsAndAsSound) {
    there_are({kOne});
    api_.answer("GET", "/v1/Documents/{Sid}/Preview.json",
                R"({"text":"Dice: «Hola +569».\n","warnings":[]})");
    api_.answer("GET", "/v1/Documents/{Sid}/Preview.wav", "RIFF");
    const std::string sound = (directory_.path() / "saludo.wav").string();
    EXPECT_EQ(run({"document", "preview", "saludo", "--param", "From=+569", "--param", "A=b=c",
                   "-o", sound}),
              0)
        << line_.err.str();
    EXPECT_EQ(line_.out.str(), "Dice: «Hola +569».\nSe oye en " + sound + ".\n");
    EXPECT_EQ(last().request.query.find("From"), "+569");
    EXPECT_EQ(last().request.query.find("A"), "b=c");
    EXPECT_EQ(last().request.query.find("Lang"), "es");
    std::ifstream file(sound, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "RIFF");
}

TEST_F(DocumentCommands, PreviewOfAFileSendsItsText) {
    api_.answer("POST", "/v1/Documents/Preview.json", R"({"text":"Hangs up.\n","warnings":[]})");
    line_.variables["LC_ALL"] = "en_US.UTF-8";
    EXPECT_EQ(run({"document", "preview", directory_.write("a.xml", kXml)}), 0) << line_.err.str();
    EXPECT_EQ(line_.out.str(), "Hangs up.\n");
    EXPECT_EQ(last().request.form.find("Content"), kXml);
    EXPECT_EQ(last().request.form.find("Lang"), "en");
}

TEST_F(DocumentCommands, PreviewOfACommunitysOwnNeedsItsCode) {
    api_.answer("GET", "/v1/Communities/{Code}/Documents/{Name}/Preview.json",
                R"({"text":"Espera una tecla.\n","warnings":[]})");
    EXPECT_EQ(run({"document", "preview", "main", "--community", "LAS_FLORES"}), 0)
        << line_.err.str();
    EXPECT_EQ(last().what, "GET /v1/Communities/LAS_FLORES/Documents/main/Preview.json");
    EXPECT_EQ(line_.out.str(), "Espera una tecla.\n");
}

TEST_F(DocumentCommands, PreviewTellsThatNothingIsHeard) {
    there_are({kOne});
    api_.answer("GET", "/v1/Documents/{Sid}/Preview.json", R"({"text":"Cuelga.\n","warnings":[]})");
    api_.answer("GET", "/v1/Documents/{Sid}/Preview.wav",
                R"({"code":20422,"message":"The document has nothing to hear","status":400})", 400);
    EXPECT_EQ(
        run({"document", "preview", "saludo", "-o", (directory_.path() / "nada.wav").string()}), 1);
    EXPECT_TRUE(line_.err.str().starts_with("No se oye nada antes")) << line_.err.str();
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "nada.wav"));
}

TEST_F(DocumentCommands, AreHelped) {
    for (const char* command : {"show", "put", "remove", "preview"}) {
        CommandLine line;
        EXPECT_EQ(line.run({"document", command, "--help"}), 0);
        EXPECT_TRUE(line.out.str().starts_with("Uso: skyn3t document " + std::string(command)));
        EXPECT_EQ(line.run({"document", command}), 64) << command;
    }
}

}  // namespace
}  // namespace skyn3t::cli
