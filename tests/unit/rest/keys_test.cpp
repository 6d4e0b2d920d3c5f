#include <fmt/format.h>

#include <set>

#include "api_rig.hpp"
#include "rest/key_secret.hpp"

namespace skyn3t::rest {
namespace {

class Keys : public test::ApiTest {
  protected:
    struct Key {
        std::string sid, secret;
    };
    std::set<std::string> actors() {
        std::set<std::string> all;
        for (const auto& entry : audit()) all.insert(entry.actor);
        return all;
    }
    Key make_key(http::Params form = {}) {
        const auto made = make("Keys", std::move(form));
        return {made["sid"], made["secret"]};
    }
    http::ClientResponse as(const Key& key, http::ClientRequest wanted) {
        wanted.credentials = http::BasicCredentials{key.sid, key.secret};
        return send(std::move(wanted));
    }
    http::ClientResponse look_as(const Key& key, const std::string& path) {
        return as(key, request(path));
    }
};

TEST_F(Keys, ShowTheirSecretOnce) {
    const auto response = post("Keys", {{"FriendlyName", "panel"}});
    const auto made = Json::parse(response.body);
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(made["friendly_name"], "panel");
    EXPECT_EQ(made["secret"].get<std::string>().size(), 32u);
    const auto shown = fetch("Keys/" + made["sid"].get<std::string>());
    EXPECT_EQ(shown.size(), 4u) << shown;
    EXPECT_EQ(fetch("Keys")["keys"][0], shown);
    EXPECT_EQ(fetch("SigningKeys")["signing_keys"][0], shown);
    const auto stored = resources_->find(store::ResourceKind::key, made["sid"]).value();
    EXPECT_EQ(stored->properties.dump().find(made["secret"].get<std::string>()), std::string::npos);
    for (const auto& entry : audit())
        EXPECT_EQ(entry.detail.find(made["secret"].get<std::string>()), std::string::npos);
}

// Else the time of a refusal would tell which keys there are.
TEST_F(Keys, AreFoundByTheirSecretAlone) {
    const Key key = make_key();
    const auto stored =
        resources_->find_by_name(store::ResourceKind::key, hash_key_secret(key.secret)).value();
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->sid, key.sid);
    const Key other = make_key();
    EXPECT_EQ(error_of(look_as({other.sid, key.secret}, "/v1/Communities")), "401 20003");
}

TEST_F(Keys, OpenTheAccountsResourcesButNotTheAccountAndItsKeys) {
    const Key key = make_key();
    for (const char* path : {"SIP/Domains", "IncomingPhoneNumbers", "Calls"})
        EXPECT_EQ(look_as(key, path_of(path)).status, 200) << path;
    EXPECT_EQ(look_as(key, "/v1/Communities").status, 200);
    for (const auto& path : {path_of("Keys"), path_of("Keys/" + key.sid), path_of("SigningKeys"),
                             std::string("/2010-04-01/Accounts.json"),
                             "/2010-04-01/Accounts/" + account_.str() + ".json"})
        EXPECT_EQ(error_of(look_as(key, path)), "401 20003") << path;
}

TEST_F(Keys, OpenNothingWithAnotherSecretOrOnceDeleted) {
    const Key key = make_key();
    for (const Key& wrong :
         {Key{key.sid, "wrong"}, Key{key.sid, ""},
          Key{"SK00000000000000000000000000000000", key.secret}, Key{"SK", key.secret}})
        EXPECT_EQ(error_of(look_as(wrong, path_of("Calls"))), "401 20003");
    EXPECT_EQ(remove("Keys/" + key.sid).status, 204);
    EXPECT_EQ(error_of(look_as(key, path_of("Calls"))), "401 20003");
}

TEST_F(Keys, AreNamedInTheAudit) {
    const Key key = make_key();
    as(key, request(path_of("SIP/CredentialLists"), {{"FriendlyName", "A"}}, "POST"));
    EXPECT_TRUE(actors().contains("key " + key.sid + " 127.0.0.1"));
    auto from_terminal = request(path_of("SIP/CredentialLists"), {{"FriendlyName", "B"}}, "POST");
    from_terminal.headers.add("X-Skyn3t-Actor", "cli ana@central");
    as(key, std::move(from_terminal));
    EXPECT_TRUE(actors().contains("key " + key.sid + " cli ana@central 127.0.0.1"));
}

TEST_F(Keys, AreNotNamedInTheAuditByWhoDidNotUseThem) {
    const Key key = make_key();
    auto pretended = request(path_of("SIP/CredentialLists"), {{"FriendlyName", "A"}}, "POST");
    pretended.headers.add("X-Skyn3t-Actor", "key " + key.sid);
    EXPECT_EQ(send(std::move(pretended)).status, 201);
    EXPECT_TRUE(actors().contains("api key " + key.sid + " 127.0.0.1"));
}

// Two communities with a key and one resource of each kind each.
class KeysOfCommunities : public Keys {
  protected:
    struct Side {
        CommunitySid sid;
        Key key;
        std::vector<std::string> resources;  // paths of what is its own
        std::string list, call, queue;
    };
    void SetUp() override {
        a = fill("A", "+56229145248", 1);
        b = fill("B", "+56223456789", 2);
        domain = "SIP/Domains/" +
                 make("SIP/Domains", {{"DomainName", "a.cl"}})["sid"].get<std::string>();
    }
    Side fill(const std::string& code, const std::string& number, int n) {
        Side side;
        side.sid = declare(code, number);
        side.key = make_key({{"CommunityCode", code}});
        const auto add = [&](const std::string& path, http::Params form) {
            form.add("CommunityCode", code);
            const std::string sid = make(path, std::move(form))["sid"];
            side.resources.push_back(path + "/" + sid);
            return sid;
        };
        add("IncomingPhoneNumbers", {{"PhoneNumber", number}});
        side.list = add("SIP/CredentialLists", {{"FriendlyName", code + "_Credentials"}});
        add("SIP/CredentialLists/" + side.list + "/Credentials",
            {{"Username", number + "-office"}, {"Password", "Clave12345678"}});
        const auto addresses = add("SIP/IpAccessControlLists", {{"FriendlyName", code}});
        add("SIP/IpAccessControlLists/" + addresses + "/IpAddresses",
            {{"FriendlyName", "x"}, {"IpAddress", "198.51.100.7"}});
        model::CallRecord call;
        call.sid = CallSid::generate();
        call.community = side.sid;
        call.from = "+5698765432" + std::to_string(n);
        call.to = number;
        call.start_time = clock_.wall();
        EXPECT_TRUE(calls_->save(call));
        database_->flush();
        side.call = call.sid.str();
        side.resources.push_back("Calls/" + side.call);
        return side;
    }
    // What a collection shows to a key, by its list's key in the body.
    std::set<std::string> sids(const Key& key, const std::string& collection,
                               const std::string& list_key) {
        std::set<std::string> found;
        const Json page = Json::parse(look_as(key, path_of(collection)).body);
        for (const auto& item : page[list_key]) found.insert(item["sid"]);
        return found;
    }
    static std::string sid_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }
    Side a, b;
    std::string domain;
};

