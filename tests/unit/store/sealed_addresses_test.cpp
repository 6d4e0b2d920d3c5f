#include "store/sealed_addresses.hpp"

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using test::StoreTest;

const std::string kAddress = "https://ana:Clave-123@voice.example.cl/menu?x=y@z";

TEST(AddressesWithPasswords, AreToldByTheirAuthority) {
    EXPECT_TRUE(has_password(kAddress));
    EXPECT_TRUE(has_password("HTTP://a:b@h"));
    for (const char* plain :
         {"https://voice.example.cl/menu", "https://ana@voice.example.cl/", "https://a:@h/", "",
          "https://voice.example.cl:8443/a:b@c", "<Play>https://a:b@h/x.wav</Play>", "sip:a:b@h"})
        EXPECT_FALSE(has_password(plain)) << plain;
    EXPECT_EQ(without_password(kAddress), "https://ana:***@voice.example.cl/menu?x=y@z");
    EXPECT_EQ(without_password("https://h/a:b@c"), "https://h/a:b@c");
}

class SealedAddressesTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        account = AccountStore(*database, box).open({}, {}).value().account.sid;
    }
    Resource number() const {
        Resource made;
        made.kind = ResourceKind::incoming_phone_number;
        made.sid = "PN1";
        made.unique_name = "+56229145248";
        made.community = model::account_community();
        made.properties = {{"voice_url", kAddress}, {"status_callback", "https://h/status"}};
        return made;
    }
    std::string stored() {
        return database
            ->read([](Session& session) {
                constexpr PlatformQuery kAll{"stored_properties",
                                             "SELECT properties FROM resources WHERE sid = 'PN1'"};
                return session.query_one(kAll, {}, [](const Row& row) { return row.text(0); });
            })
            .value()
            .value();
    }
    Resource shown() {
        return ResourceStore(*database).find(ResourceKind::incoming_phone_number, "PN1")->value();
    }
};
SKYN3T_FOR_BOTH_ENGINES(SealedAddressesTest);

TEST_P(SealedAddressesTest, AnAddressWithAPasswordIsStoredSealedAndReadAsItWas) {
    database->use_secrets(box);
    ASSERT_TRUE(ResourceStore(*database).create(number(), {}));
    EXPECT_EQ(stored().find("Clave-123"), std::string::npos);
    EXPECT_NE(stored().find("https://h/status"), std::string::npos);
    EXPECT_EQ(shown().properties, number().properties);
    EXPECT_EQ(ResourceStore(*database).all()->front().properties, number().properties);
    ASSERT_TRUE(ResourceStore(*database).change(
        ResourceKind::incoming_phone_number, "PN1",
        [](Resource& resource) { return !(resource.properties["friendly_name"] = "A").empty(); },
        {}));
    EXPECT_EQ(stored().find("Clave-123"), std::string::npos);
    EXPECT_EQ(shown().text("voice_url"), kAddress);
}

TEST_P(SealedAddressesTest, WhatAnEarlierVersionStoredInClearIsSealedAtTheStart) {
    ASSERT_TRUE(ResourceStore(*database).create(number(), {}));
    EXPECT_NE(stored().find("Clave-123"), std::string::npos);
    open();
    database->use_secrets(box);
    ASSERT_TRUE(seal_stored_addresses(*database));
    EXPECT_EQ(stored().find("Clave-123"), std::string::npos);
    EXPECT_EQ(shown().text("voice_url"), kAddress);
}

TEST_P(SealedAddressesTest, AnotherKeyReadsNoAddress) {
    database->use_secrets(box);
    ASSERT_TRUE(ResourceStore(*database).create(number(), {}));
    const auto other = SecretBox::from_hex(std::string(64, 'f')).value();
    database->use_secrets(other);
    EXPECT_EQ(shown().text("voice_url"), "");
    EXPECT_EQ(shown().text("status_callback"), "https://h/status");
}

}  // namespace
}  // namespace skyn3t::store
