#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

constexpr const char* kAll = "/v1/Documents";
constexpr const char* kHello = "<Response><Say>Hola, llama desde {{From}}.</Say></Response>";

class StoredDocuments : public test::ApiTest {
  protected:
    http::ClientResponse write(const std::string& path, http::Params form) {
        return send(request(path, std::move(form), "POST"));
    }
    Json make_document(http::Params form) {
        const auto response = write(kAll, std::move(form));
        EXPECT_EQ(response.status, 201) << response.body;
        return Json::parse(response.body);
    }
    static std::string one(const Json& document) { return document["url"]; }
    http::BasicCredentials key_of(const std::string& code) {
        const auto key = make("Keys", {{"CommunityCode", code}});
        return {key["sid"].get<std::string>(), key["secret"].get<std::string>()};
    }
    http::ClientResponse as(const http::BasicCredentials& key, http::ClientRequest wanted) {
        wanted.credentials = key;
        return send(std::move(wanted));
    }
};

TEST_F(StoredDocuments, HaveTheLifeOfAResource) {
    const auto made = make_document({{"FriendlyName", "saludo"}, {"Content", kHello}});
    EXPECT_TRUE(made["sid"].get<std::string>().starts_with("EH"));
    EXPECT_EQ(made["content"], kHello);
    EXPECT_EQ(made["variables"], Json::array({"From"}));
    EXPECT_EQ(made["community_code"], nullptr);
    EXPECT_EQ(made["warnings"].size(), 0u) << made["warnings"];
    EXPECT_EQ(made["voice_url"],
              "https://voice.example.cl/twiml/documents/" + made["sid"].get<std::string>());
    EXPECT_EQ(made["url"], "/v1/Documents/" + made["sid"].get<std::string>());
    EXPECT_EQ(get_json(one(made)), made);
    const auto changed =
        Json::parse(write(one(made), {{"Content", "<Response><Hangup/></Response>"}}).body);
    EXPECT_EQ(changed["friendly_name"], "saludo");
    EXPECT_EQ(changed["content"], "<Response><Hangup/></Response>");
    EXPECT_EQ(changes_.count, 2);
    EXPECT_EQ(send(request(one(made), {}, "DELETE")).status, 204);
    EXPECT_EQ(error_of(get(one(made))), "404 20404");
    std::vector<std::string> actions;
    for (const auto& entry : audit()) actions.push_back(entry.action);
    EXPECT_EQ(actions,
              (std::vector<std::string>{"document.delete", "document.update", "document.create"}));
}

TEST_F(StoredDocuments, AreListedByPagesOfTheNewerKind) {
    for (const char* name : {"a", "b", "c"})
        make_document({{"FriendlyName", name}, {"Content", kHello}});
    const auto first = get_json("/v1/Documents?PageSize=2");
    EXPECT_EQ(first["documents"].size(), 2u);
    EXPECT_EQ(first["documents"][0]["friendly_name"], "c");
    EXPECT_EQ(first["meta"]["key"], "documents");
    const std::string base = "https://voice.example.cl";
    const std::string next = first["meta"]["next_page_url"];
    ASSERT_TRUE(next.starts_with(base + "/v1/Documents?"));
    const auto second = get_json(next.substr(base.size()));
    EXPECT_EQ(second["documents"].size(), 1u);
    EXPECT_EQ(second["meta"]["next_page_url"], nullptr);
    EXPECT_EQ(get_json("/v1/Documents?FriendlyName=b")["documents"].size(), 1u);
}