TEST_F(KeysOfCommunities, SeeTheirOwnResourcesAndNoOthers) {
    for (const auto& [mine, others] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        for (const std::string& path : mine->resources)
            EXPECT_EQ(look_as(mine->key, path_of(path)).status, 200) << path;
        for (const std::string& path : others->resources) {
            std::vector<std::string> methods{"GET"};
            if (!path.starts_with("Calls/")) methods = {"GET", "POST", "DELETE"};
            for (const std::string& method : methods) {
                const auto refused = as(mine->key, request(path_of(path), {}, method));
                // The body of what does not exist, but for the path.
                EXPECT_EQ(
                    Json::parse(refused.body),
                    Json({{"code", 20404},
                          {"message", "The requested resource " + path_of(path) + " was not found"},
                          {"more_info", "https://www.twilio.com/docs/errors/20404"},
                          {"status", 404}}))
                    << method;
            }
            EXPECT_EQ(look(path).status, 200) << "untouched: " << path;
        }
    }
}

TEST_F(KeysOfCommunities, ListWhatIsTheirOwn) {
    using Sids = std::set<std::string>;
    EXPECT_EQ(sids(a.key, "IncomingPhoneNumbers", "incoming_phone_numbers"),
              Sids{sid_in(a.resources[0])});
    EXPECT_EQ(sids(a.key, "SIP/CredentialLists", "credential_lists"), Sids{a.list});
    EXPECT_EQ(sids(a.key, "SIP/IpAccessControlLists", "ip_access_control_lists"),
              Sids{sid_in(a.resources[3])});
    EXPECT_EQ(sids(a.key, "Calls", "calls"), Sids{a.call});
    EXPECT_EQ(sids(a.key, "SIP/Domains", "domains"), Sids{});
    EXPECT_EQ(error_of(look_as(a.key, path_of("Calls") + "?CommunityCode=B")), "404 20404");
    EXPECT_EQ(error_of(look_as(a.key, path_of("SIP/CredentialLists/" + b.list + "/Credentials"))),
              "404 20404");
}

