// Migration 2 (ADR 9).
#include "store/credential_secrets.hpp"
#include "store/migrations.hpp"
#include "store/provision_store.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using test::StoreTest;

// A database that version 1 of the schema has left.
class ConversionTest : public StoreTest {
  protected:
    void SetUp() override {
        const auto file = (directory.path() / "skyn3t.db").string();
        options.data = directory.path();
        if (GetParam() == Engine::postgresql)
            options.url = test::PostgresCluster::instance().create_database();
        auto session =
            Session::open(GetParam(), GetParam() == Engine::sqlite ? file : options.url).value();
        ASSERT_TRUE(migrate(*session, all_migrations().first(1), clock));
        const std::string sealed =
            box.seal(model::Secret("Abcdefgh1234"), "credential " + kCredential);
        const std::string token = box.seal(model::Secret("token"), "account " + kAccount);
        for (const std::string& row :
             {"accounts VALUES ('" + kAccount + "', 'SKYN3T', 'active', '" + token + "', 1, 1)",
              "communities VALUES ('" + kCommunity + "', '" + kAccount +
                  "', 'A', 'Edificio \"A\" \\ ñ', 'edificio', 'es-MX', 'local', 'generated', "
                  "'community', NULL, NULL, 2, 3)",
              "roles VALUES ('" + kCommunity + "', 'office', 0, '1', 'oficina')",
              "phone_numbers (sid, account_sid, community_id, phone_number, friendly_name, "
              "created_ms, updated_ms) VALUES ('PN1', '" +
                  kAccount + "', '" + kCommunity +
                  "', '+56223456789', 'Edificio \"A\" \\ ñ', 4, 5)",
              "sip_domains (sid, account_sid, domain_name, friendly_name, realm, created_ms, "
              "updated_ms) VALUES ('" +
                  kDomain + "', '" + kAccount +
                  "', 'skyn3t.example.cl', 'SKYN3T', 'skyn3t.example.cl', 6, 7)",
              "credential_lists VALUES ('CL1', '" + kAccount + "', '" + kCommunity +
                  "', 'A_Credentials', 1, 8, 9)",
              std::string("credential_list_mappings VALUES ('") + kDomain +
                  "', 'CL1', 'calls', 10)",
              std::string("credential_list_mappings VALUES ('") + kDomain +
                  "', 'CL1', 'registrations', 11)",
              "credentials VALUES ('" + kCredential + "', 'CL1', '" + kCommunity +
                  "', 'office', '+56223456789-office', 'skyn3t.example.cl', 'a', 'b', 'c', 'd', '" +
                  sealed + "', 12, 13)"})
            ASSERT_TRUE(session->run("INSERT INTO " + row)) << row;
    }
    static std::string sid(const char* prefix) { return prefix + std::string(32, '1'); }
    const std::string kAccount = sid("AC"), kCommunity = sid("CM"), kDomain = sid("SD"),
                      kCredential = sid("CR");
};
SKYN3T_FOR_BOTH_ENGINES(ConversionTest);

TEST_P(ConversionTest, EveryRowBecomesAResourceWithItsSid) {
    open();
    std::map<std::string, Resource> found;
    auto all = ResourceStore(*database).all().value();
    for (auto& each : all) found[each.sid] = std::move(each);
    ASSERT_EQ(found.size(), 4u);
    const auto& number = found["PN1"];
    EXPECT_EQ(number.kind, ResourceKind::incoming_phone_number);
    EXPECT_EQ(number.community.str(), kCommunity);
    EXPECT_EQ(number.unique_name, "+56223456789");
    EXPECT_EQ(number.text("friendly_name"), "Edificio \"A\" \\ ñ");
    EXPECT_EQ(number.text("voice_url"), "http://skyn3t.internal/twiml/A/main");
    EXPECT_EQ(to_milliseconds(number.created), 4);
    EXPECT_EQ(to_milliseconds(number.updated), 5);
    EXPECT_EQ(found[kDomain].community, model::account_community());
    EXPECT_TRUE(found[kDomain].flag("sip_registration"));
    EXPECT_TRUE(found["CL1"].flag("_offers_sha256"));
    EXPECT_EQ(found[kCredential].parent, "CL1");
    EXPECT_EQ(found[kCredential].unique_name, "CL1/+56223456789-office");
    // What version 1 kept of the password beside itself is gone (migration 12).
    EXPECT_EQ(found[kCredential].properties.dump().find("ha1"), std::string::npos);
    EXPECT_EQ(password_of(found[kCredential], box)->reveal(), "Abcdefgh1234");
    const auto calls =
        ResourceStore(*database).mappings(kDomain, MappingPlace::calls_credentials).value();
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].list, "CL1");
    EXPECT_EQ(calls[0].community.str(), kCommunity);
    EXPECT_EQ(ResourceStore(*database).all_mappings()->size(), 2u);
}

TEST_P(ConversionTest, PhonesKeepTheirPasswordsAndTheDomainItsSid) {
    open();
    auto store = communities();
    EXPECT_EQ(open_domain().sid.str(), kDomain);
    ASSERT_TRUE(store.take_over_passwords());
    const auto all = store.all_with_passwords().value();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].number.str(), "+56223456789");
    EXPECT_EQ(all[0].roles[0].password->reveal(), "Abcdefgh1234");
    // It was whole: nothing is left to do for it.
    EXPECT_TRUE(ProvisionStore(*database).unprovisioned()->empty());
}

}  // namespace
}  // namespace skyn3t::store