TEST_F(StoredDocuments, AreRefusedWithTwiliosNumberAndTheirPlace) {
    const auto refused = [&](const std::string& content) {
        return error_of(write(kAll, {{"FriendlyName", "x"}, {"Content", content}}));
    };
    EXPECT_EQ(refused("<Response><Say>a & b</Say></Response>"), "400 12100");
    EXPECT_EQ(refused("hola"), "400 12100");
    EXPECT_EQ(refused("<Resp/>"), "400 12102");
    EXPECT_EQ(refused("<Response><Speak>a</Speak></Response>"), "400 12200");
    EXPECT_EQ(refused("<Response><Say>{{#e164}}{{To}}{{/e164}}</Say></Response>"), "400 12100");
    EXPECT_EQ(refused("<Response><!--" + std::string(64 * 1024, 'a') + "--></Response>"),
              "400 11750");
    const auto answer = Json::parse(
        write(kAll, {{"FriendlyName", "x"}, {"Content", "<Response>\n  <Speak/>\n</Response>"}})
            .body);
    EXPECT_TRUE(answer["message"].get<std::string>().starts_with("Content, line 2, column 3: "))
        << answer;
    ASSERT_EQ(answer["findings"].size(), 1u);
    EXPECT_EQ(answer["findings"][0]["rule"], "twiml-unknown-verb");
    EXPECT_EQ(answer["findings"][0]["line"], 2);
    EXPECT_NE(answer["findings"][0]["text_es"], answer["findings"][0]["text_en"]);
    EXPECT_TRUE(get_json(kAll)["documents"].empty());
}

TEST_F(StoredDocuments, AreWrittenWithWarnings) {
    const auto made = make_document(
        {{"FriendlyName", "menu"},
         {"Content", "<Response><Say>Hola</Say><Gather numDigits='1' action='/x'/></Response>"}});
    std::vector<std::string> rules;
    for (const auto& warning : made["warnings"])
        rules.push_back(warning["rule"].get<std::string>());
    EXPECT_EQ(rules,
              (std::vector<std::string>{"twiml-say-before-gather", "twiml-silence-after-gather"}));
}

TEST_F(StoredDocuments, NeedANameOfTheirOwnAndContent) {
    make_document({{"FriendlyName", "saludo"}, {"Content", kHello}});
    const auto refused = [&](http::Params form) { return error_of(write(kAll, std::move(form))); };
    EXPECT_EQ(refused({{"FriendlyName", "saludo"}, {"Content", kHello}}), "409 20409");
    EXPECT_EQ(refused({{"FriendlyName", "  "}, {"Content", kHello}}), "400 20002");
    EXPECT_EQ(refused({{"FriendlyName", std::string(65, 'a')}, {"Content", kHello}}), "400 20002");
    EXPECT_EQ(refused({{"Content", kHello}}), "400 20002");
    EXPECT_EQ(refused({{"FriendlyName", "x"}}), "400 20422");
    EXPECT_EQ(refused({{"FriendlyName", "x"}, {"Content", kHello}, {"CommunityCode", "NADA"}}),
              "400 20422");
}

TEST_F(StoredDocuments, AreNotDeletedWhileANumberAnswersWithThem) {
    const auto made = make_document({{"FriendlyName", "saludo"}, {"Content", kHello}});
    const auto number =
        make("IncomingPhoneNumbers", {{"PhoneNumber", "+56229145248"},
                                      {"FriendlyName", "Central"},
                                      {"VoiceUrl", made["voice_url"].get<std::string>()}});
    const auto refused = send(request(one(made), {}, "DELETE"));
    EXPECT_EQ(error_of(refused), "409 20409");
    EXPECT_NE(refused.body.find("Central"), std::string::npos) << refused.body;
    EXPECT_EQ(remove("IncomingPhoneNumbers/" + number["sid"].get<std::string>()).status, 204);
    EXPECT_EQ(send(request(one(made), {}, "DELETE")).status, 204);
}