TEST_F(KeysOfCommunities, DoNotReachTheAccountsThings) {
    const auto refused = [this](const std::string& path, const std::string& method = "GET",
                                http::Params form = {}) {
        return error_of(as(a.key, request(path, std::move(form), method)));
    };
    for (const auto& path :
         {path_of("Keys"), path_of("SigningKeys"), std::string("/2010-04-01/Accounts.json"),
          "/2010-04-01/Accounts/" + account_.str() + ".json", path_of(domain),
          path_of(domain + "/Auth/Calls/CredentialListMappings"), path_of("Balance"),
          std::string("/v1/Blocks"), std::string("/metrics"), std::string("/twiml/A/main"),
          std::string("/twiml/domain"), std::string("/v1/Trunks"), path_of("Calls/" + b.call),
          path_of("Calls/" + b.call + "/Recordings"), std::string("/v1/Events/Stream")})
        EXPECT_EQ(refused(path), "404 20404") << path;
    EXPECT_EQ(refused(path_of("SIP/Domains"), "POST", {{"DomainName", "b.cl"}}), "404 20404");
    EXPECT_EQ(refused(path_of("IncomingPhoneNumbers"), "POST", {{"PhoneNumber", "+56229145249"}}),
              "404 20404");
    EXPECT_EQ(refused(path_of(a.resources[0]), "DELETE"), "404 20404");
    EXPECT_EQ(refused(path_of(domain + "/Auth/Calls/CredentialListMappings"), "POST",
                      {{"CredentialListSid", a.list}}),
              "404 20404");
}

TEST_F(KeysOfCommunities, ReachOurOwnResourcesOfTheirCommunityOnly) {
    const auto status = [this](const std::string& path, const std::string& method = "GET") {
        return as(a.key, request(path, {}, method)).status;
    };
    for (const char* path : {"/v1/Communities/A", "/v1/Communities/A/Secrets",
                             "/v1/Communities/A/Recordings", "/v1/Registrations"})
        EXPECT_EQ(status(path), 200) << path;
    EXPECT_EQ(registrations_.asked, "A");
    EXPECT_EQ(status("/v1/Calls/" + a.call + "/Events"), 200);
    const auto communities = Json::parse(look_as(a.key, "/v1/Communities").body)["communities"];
    ASSERT_EQ(communities.size(), 1u);
    EXPECT_EQ(communities[0]["code"], "A");
    for (const auto& path :
         {std::string("/v1/Communities/B"), std::string("/v1/Communities/B/Secrets"),
          std::string("/v1/Communities/B/Recordings"), std::string("/v1/Communities/NADA/Secrets"),
          std::string("/v1/Registrations?CommunityCode=B"), "/v1/Calls/" + b.call + "/Events"})
        EXPECT_EQ(error_of(look_as(a.key, path)), "404 20404") << path;
    EXPECT_EQ(status("/v1/Communities/B/Recordings/aviso", "DELETE"), 404);
    EXPECT_EQ(status("/v1/Communities/A", "DELETE"), 404);
    EXPECT_EQ(status("/v1/Communities", "POST"), 404);
}

TEST_F(KeysOfCommunities, VerifyTheirCommunityOnly) {
    const auto verify = [this](http::Params form) {
        return as(a.key, request("/v1/Verifications", std::move(form), "POST")).status;
    };
    EXPECT_EQ(verify({}), 201);
    EXPECT_EQ(verifications_.asked.codes, std::vector<std::string>{"A"});
    EXPECT_EQ(verify({{"CommunityCode", "B"}}), 404);
    verifications_.view.communities = {{"A", "Edificio A", {}}};
    const std::string path = "/v1/Verifications/" + verifications_.view.sid.str();
    EXPECT_EQ(look_as(a.key, path).status, 200);
    EXPECT_EQ(look_as(b.key, path).status, 404);
    verifications_.is_busy = true;
    const auto refused = as(b.key, request("/v1/Verifications", {}, "POST"));
    EXPECT_EQ(error_of(refused), "429 20429");
    EXPECT_EQ(refused.body.find(verifications_.view.sid.str()), std::string::npos);
}

