#include "store/migration_store.hpp"

#include <gmock/gmock.h>

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using model::Stage;
using testing::IsEmpty;

class MigrationStoreTest : public test::StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        auto store = communities();
        sid = store.change_and_wait(putting({community("A", "+56229145248")}))->put.front();
    }
    MigrationStore migrations() { return {*database, box}; }
    AuditEntry entry(const char* action) const { return {clock.wall(), "test", action, sid, ""}; }

    CommunitySid sid;
};
SKYN3T_FOR_BOTH_ENGINES(MigrationStoreTest);

TEST_P(MigrationStoreTest, AMigrationComesBackAsItWas) {
    model::Migration made;
    made.community = sid;
    made.to = model::Target::twilio;
    made.stage = Stage::phones;
    made.going = Stage::number;
    made.is_proven = true;
    made.entered = clock.wall();
    made.gateway_password = model::Secret("Gateway123456");
    made.voice_before = R"({"voice_url":"https://handler.twilio.com/twiml/EH1"})";
    made.outcomes = model::Outcomes(".x.");
    made.max_failures = 35;
    made.returned_es = "volvió";
    ASSERT_TRUE(migrations().put(made, entry("migration.phones")));
    open();  // a restart
    const auto all = migrations().all().value();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].community, sid);
    EXPECT_EQ(all[0].to, made.to);
    EXPECT_EQ(all[0].stage, Stage::phones);
    EXPECT_EQ(all[0].going, Stage::number);
    EXPECT_TRUE(all[0].is_proven);
    EXPECT_EQ(all[0].entered, made.entered);
    EXPECT_EQ(all[0].gateway_password, made.gateway_password);
    EXPECT_EQ(all[0].voice_before, made.voice_before);
    EXPECT_EQ(all[0].outcomes.text(), ".x.");
    EXPECT_EQ(all[0].max_failures, 35u);
    EXPECT_EQ(all[0].returned_es, "volvió");
}

TEST_P(MigrationStoreTest, OutcomesAreNotedAlone) {
    model::Migration made;
    made.community = sid;
    made.stage = Stage::phones;
    ASSERT_TRUE(migrations().put(made, entry("migration.phones")));
    ASSERT_TRUE(migrations().note_outcomes(sid, model::Outcomes("x.")));
    database->flush();
    const auto read = migrations().all().value();
    EXPECT_EQ(read[0].outcomes.text(), "x.");
    EXPECT_EQ(read[0].stage, Stage::phones);
}

TEST_P(MigrationStoreTest, EveryChangeIsInTheAudit) {
    model::Migration made;
    made.community = sid;
    ASSERT_TRUE(migrations().put(made, entry("migration.documents")));
    ASSERT_TRUE(migrations().remove(sid, entry("migration.undone")));
    EXPECT_THAT(migrations().all().value(), IsEmpty());
    std::vector<std::string> actions;
    const auto entries = AuditStore(*database).list(sid).value();
    for (const auto& each : entries) actions.push_back(each.action);
    EXPECT_THAT(actions, testing::UnorderedElementsAre("migration.documents", "migration.undone",
                                                       "community.create"));
}

TEST_P(MigrationStoreTest, ARemovedCommunityTakesItsMigrationWithIt) {
    model::Migration made;
    made.community = sid;
    ASSERT_TRUE(migrations().put(made, entry("migration.documents")));
    CommunityStore store(*database, box, account);
    ASSERT_TRUE(store.change_and_wait({{}, {sid}, "test"}));
    EXPECT_THAT(migrations().all().value(), IsEmpty());
}

}  // namespace
}  // namespace skyn3t::store