TEST_F(StoredDocuments, OfACommunityAreThereForItsKeyAndNoOther) {
    declare("A", "+56229145248");
    declare("B", "+56223456789");
    const auto a = key_of("A"), b = key_of("B");
    const auto made = Json::parse(
        as(a, request(kAll, {{"FriendlyName", "saludo"}, {"Content", kHello}}, "POST")).body);
    EXPECT_EQ(made["community_code"], "A");
    EXPECT_EQ(as(a, request(one(made))).status, 200);
    for (const std::string& path :
         {one(made), one(made) + "/Preview.json", one(made) + "/Preview.wav"})
        EXPECT_EQ(error_of(as(b, request(path))), "404 20404") << path;
    for (const char* method : {"POST", "DELETE"})
        EXPECT_EQ(error_of(as(b, request(one(made), {{"Content", kHello}}, method))), "404 20404");
    EXPECT_TRUE(Json::parse(as(b, request(kAll)).body)["documents"].empty());
    // The same name is no news of the other's.
    EXPECT_EQ(
        as(b, request(kAll, {{"FriendlyName", "saludo"}, {"Content", kHello}}, "POST")).status,
        201);
    const auto of_account =
        make_document({{"FriendlyName", "otro"}, {"Content", kHello}, {"CommunityCode", "B"}});
    EXPECT_EQ(as(b, request(one(of_account))).status, 200);
    EXPECT_EQ(as(a, request(one(of_account))).status, 404);
}

TEST_F(StoredDocuments, OfACommunityAreLimitedInNumber) {
    declare("A", "+56229145248");
    const auto a = key_of("A");
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(
            as(a, request(kAll, {{"FriendlyName", std::to_string(i)}, {"Content", kHello}}, "POST"))
                .status,
            201);
    EXPECT_EQ(error_of(as(a, request(kAll, {{"FriendlyName", "x"}, {"Content", kHello}}, "POST"))),
              "400 20422");
    make_document({{"FriendlyName", "x"}, {"Content", kHello}});
}

TEST_F(StoredDocuments, AreReadAsText) {
    const auto made = make_document({{"FriendlyName", "saludo"}, {"Content", kHello}});
    const auto preview = get_json(one(made) + "/Preview.json?From=%2B56987654321");
    EXPECT_EQ(preview["text"],
              "Dice: «Hola, llama desde +56987654321.».\n"
              "    Se oye: «Hola, llama desde plus 5 6 9 8 7 6 5 4 3 2 1.».\n");
    EXPECT_EQ(preview["lines"][0]["verb"], "Say");
    EXPECT_EQ(preview["sid"], made["sid"]);
    EXPECT_EQ(preview["content"],
              "<Response><Say>Hola, llama desde +56987654321.</Say></Response>");
    EXPECT_EQ(get_json(one(made) + "/Preview.json?Lang=en")["text"],
              "Says: \"Hola, llama desde .\".\n");
    auto english = request(one(made) + "/Preview");
    english.headers.add("Accept-Language", "en-GB,en;q=0.9");
    EXPECT_EQ(Json::parse(send(std::move(english)).body)["language"], "en");
}

TEST_F(StoredDocuments, AreHeard) {
    const auto made = make_document({{"FriendlyName", "saludo"}, {"Content", kHello}});
    const auto sound = get(one(made) + "/Preview.wav?From=ana");
    EXPECT_EQ(sound.body, "RIFF");
    EXPECT_EQ(sound.headers.find("Content-Type"), "audio/wav");
    EXPECT_NE(previews_.asked->xml.find("desde ana"), std::string::npos);
    EXPECT_TRUE(previews_.asked->is_personal) << "it has a variable";
    EXPECT_EQ(previews_.asked->community, "");
    write(one(made), {{"Content", "<Response><Hangup/></Response>"}});
    EXPECT_EQ(error_of(get(one(made) + "/Preview.wav")), "400 20422");
}

