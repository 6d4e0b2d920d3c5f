#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class IpAddresses : public test::ApiTest {
  protected:
    void SetUp() override {
        list = "SIP/IpAccessControlLists/" +
               make("SIP/IpAccessControlLists", {{"FriendlyName", "office"}})["sid"]
                   .get<std::string>();
    }
    http::ClientResponse add(const std::string& name, const std::string& address,
                             const std::string& prefix = "32") {
        return post(list + "/IpAddresses",
                    {{"FriendlyName", name}, {"IpAddress", address}, {"CidrPrefixLength", prefix}});
    }
    std::string list;
};

TEST_F(IpAddresses, AreOfOneHostUnlessAPrefixIsGiven) {
    const auto made =
        make(list + "/IpAddresses", {{"FriendlyName", "a"}, {"IpAddress", "198.51.100.7"}});
    EXPECT_EQ(made["ip_address"], "198.51.100.7");
    EXPECT_EQ(made["cidr_prefix_length"], 32);
    EXPECT_EQ(made["ip_access_control_list_sid"], list.substr(25));
    EXPECT_EQ(made.size(), 9u) << made;
    EXPECT_EQ(Json::parse(add("b", "10.0.0.0", "8").body)["cidr_prefix_length"], 8);
    EXPECT_EQ(fetch(list + "/IpAddresses")["ip_addresses"].size(), 2u);
}

TEST_F(IpAddresses, AreRefusedWhenTheyCannotBe) {
    for (const char* address : {"", "x", "1.2.3", "1.2.3.256", "::1", "1.2.3.4/8"})
        EXPECT_EQ(error_of(add("a", address)), "400 21235") << address;
    for (const char* prefix : {"33", "-1", "x", ""})
        EXPECT_EQ(error_of(add("a", "1.2.3.4", prefix)), "400 21235") << prefix;
    EXPECT_EQ(error_of(add("", "1.2.3.4")), "400 21235");
}

TEST_F(IpAddresses, AndTheirNamesAreInAListOnce) {
    EXPECT_EQ(add("a", "10.1.2.3", "8").status, 201);
    EXPECT_EQ(error_of(add("a", "1.2.3.4")), "400 21235");
    EXPECT_EQ(error_of(add("b", "10.9.9.9", "8")), "400 21235") << "the same network";
    const std::string other = Json::parse(add("b", "10.9.9.9").body)["sid"];
    const std::string path = list + "/IpAddresses/" + other;
    EXPECT_EQ(error_of(post(path, {{"FriendlyName", "a"}})), "400 21235");
    EXPECT_EQ(error_of(post(path, {{"CidrPrefixLength", "8"}})), "400 21235");
    const auto changed = Json::parse(post(path, {{"IpAddress", "10.9.9.8"}}).body);
    EXPECT_EQ(changed["ip_address"], "10.9.9.8");
    EXPECT_EQ(changed["friendly_name"], "b");
}

TEST_F(IpAddresses, AreAHundredInAListAtMost) {
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(add("n" + std::to_string(i), "10.0.0." + std::to_string(i)).status, 201);
    EXPECT_EQ(error_of(add("one more", "10.0.1.1")), "400 21237");
}

TEST_F(IpAddresses, BelongToAListWithANameOfItsOwn) {
    EXPECT_EQ(error_of(post("SIP/IpAccessControlLists", {{"FriendlyName", "office"}})),
              "400 21235");
    EXPECT_EQ(error_of(post("SIP/IpAccessControlLists", {})), "400 21235");
    EXPECT_EQ(Json::parse(post(list, {{"FriendlyName", "home"}}).body)["friendly_name"], "home");
}

}  // namespace
}  // namespace skyn3t::rest