TEST_F(KeysOfCommunities, MakeWhatBelongsToTheirCommunity) {
    const auto made = as(a.key, request(path_of("SIP/CredentialLists"),
                                        {{"FriendlyName", "x"}, {"CommunityCode", "B"}}, "POST"));
    ASSERT_EQ(made.status, 201);
    const std::string sid = Json::parse(made.body)["sid"];
    EXPECT_EQ(resources_->find(store::ResourceKind::credential_list, sid).value()->community,
              a.sid);
    EXPECT_EQ(look_as(b.key, path_of("SIP/CredentialLists/" + sid)).status, 404);
}

TEST_F(KeysOfCommunities, CannotTakeTheNamesThatOtherCommunitiesAreFoundBy) {
    const auto refused = [this](const std::string& path, http::Params form) {
        return error_of(as(a.key, request(path_of(path), std::move(form), "POST")));
    };
    for (const char* name : {"B_Credentials", "C_Credentials"})
        EXPECT_EQ(refused("SIP/CredentialLists", {{"FriendlyName", name}}), "400 21240");
    for (const char* name : {"+56223456789-other", "%2B56223456789-other", "%2b56223456789-other",
                             "%2B56223456789-office", "%2B56223456789"})
        EXPECT_EQ(refused("SIP/CredentialLists/" + a.list + "/Credentials",
                          {{"Username", name}, {"Password", "Clave12345678"}}),
                  "400 21243")
            << name;
}

TEST_F(KeysOfCommunities, MayGiveListsTheNamesThatOthersGaveTheirs) {
    const auto add = [this](const Side& side, const std::string& collection,
                            const std::string& name) {
        return as(side.key, request(path_of(collection), {{"FriendlyName", name}}, "POST"));
    };
    for (const auto& [collection, error] : {std::pair("SIP/CredentialLists", "400 21240"),
                                            std::pair("SIP/IpAccessControlLists", "400 21235")})
        for (const char* name : {"Oficina", "la de todos_Credentials"}) {
            EXPECT_EQ(post(collection, {{"FriendlyName", name}}).status, 201);
            EXPECT_EQ(add(a, collection, name).status, 201) << collection << " " << name;
            EXPECT_EQ(add(b, collection, name).status, 201) << collection << " " << name;
            EXPECT_EQ(error_of(add(a, collection, name)), error) << "its own has it already";
            const std::string other = Json::parse(add(a, collection, "otra").body)["sid"];
            const std::string path = std::string(collection) + "/" + other;
            EXPECT_EQ(error_of(as(a.key, request(path_of(path), {{"FriendlyName", name}}, "POST"))),
                      error);
            EXPECT_EQ(remove(path).status, 204);
        }
    EXPECT_TRUE(*resources_->find_by_name(store::ResourceKind::credential_list, "A_Credentials"))
        << "as provisioning finds it";
}

TEST_F(KeysOfCommunities, FillOnlyWhatIsTheirOwn) {
    using K = store::ResourceKind;
    struct Kind {
        K kind;
        std::string path, error;
    };
    const std::vector<Kind> kinds{
        {K::credential_list, path_of("SIP/CredentialLists"), "400 20422"},
        {K::ip_access_control_list, path_of("SIP/IpAccessControlLists"), "400 21255"},
        {K::application, path_of("Applications"), "400 20422"},
        {K::queue, path_of("Queues"), "400 20422"},
        {K::document, "/v1/Documents", "400 20422"}};
    for (const auto& [kind, path, error] : kinds) {
        const auto there =
            resources_->list({.kind = kind, .community = a.sid, .limit = 1000}).value().size();
        for (std::size_t i = there; i < 99; ++i) {
            store::Resource made;
            made.kind = kind;
            made.sid = fmt::format("{}{}", store::to_string(kind), i);
            made.community = a.sid;
            ASSERT_TRUE(resources_->create(made, {}));
        }
        const auto add = [&, path = path](const std::string& name) {
            return request(
                path,
                {{"FriendlyName", name},
                 {"Content", "<Response><Say language=\"es-MX\">Hola.</Say></Response>"}},
                "POST");
        };
        EXPECT_EQ(as(a.key, add("one")).status, 201) << path;
        const auto refused = as(a.key, add("two"));
        EXPECT_EQ(error_of(refused), error) << path;
        EXPECT_NE(refused.body.find("There are 100 "), std::string::npos) << refused.body;
        EXPECT_EQ(as(b.key, add("three")).status, 201) << path;
        EXPECT_EQ(send(add("four")).status, 201) << path;
    }
}

}  // namespace
}  // namespace skyn3t::rest
