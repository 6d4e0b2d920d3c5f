// Migration 14.
#include <algorithm>

#include "store/migrations.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

TEST(KeyConversion, FindsKeysByTheHashOfTheirSecretFromThenOn) {
    test::TemporaryDirectory directory;
    test::FakeClock clock;
    DatabaseOptions options;
    options.data = directory.path();
    const auto all = all_migrations();
    const auto before = std::count_if(all.begin(), all.end(),
                                      [](const Migration& each) { return each.version < 14; });
    {
        auto session =
            Session::open(Engine::sqlite, (directory.path() / "skyn3t.db").string()).value();
        ASSERT_TRUE(migrate(*session, all.first(static_cast<std::size_t>(before)), clock));
        const std::string account = "AC" + std::string(32, '1');
        const std::string own = "CM" + std::string(32, '0');
        ASSERT_TRUE(session->run("INSERT INTO accounts VALUES ('" + account +
                                 "', 'SKYN3T', 'active', 'x', 1, 1)"));
        ASSERT_TRUE(session->run(
            "INSERT INTO communities (sid, account_sid, code, name, type, language, target, "
            "passwords, caller_id, created_ms, updated_ms) VALUES ('" +
            own + "', '" + account +
            "', '', '', 'oficina', '', 'local', 'generated', 'community', 1, 1)"));
        ASSERT_TRUE(session->run(
            "INSERT INTO resources (sid, kind, community_id, properties, created_ms, updated_ms) "
            "VALUES ('SK1', 'key', '" +
            own + R"(', '{"friendly_name":"x","_secret_sha256":"abc"}', 1, 1))"));
    }
    auto database = Database::open(options, clock).value();
    const auto key = ResourceStore(*database).find_by_name(ResourceKind::key, "abc").value();
    ASSERT_TRUE(key);
    EXPECT_EQ(key->sid, "SK1");
    EXPECT_EQ(key->properties.dump(), R"({"friendly_name":"x"})");
}

}  // namespace
}  // namespace skyn3t::store
