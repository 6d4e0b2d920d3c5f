#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class SipDomains : public test::ApiTest {
  protected:
    Json make_domain(const std::string& name) {
        return make("SIP/Domains", {{"DomainName", name}});
    }
};

TEST_F(SipDomains, HaveTwiliosDefaults) {
    auto made = make_domain("Torres.SIP.example.cl");
    const std::string sid = made["sid"];
    const std::string uri = "/2010-04-01/Accounts/" + account_.str() + "/SIP/Domains/" + sid;
    for (const char* dated : {"date_created", "date_updated"}) made.erase(dated);
    EXPECT_EQ(made, Json::parse(R"({
        "account_sid": ")" + account_.str() +
                                R"(", "api_version": "2010-04-01", "auth_type": "",
        "domain_name": "torres.sip.example.cl", "friendly_name": "torres.sip.example.cl",
        "sid": ")" + sid + R"(", "uri": ")" +
                                uri + R"(.json",
        "voice_fallback_method": "POST", "voice_fallback_url": null, "voice_method": "POST",
        "voice_status_callback_method": "POST", "voice_status_callback_url": null,
        "voice_url": null,
        "subresource_uris": {"credential_list_mappings": ")" +
                                uri + R"(/CredentialListMappings.json",
          "ip_access_control_list_mappings": ")" +
                                uri + R"(/IpAccessControlListMappings.json"},
        "sip_registration": false, "emergency_calling_enabled": false, "secure": false,
        "byoc_trunk_sid": null, "emergency_caller_sid": null})"));
}

TEST_F(SipDomains, TakeWhatIsGivenAndChangeIt) {
    const auto made = make("SIP/Domains", {{"DomainName", "a.example.cl"},
                                           {"FriendlyName", "Torres"},
                                           {"VoiceUrl", "https://voice.example.cl/twiml/domain"},
                                           {"VoiceMethod", "get"},
                                           {"SipRegistration", "true"},
                                           {"Secure", "True"}});
    EXPECT_EQ(made["voice_method"], "GET");
    EXPECT_EQ(made["sip_registration"], true);
    EXPECT_EQ(made["secure"], true);
    const std::string path = "SIP/Domains/" + made["sid"].get<std::string>();
    const auto changed = Json::parse(
        post(path, {{"SipRegistration", "false"}, {"DomainName", "b.example.cl"}}).body);
    EXPECT_EQ(changed["sip_registration"], false);
    EXPECT_EQ(changed["domain_name"], "b.example.cl");
    EXPECT_EQ(changed["voice_url"], "https://voice.example.cl/twiml/domain");
    EXPECT_EQ(Json::parse(post(path, {{"VoiceUrl", ""}}).body)["voice_url"], nullptr);
}

TEST_F(SipDomains, RefuseNamesThatAreNoneOrTaken) {
    make_domain("torres.example.cl");
    for (const char* name : {"", "a b", "-a.cl", "a-.cl", "a..cl", "a.cl.", ".cl", "a_b.cl",
                             "torres.example.cl", "TORRES.example.cl"})
        EXPECT_EQ(error_of(post("SIP/Domains", {{"DomainName", name}})), "400 21232") << name;
    EXPECT_EQ(error_of(post("SIP/Domains", {})), "400 21232");
}

TEST_F(SipDomains, RefuseValuesThatCannotBe) {
    const std::string path = "SIP/Domains/" + make_domain("a.cl")["sid"].get<std::string>();
    for (const auto& [name, value] :
         std::vector<http::Params::Pair>{{"VoiceUrl", "not a url"},
                                         {"VoiceUrl", "/relative"},
                                         {"VoiceStatusCallbackUrl", "ftp://example.cl/"},
                                         {"VoiceMethod", "PUT"},
                                         {"SipRegistration", "yes"},
                                         {"FriendlyName", std::string(65, 'x')},
                                         {"ByocTrunkSid", "TK1"},
                                         {"VoiceFallbackUrl", "https://example.cl/"}})
        EXPECT_EQ(error_of(post(path, {{name, value}})), "400 21231") << name;
}

TEST_F(SipDomains, AreAHundredAtMost) {
    for (int i = 0; i < 100; ++i) make_domain("d" + std::to_string(i) + ".example.cl");
    EXPECT_EQ(error_of(post("SIP/Domains", {{"DomainName", "x.example.cl"}})), "400 21230");
}

TEST_F(SipDomains, AreNotDeletedUnderTheirSubdomains) {
    const std::string parent = make_domain("example.cl")["sid"];
    const std::string child = make_domain("torres.example.cl")["sid"];
    EXPECT_EQ(error_of(remove("SIP/Domains/" + parent)), "400 21233");
    EXPECT_EQ(remove("SIP/Domains/" + child).status, 204);
    EXPECT_EQ(remove("SIP/Domains/" + parent).status, 204);
}

}  // namespace
}  // namespace skyn3t::rest
