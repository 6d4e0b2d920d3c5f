#include <set>

#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

// What holds for every kind of stored resource, shown with credential lists and applications'
// simplest neighbour, the list of addresses.
class ResourceApi : public test::ApiTest {
  protected:
    Json make_list(const std::string& name) {
        return make("SIP/CredentialLists", {{"FriendlyName", name}});
    }
    std::vector<std::string> names(const Json& page) {
        std::vector<std::string> out;
        for (const auto& list : page["credential_lists"]) out.push_back(list["friendly_name"]);
        return out;
    }
    using Names = std::vector<std::string>;
};

TEST_F(ResourceApi, ShowsWhatWasMadeInTwiliosWireForm) {
    auto made = make_list("Edificio A");
    const std::string sid = made["sid"];
    EXPECT_EQ(sid.size(), 34u);
    EXPECT_EQ(sid.substr(0, 2), "CL");
    EXPECT_EQ(made["date_created"], made["date_updated"]);
    made.erase("date_created");
    made.erase("date_updated");
    const std::string uri =
        "/2010-04-01/Accounts/AC11111111111111111111111111111111/SIP/CredentialLists/" + sid;
    EXPECT_EQ(made, Json({{"account_sid", "AC11111111111111111111111111111111"},
                          {"friendly_name", "Edificio A"},
                          {"sid", sid},
                          {"subresource_uris", {{"credentials", uri + "/Credentials.json"}}},
                          {"uri", uri + ".json"}}));
    made = fetch("SIP/CredentialLists/" + sid);
    EXPECT_EQ(made["friendly_name"], "Edificio A");
    EXPECT_EQ(get(made["uri"].get<std::string>()).status, 200);
}

TEST_F(ResourceApi, NeedsNoSuffixInAPath) {
    const std::string path = "/2010-04-01/Accounts/" + account_.str() + "/SIP/CredentialLists";
    EXPECT_EQ(get_json(path)["credential_lists"].size(), 0u);
}

TEST_F(ResourceApi, ListsNewestFirstAndPagesBothWays) {
    for (const char* name : {"1", "2", "3", "4", "5"}) make_list(name);
    auto page = get_json(path_of("SIP/CredentialLists") + "?PageSize=2");
    EXPECT_EQ(names(page), (Names{"5", "4"}));
    EXPECT_TRUE(page["previous_page_uri"].is_null());
    EXPECT_EQ(page["first_page_uri"], path_of("SIP/CredentialLists") + "?PageSize=2&Page=0");
    page = get_json(page["next_page_uri"]);
    EXPECT_EQ(names(page), (Names{"3", "2"}));
    EXPECT_EQ(page["start"], 2);
    EXPECT_EQ(page["end"], 3);
    page = get_json(page["next_page_uri"]);
    EXPECT_EQ(names(page), (Names{"1"}));
    EXPECT_TRUE(page["next_page_uri"].is_null());
    EXPECT_EQ(get_json(page["uri"])["credential_lists"], page["credential_lists"]);
    page = get_json(page["previous_page_uri"]);
    EXPECT_EQ(names(page), (Names{"3", "2"}));
    EXPECT_EQ(page["page"], 1);
    EXPECT_EQ(names(get_json(page["next_page_uri"])), (Names{"1"}));
    page = get_json(page["previous_page_uri"]);
    EXPECT_EQ(names(page), (Names{"5", "4"}));
    EXPECT_TRUE(page["previous_page_uri"].is_null());
}

TEST_F(ResourceApi, HasNoNextPageWhenTheLastOneIsFull) {
    for (const char* name : {"1", "2"}) make_list(name);
    const auto page = get_json(path_of("SIP/CredentialLists") + "?PageSize=2");
    EXPECT_EQ(names(page), (Names{"2", "1"}));
    EXPECT_TRUE(page["next_page_uri"].is_null());
}

TEST_F(ResourceApi, GoesOnWhereItWasWhenThePagesLastItemIsDeleted) {
    std::string second;
    for (const char* name : {"1", "2", "3"}) {
        const auto made = make_list(name);
        if (std::string_view(name) == "2") second = made["sid"];
    }
    const auto page = get_json(path_of("SIP/CredentialLists") + "?PageSize=2");
    EXPECT_EQ(remove("SIP/CredentialLists/" + second).status, 204);
    EXPECT_EQ(names(get_json(page["next_page_uri"])), (Names{"1"}));
}