TEST_F(StoredDocuments, NeedNotBeStoredToBePreviewed) {
    declare("A", "+56229145248");
    const auto text =
        write("/v1/Documents/Preview.json", {{"Content", kHello}, {"From", "ana"}, {"Lang", "en"}});
    EXPECT_EQ(Json::parse(text.body)["text"], "Says: \"Hola, llama desde ana.\".\n");
    EXPECT_EQ(
        write("/v1/Documents/Preview.wav", {{"Content", kHello}, {"CommunityCode", "A"}}).body,
        "RIFF");
    EXPECT_EQ(previews_.asked->community, "A");
    EXPECT_EQ(error_of(write("/v1/Documents/Preview.json", {{"Content", "<Resp/>"}})), "400 12102");
    EXPECT_EQ(error_of(write("/v1/Documents/Preview.wav", {})), "400 20422");
    EXPECT_EQ(error_of(write("/v1/Documents/Preview.wav",
                             {{"Content", kHello}, {"CommunityCode", "NADA"}})),
              "404 20404");
    declare("B", "+56223456789");
    EXPECT_EQ(
        error_of(as(key_of("B"), request("/v1/Documents/Preview.wav",
                                         {{"Content", kHello}, {"CommunityCode", "A"}}, "POST"))),
        "404 20404");
}

TEST_F(StoredDocuments, AreServedWithTheRequestsParameters) {
    const std::string path = "/twiml/documents/EH0123456789abcdef0123456789abcdef?From=ana";
    EXPECT_EQ(get(path).body, "<Stored from=\"ana\"/>");
    EXPECT_EQ(get(path).headers.find("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_EQ(write("/twiml/documents/EH0123456789abcdef0123456789abcdef", {{"From", "eva"}}).body,
              "<Stored from=\"eva\"/>");
    EXPECT_EQ(get("/twiml/documents/nada").status, 404);
    auto nobody = request(path);
    nobody.credentials.reset();
    EXPECT_EQ(send(std::move(nobody)).status, 401);
}

class CommunityDocuments : public StoredDocuments {};

TEST_F(CommunityDocuments, AreTheMenuAndWhatEachKeyDoes) {
    declare("A", "+56229145248");
    communities_.views[0].community.roles = {{"office", '1', "administración", {}},
                                             {"guard", '#', "conserjería", {}}};
    const auto all = get_json("/v1/Communities/A/Documents");
    std::vector<std::string> names;
    for (const auto& each : all["documents"]) names.push_back(each["name"].get<std::string>());
    EXPECT_EQ(names, (std::vector<std::string>{"main", "route-1", "route-#", "route-invalid",
                                               "route-failed"}));
    EXPECT_EQ(all["documents"][1]["title_es"], "Tecla 1: administración");
    EXPECT_EQ(all["documents"][1]["content"], "<Route digits=\"1\"/>");
    EXPECT_EQ(all["documents"][2]["links"]["preview_audio"],
              "/v1/Communities/A/Documents/route-%23/Preview.wav");
    for (const char* path :
         {"/v1/Communities/A/Documents/nada/Preview.json", "/v1/Communities/NADA/Documents",
          "/v1/Communities/NADA/Documents/main/Preview.wav"})
        EXPECT_EQ(error_of(get(path)), "404 20404") << path;
}

// A key of the community's own may look, and a look is not audited (ADR 10).
TEST_F(CommunityDocuments, HoldNoPasswordWhereTheyAreLookedAt) {
    declare("A", "+56229145248");
    EXPECT_EQ(get("/twiml/A/route?Digits=1").status, 200);
    EXPECT_FALSE(documents_.is_for_people);
    (void)get_json("/v1/Communities/A/Documents");
    EXPECT_TRUE(documents_.is_for_people);
    documents_.is_for_people = false;
    (void)get("/v1/Communities/A/Documents/main/Preview.json");
    EXPECT_TRUE(documents_.is_for_people);
}

TEST_F(CommunityDocuments, AreTheirOwnKeysOnly) {
    declare("A", "+56229145248");
    declare("B", "+56223456789");
    const auto a = key_of("A");
    EXPECT_EQ(as(a, request("/v1/Communities/A/Documents")).status, 200);
    for (const char* path :
         {"/v1/Communities/B/Documents", "/v1/Communities/B/Documents/main/Preview.json",
          "/v1/Communities/B/Documents/main/Preview.wav"})
        EXPECT_EQ(error_of(as(a, request(path))), "404 20404") << path;
}

}  // namespace
}  // namespace skyn3t::rest
