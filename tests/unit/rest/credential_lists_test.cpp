#include "api_rig.hpp"
#include "store/ha1.hpp"

namespace skyn3t::rest {
namespace {

constexpr const char* kPassword = "Clave12345678";

class Credentials : public test::ApiTest {
  protected:
    void SetUp() override {
        list = "SIP/CredentialLists/" +
               make("SIP/CredentialLists", {{"FriendlyName", "A"}})["sid"].get<std::string>();
    }
    Json make_user(const std::string& name) {
        return make(list + "/Credentials", {{"Username", name}, {"Password", kPassword}});
    }
    std::string refusal(const std::string& name, const std::string& password) {
        return error_of(post(list + "/Credentials", {{"Username", name}, {"Password", password}}));
    }
    nlohmann::json stored(const Json& credential) {
        return resources_->find(store::ResourceKind::credential, credential["sid"])
            .value()
            ->properties;
    }
    std::string list;
};

TEST_F(Credentials, NeverShowTheirPassword) {
    auto made = make_user("+56229145248-office");
    EXPECT_EQ(made["username"], "+56229145248-office");
    EXPECT_EQ(made["credential_list_sid"], list.substr(20));
    EXPECT_EQ(made.size(), 7u) << made;
    EXPECT_EQ(get(made["uri"].get<std::string>()).status, 200);
    EXPECT_EQ(look(list + "/Credentials").body.find(kPassword), std::string::npos);
    for (const auto& entry : audit()) {
        EXPECT_EQ(entry.detail.find(kPassword), std::string::npos);
        EXPECT_EQ(entry.detail.find("ha1"), std::string::npos);
    }
}

TEST_F(Credentials, AreKeptSealedInTheDomainsRealmWithoutWhatIsAsGoodAsThePassword) {
    const auto properties = stored(make_user("+56229145248-office"));
    const auto ha1 =
        store::make_ha1("+56229145248-office", "skyn3t.test", model::Secret{kPassword});
    EXPECT_EQ(properties["_realm"], "skyn3t.test");
    for (const std::string& secret :
         {std::string(kPassword), ha1.md5.reveal(), ha1.sha256.reveal()})
        EXPECT_EQ(properties.dump().find(secret), std::string::npos);
}

TEST_F(Credentials, ChangeTheirPasswordAndNothingElse) {
    const auto made = make_user("ana");
    const auto before = stored(made);
    const std::string path = list + "/Credentials/" + made["sid"].get<std::string>();
    const auto changed =
        Json::parse(post(path, {{"Username", "eva"}, {"Password", "OtraClave12345"}}).body);
    EXPECT_EQ(changed["username"], "ana");
    EXPECT_NE(stored(made)["_password_sealed"], before["_password_sealed"]);
    EXPECT_EQ(error_of(post(path, {{"Password", "short"}})), "400 21243");
    bool noted = false;
    for (const auto& entry : audit())
        if (entry.action == "credential.update")
            noted = entry.detail.find(R"("secret_changed":true)") != std::string::npos;
    EXPECT_TRUE(noted);
}

// Ours: at Twilio a credential has one password.
TEST_F(Credentials, KeepTheirPasswordForAWhileWhenAskedTo) {
    const auto made = make_user("ana");
    const std::string path = list + "/Credentials/" + made["sid"].get<std::string>();
    const auto change = [&](const char* password, const char* seconds) {
        return post(path, {{"Password", password}, {"PreviousValidFor", seconds}});
    };
    const auto old = stored(made)["_password_sealed"];
    EXPECT_EQ(change("OtraClave12345", "60").status, 200);
    EXPECT_EQ(stored(made)["_previous"]["_password_sealed"], old);
    EXPECT_EQ(stored(made)["_generation"], 1);
    EXPECT_EQ(look(path).body.find("previous"), std::string::npos);
    EXPECT_EQ(change("TerceraClave12", "0").status, 200);
    EXPECT_FALSE(stored(made).contains("_previous"));
    for (const char* seconds : {"-1", "1h", "2592001", ""})
        EXPECT_EQ(error_of(change("CuartaClave123", seconds)), "400 20422") << seconds;
    EXPECT_EQ(stored(made)["_generation"], 2);
}

TEST_F(Credentials, NeedAStrongPassword) {
    for (const char* password : {"", "Short1", "alllowercase1", "ALLUPPERCASE1", "NoDigitsAtAll",
                                 "Con espacio 12", "Contraseña1234"})
        EXPECT_EQ(refusal("ana", password), "400 21243") << password;
}

TEST_F(Credentials, NeedAUserNameThatSipCanSay) {
    for (const char* name : {"", "a b", "a@b", "a\"b", "100%", "%41", "ñandú"})
        EXPECT_EQ(refusal(name, kPassword), "400 21243") << name;
    EXPECT_EQ(refusal(std::string(33, 'x'), kPassword), "400 21243");
    make_user(std::string(32, 'x'));
    make_user("%2B1-a.b_c");
}

TEST_F(Credentials, AreOneForEachUserOfAList) {
    make_user("ana");
    EXPECT_EQ(refusal("ana", kPassword), "400 21240");
    const std::string other = make("SIP/CredentialLists", {{"FriendlyName", "B"}})["sid"];
    make("SIP/CredentialLists/" + other + "/Credentials",
         {{"Username", "ana"}, {"Password", kPassword}});
}

TEST_F(Credentials, AreFoundOnlyInTheirList) {
    const std::string sid = make_user("ana")["sid"];
    const std::string other = make("SIP/CredentialLists", {{"FriendlyName", "B"}})["sid"];
    EXPECT_EQ(error_of(look("SIP/CredentialLists/" + other + "/Credentials/" + sid)), "404 20404");
    EXPECT_EQ(fetch("SIP/CredentialLists/" + other + "/Credentials")["credentials"].size(), 0u);
    EXPECT_EQ(remove(list + "/Credentials/" + sid).status, 204);
    EXPECT_EQ(error_of(look(list + "/Credentials/" + sid)), "404 20404");
}

TEST_F(Credentials, GoWithTheirList) {
    const std::string sid = make_user("ana")["sid"];
    EXPECT_EQ(remove(list).status, 204);
    EXPECT_FALSE(*resources_->find(store::ResourceKind::credential, sid));
}

TEST_F(Credentials, AreAThousandInAListAtMost) {
    for (int i = 0; i < 1000; ++i) {
        store::Resource made;
        made.kind = store::ResourceKind::credential;
        made.sid = "CR" + std::to_string(i);
        made.community = model::account_community();
        made.parent = list.substr(20);
        ASSERT_TRUE(resources_->create(made, {}));
    }
    EXPECT_EQ(refusal("ana", kPassword), "400 21242");
}

class CredentialLists : public test::ApiTest {};

TEST_F(CredentialLists, NeedANameOfTheirOwn) {
    const std::string first = make("SIP/CredentialLists", {{"FriendlyName", "A"}})["sid"];
    make("SIP/CredentialLists", {{"FriendlyName", "B"}});
    EXPECT_EQ(error_of(post("SIP/CredentialLists", {{"FriendlyName", "A"}})), "400 21240");
    EXPECT_EQ(error_of(post("SIP/CredentialLists/" + first, {{"FriendlyName", "B"}})), "400 21240");
    EXPECT_EQ(error_of(post("SIP/CredentialLists", {})), "400 21240");
    EXPECT_EQ(error_of(post("SIP/CredentialLists", {{"FriendlyName", std::string(65, 'x')}})),
              "400 21240");
    make("SIP/CredentialLists", {{"FriendlyName", "ñ" + std::string(63, 'x')}});
}

}  // namespace
}  // namespace skyn3t::rest