TEST_F(ResourceApi, RefusesPagesThatCannotBe) {
    const std::string path = path_of("SIP/CredentialLists");
    EXPECT_EQ(error_of(get(path + "?PageSize=1001")), "400 20007");
    EXPECT_EQ(error_of(get(path + "?PageSize=0")), "400 20007");
    EXPECT_EQ(error_of(get(path + "?Page=1")), "400 21481");
    for (const char* token : {"", "PA", "PB1-CL0", "CL00000000000000000000000000000000"})
        EXPECT_EQ(error_of(get(path + "?PageToken=" + token)), "400 21481") << token;
    EXPECT_EQ(get(path + "?PageSize=1000").status, 200);
}

TEST_F(ResourceApi, NamesThePathOfWhatIsNotThere) {
    const auto missing = look("SIP/CredentialLists/CL00000000000000000000000000000000");
    EXPECT_EQ(error_of(missing), "404 20404");
    EXPECT_EQ(Json::parse(missing.body)["message"],
              "The requested resource "
              "/2010-04-01/Accounts/AC11111111111111111111111111111111/SIP/CredentialLists/"
              "CL00000000000000000000000000000000.json was not found");
    EXPECT_EQ(missing.headers.find("X-Twilio-Error-Code"), "20404");
    const auto request_id = missing.headers.find("Twilio-Request-Id");
    ASSERT_TRUE(request_id);
    EXPECT_EQ(request_id->substr(0, 2), "RQ");
    EXPECT_EQ(error_of(remove("SIP/CredentialLists/CL00000000000000000000000000000000")),
              "404 20404");
    EXPECT_EQ(error_of(send(request(path_of("SIP/CredentialLists"), {}, "DELETE"))), "405 20004");
}

TEST_F(ResourceApi, IgnoresParametersThatNobodyKnows) {
    make("SIP/CredentialLists", {{"FriendlyName", "A"}, {"Colour", "blue"}});
}

TEST_F(ResourceApi, TellsTheServerOfEachChangeAndOfNothingElse) {
    const std::string sid = make_list("A")["sid"];
    EXPECT_EQ(changes_.count, 1);
    EXPECT_EQ(post("SIP/CredentialLists/" + sid, {{"FriendlyName", "B"}}).status, 200);
    EXPECT_EQ(changes_.count, 2);
    EXPECT_EQ(post("SIP/CredentialLists/" + sid, {{"FriendlyName", "B"}}).status, 200);
    EXPECT_EQ(changes_.count, 2) << "nothing changed";
    look("SIP/CredentialLists");
    EXPECT_EQ(error_of(post("SIP/CredentialLists", {{"FriendlyName", "B"}})), "400 21240");
    EXPECT_EQ(changes_.count, 2);
    EXPECT_EQ(remove("SIP/CredentialLists/" + sid).status, 204);
    EXPECT_EQ(changes_.count, 3);
}

TEST_F(ResourceApi, NotesWhoChangedWhatFromWhatToWhat) {
    const std::string sid = make_list("A")["sid"];
    post("SIP/CredentialLists/" + sid, {{"FriendlyName", "B"}});
    remove("SIP/CredentialLists/" + sid);
    std::set<std::string> noted;
    for (const auto& entry : audit()) {
        EXPECT_EQ(entry.actor, "api 127.0.0.1");
        noted.insert(entry.action + " " + entry.detail);
    }
    EXPECT_EQ(
        noted,
        (std::set<std::string>{
            R"(credential_list.create {"after":{"friendly_name":"A"},"sid":")" + sid + R"("})",
            R"(credential_list.update {"after":{"friendly_name":"B"},"before":{"friendly_name":"A"},"sid":")" +
                sid + R"("})",
            R"(credential_list.delete {"before":{"friendly_name":"B"},"sid":")" + sid + R"("})"}));
}

TEST_F(ResourceApi, GivesAListToTheCommunityThatItsNameOrTheRequestNames) {
    const auto a = declare("A", "+56229145248");
    const auto b = declare("B", "+56223456789");
    const auto community_of = [this](const Json& made) {
        return resources_->find(store::ResourceKind::credential_list, made["sid"])
            .value()
            ->community;
    };
    EXPECT_EQ(community_of(make_list("A_Credentials")), a);
    EXPECT_EQ(community_of(make_list("C_Credentials")), model::account_community());
    EXPECT_EQ(
        community_of(make("SIP/CredentialLists", {{"FriendlyName", "x"}, {"CommunityCode", "B"}})),
        b);
    EXPECT_EQ(community_of(make_list("y")), model::account_community());
    EXPECT_EQ(
        error_of(post("SIP/CredentialLists", {{"FriendlyName", "z"}, {"CommunityCode", "NADA"}})),
        "400 20422");
}

}  // namespace
}  // namespace skyn3t::rest
