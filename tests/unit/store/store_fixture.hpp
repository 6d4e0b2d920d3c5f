#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/account_store.hpp"
#include "store/community_store.hpp"
#include "store/credential_secrets.hpp"
#include "store/database.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"
#include "store/sip_domain.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"
#include "unit/store/postgres_cluster.hpp"

namespace skyn3t::test {

inline constexpr std::string_view kTestKey =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

// An empty database of each engine; what is tested holds for both.
class StoreTest : public testing::TestWithParam<store::Engine> {
  protected:
    void SetUp() override {
        options.data = directory.path();
        if (GetParam() == store::Engine::postgresql)
            options.url = PostgresCluster::instance().create_database();
        open();
    }
    void open() {
        database.reset();
        auto opened = store::Database::open(options, clock);
        ASSERT_TRUE(opened) << opened.error().detail;
        database = std::move(*opened);
    }
    // The account and the domain that a first start makes.
    store::CommunityStore communities() {
        account = store::AccountStore(*database, box).open({}, {}).value().account.sid;
        open_domain();
        return store::CommunityStore(*database, box, account);
    }
    store::SipDomain open_domain(const std::string& realm = "skyn3t.example.cl",
                                 const std::string& name = "skyn3t.example.cl",
                                 const std::string& base = "http://skyn3t.internal") {
        auto opened =
            store::open_sip_domain(*database, {name, "SKYN3T Communities Platform", realm, base});
        EXPECT_TRUE(opened) << opened.error().detail;
        return *opened;
    }
    // The resources of a kind that a community has, the oldest first.
    std::vector<store::Resource> resources_of(const CommunitySid& community,
                                              store::ResourceKind kind) {
        auto all = store::ResourceStore(*database).all().value();
        std::erase_if(all, [&](const store::Resource& each) {
            return each.kind != kind || each.community != community;
        });
        return all;
    }
    store::Resource resource_of(const CommunitySid& community, store::ResourceKind kind) {
        const auto found = resources_of(community, kind);
        EXPECT_EQ(found.size(), 1u);
        return found.empty() ? store::Resource{} : found.front();
    }
    // The credential of a role; one without a SID when there is none.
    store::Resource credential_of(const CommunitySid& community, const std::string& role) {
        for (auto& each : resources_of(community, store::ResourceKind::credential))
            if (each.text("username").ends_with("-" + role)) return each;
        return {};
    }
    // As provisioning makes them: a list of this SID, mapped for registrations, with a phone in it.
    store::Resource give_phone(const CommunitySid& community, const std::string& list,
                               const std::string& user, const std::string& password) {
        const auto domain = open_domain();
        store::Resource made;
        made.community = community;
        made.created = made.updated = clock.wall();
        made.kind = store::ResourceKind::credential_list;
        made.sid = list;
        made.unique_name = list;
        store::ResourceStore resources(*database);
        EXPECT_TRUE(resources.create(made, {}));
        EXPECT_TRUE(
            resources.map({domain.sid.str(), list, store::MappingPlace::registrations_credentials,
                           community, clock.wall()},
                          {}));
        made.kind = store::ResourceKind::credential;
        made.sid = CredentialSid::generate().str();
        made.parent = list;
        made.unique_name = list + "/" + user;
        made.properties["username"] = user;
        store::set_password(made, box, domain.realm, model::Secret(password));
        EXPECT_TRUE(resources.create(made, {}));
        return made;
    }
    static model::Community community(const std::string& code, const std::string& number) {
        model::Community made;
        made.code = code;
        made.name = "Edificio " + code;
        made.number = model::PhoneNumber::parse_e164(number).value();
        made.roles = {{"office", '1', "oficina de administración", {}},
                      {"security", '2', "conserjería", {}}};
        return made;
    }
    static store::ModelChange putting(std::vector<model::Community> communities) {
        return {std::move(communities), {}, "test"};
    }

    TemporaryDirectory directory;
    FakeClock clock;
    store::DatabaseOptions options;
    store::SecretBox box = store::SecretBox::from_hex(kTestKey).value();
    std::unique_ptr<store::Database> database;
    AccountSid account;
};

inline std::string engine_name(const testing::TestParamInfo<store::Engine>& info) {
    return info.param == store::Engine::sqlite ? "SQLite" : "PostgreSQL";
}
#define SKYN3T_FOR_BOTH_ENGINES(Fixture)                                                   \
    INSTANTIATE_TEST_SUITE_P(                                                              \
        , Fixture,                                                                         \
        testing::Values(skyn3t::store::Engine::sqlite, skyn3t::store::Engine::postgresql), \
        skyn3t::test::engine_name)

}  // namespace skyn3t::test
