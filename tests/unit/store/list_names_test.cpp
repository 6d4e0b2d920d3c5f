// Migration 9.
#include "store/migrations.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using test::StoreTest;

// A database that version 8 of the schema has left, where no two lists share a name.
class ListNamesTest : public StoreTest {
  protected:
    void SetUp() override {
        const auto file = (directory.path() / "skyn3t.db").string();
        options.data = directory.path();
        if (GetParam() == Engine::postgresql)
            options.url = test::PostgresCluster::instance().create_database();
        auto session =
            Session::open(GetParam(), GetParam() == Engine::sqlite ? file : options.url).value();
        ASSERT_TRUE(migrate(*session, all_migrations().first(7), clock));
        ASSERT_TRUE(session->run("INSERT INTO accounts VALUES ('" + kAccount +
                                 "', 'SKYN3T', 'active', 'x', 1, 1)"));
        for (const auto& [sid, code] : {std::pair(kOwn, ""), std::pair(kCommunity, "A")})
            ASSERT_TRUE(session->run(
                "INSERT INTO communities (sid, account_sid, code, name, type, language, target, "
                "passwords, caller_id, created_ms, updated_ms) VALUES ('" +
                sid + "', '" + kAccount + "', '" + code +
                "', '', 'oficina', '', 'local', 'generated', 'community', 1, 1)"));
        const auto add = [&](const std::string& sid, const std::string& kind,
                             const std::string& community, const std::string& name) {
            ASSERT_TRUE(session->run(
                "INSERT INTO resources (sid, kind, community_id, unique_name, properties, "
                "created_ms, updated_ms) VALUES ('" +
                sid + "', '" + kind + "', '" + community + "', '" + name + "', '{}', 1, 1)"));
        };
        add("AL1", "ip-access-control-list", kCommunity, "Oficina");
        add("AL2", "ip-access-control-list", kOwn, "Central");
        add("CL1", "credential-list", kCommunity, "Oficina");
        add("CL2", "credential-list", kCommunity, "A_Credentials");
        add("CL3", "credential-list", kOwn, "Central");
        add("CL4", "credential-list", kCommunity, "x");
        add("QU1", "queue", kCommunity, kCommunity + "/espera");
    }
    const std::string kAccount = "AC" + std::string(32, '1');
    const std::string kOwn = "CM" + std::string(32, '0'), kCommunity = "CM" + std::string(32, '1');
};
SKYN3T_FOR_BOTH_ENGINES(ListNamesTest);

TEST_P(ListNamesTest, BecomeACommunitysOwnButForThoseThatProvisioningFindsItBy) {
    open();
    std::map<std::string, std::string> names;
    const auto all = ResourceStore(*database).all().value();
    for (const auto& each : all) names[each.sid] = each.unique_name.value_or("none");
    EXPECT_EQ(names, (std::map<std::string, std::string>{{"AL1", kCommunity + "/Oficina"},
                                                         {"AL2", kOwn + "/Central"},
                                                         {"CL1", kCommunity + "/Oficina"},
                                                         {"CL2", "A_Credentials"},
                                                         {"CL3", "Central"},
                                                         {"CL4", kCommunity + "/x"},
                                                         {"QU1", kCommunity + "/espera"}}));
}

}  // namespace
}  // namespace skyn3t::store
