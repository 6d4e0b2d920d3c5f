#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class DomainMappings : public test::ApiTest {
  protected:
    void SetUp() override {
        domain = "SIP/Domains/" +
                 make("SIP/Domains", {{"DomainName", "a.cl"}})["sid"].get<std::string>();
        list = make_list("A");
        addresses = make("SIP/IpAccessControlLists", {{"FriendlyName", "office"}})["sid"];
    }
    std::string make_list(const std::string& name) {
        return make("SIP/CredentialLists", {{"FriendlyName", name}})["sid"];
    }
    Json map(const std::string& place, const std::string& sid) {
        return make(domain + place, {{"CredentialListSid", sid}});
    }
    std::string auth_type() { return fetch(domain)["auth_type"]; }

    const std::string calls = "/Auth/Calls/CredentialListMappings";
    const std::string registrations = "/Auth/Registrations/CredentialListMappings";
    const std::string legacy = "/CredentialListMappings";
    std::string domain, list, addresses;
};

TEST_F(DomainMappings, HaveTheListsSidAndItsName) {
    auto made = map(calls, list);
    EXPECT_EQ(made["sid"], list);
    EXPECT_EQ(made["friendly_name"], "A");
    EXPECT_EQ(made.size(), 5u) << made;
    EXPECT_EQ(fetch(domain + calls)["contents"], Json::array({made}));
    EXPECT_EQ(fetch(domain + calls + "/" + list), made);
    EXPECT_EQ(fetch(domain + registrations)["contents"].size(), 0u);
}

TEST_F(DomainMappings, OfTheOlderNamesAreThoseOfCalls) {
    const auto made = map(legacy, list);
    EXPECT_EQ(made["domain_sid"], domain.substr(12));
    EXPECT_EQ(get(made["uri"].get<std::string>()).status, 200);
    EXPECT_EQ(fetch(domain + legacy)["credential_list_mappings"][0], made);
    EXPECT_EQ(fetch(domain + calls)["contents"][0]["sid"], list);
    EXPECT_EQ(remove(domain + calls + "/" + list).status, 204);
    EXPECT_EQ(fetch(domain + legacy)["credential_list_mappings"].size(), 0u);
    make(domain + "/IpAccessControlListMappings", {{"IpAccessControlListSid", addresses}});
    EXPECT_EQ(
        fetch(domain + "/IpAccessControlListMappings")["ip_access_control_list_mappings"].size(),
        1u);
}

TEST_F(DomainMappings, TellWhoMayCall) {
    EXPECT_EQ(auth_type(), "");
    map(calls, list);
    EXPECT_EQ(auth_type(), "CREDENTIAL_LIST");
    make(domain + "/Auth/Calls/IpAccessControlListMappings",
         {{"IpAccessControlListSid", addresses}});
    EXPECT_EQ(auth_type(), "IP_ACL,CREDENTIAL_LIST");
    remove(domain + calls + "/" + list);
    EXPECT_EQ(auth_type(), "IP_ACL");
}

TEST_F(DomainMappings, AreMadeOnceInAPlace) {
    map(calls, list);
    map(registrations, list);
    for (const auto& place : {calls, registrations, legacy})
        EXPECT_EQ(error_of(post(domain + place, {{"CredentialListSid", list}})), "400 21231")
            << place;
}

TEST_F(DomainMappings, NeedAListThatIsThere) {
    EXPECT_EQ(error_of(post(domain + calls, {})), "400 21231");
    EXPECT_EQ(error_of(post(domain + calls, {{"CredentialListSid", addresses}})), "404 20404");
    EXPECT_EQ(error_of(look(domain + calls + "/" + list)), "404 20404");
    EXPECT_EQ(error_of(remove(domain + calls + "/" + list)), "404 20404");
    EXPECT_EQ(error_of(look("SIP/Domains/SD00000000000000000000000000000000" + calls)),
              "404 20404");
}

TEST_F(DomainMappings, KeepTheirListsFromBeingDeleted) {
    map(registrations, list);
    EXPECT_EQ(error_of(remove("SIP/CredentialLists/" + list)), "400 21241");
    make(domain + "/Auth/Calls/IpAccessControlListMappings",
         {{"IpAccessControlListSid", addresses}});
    EXPECT_EQ(error_of(remove("SIP/IpAccessControlLists/" + addresses)), "400 21236");
    EXPECT_EQ(remove(domain).status, 204) << "a domain goes with its mappings";
    EXPECT_EQ(remove("SIP/CredentialLists/" + list).status, 204);
}

TEST_F(DomainMappings, AreRefusedWhenAUserNameWouldBelongToTwoLists) {
    const std::string other = make_list("B");
    const std::string users = "SIP/CredentialLists/";
    make(users + list + "/Credentials",
         {{"Username", "+56229145248-office"}, {"Password", "Clave12345678"}});
    make(users + other + "/Credentials",
         {{"Username", "%2B56229145248-office"}, {"Password", "Clave12345678"}});
    map(calls, list);
    map(registrations, list);
    EXPECT_EQ(error_of(post(domain + registrations, {{"CredentialListSid", other}})), "400 21231");
    const std::string third = make_list("C");
    map(calls, third);
    EXPECT_EQ(error_of(post(users + third + "/Credentials",
                            {{"Username", "+56229145248-office"}, {"Password", "Clave12345678"}})),
              "400 21243");
}

TEST_F(DomainMappings, AreNotedAndTold) {
    const int before = changes_.count;
    map(calls, list);
    remove(domain + calls + "/" + list);
    EXPECT_EQ(changes_.count, before + 2);
    const auto entries = audit();
    int noted = 0;
    for (const auto& entry : entries)
        if (entry.action == "domain_mapping.create" || entry.action == "domain_mapping.delete")
            noted += entry.detail.find(list) != std::string::npos &&
                             entry.detail.find("calls-credentials") != std::string::npos
                         ? 1
                         : 0;
    EXPECT_EQ(noted, 2);
}

}  // namespace
}  // namespace skyn3t::rest
