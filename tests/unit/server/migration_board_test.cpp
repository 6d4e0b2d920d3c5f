#include "server/migration_board.hpp"

#include "migration_rig.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {
namespace {

using model::Stage;
using testing::Contains;
using testing::HasSubstr;

class MigrationBoardTest : public test::MigrationTest {
  protected:
    std::vector<std::string> audited() {
        std::vector<std::string> actions;
        const auto entries = store::AuditStore(*database).list(community.sid).value();
        for (const auto& each : entries) actions.push_back(each.actor + " " + each.action);
        return actions;
    }
};

TEST_F(MigrationBoardTest, GoesOneStageBackByItselfAboveItsShareOfFailures) {
    put(Stage::number);
    for (int i = 0; i < 4; ++i) board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::number);
    board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::phones);
    EXPECT_EQ(now().outcomes.size(), 0u);
    EXPECT_THAT(now().returned_es, HasSubstr("5 de las últimas 5 llamadas fallaron"));
    EXPECT_THAT(audited(), Contains("server migration.returned"));
}

TEST_F(MigrationBoardTest, CountsWhatWentWellToo) {
    put(Stage::number);
    for (int i = 0; i < 8; ++i) board->note_outcome(community.sid, false);
    board->note_outcome(community.sid, true);
    board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::number);  // 2 of 10 are not above 20 %
    board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::phones);
}

TEST_F(MigrationBoardTest, ARestartForgetsNoFailure) {
    put(Stage::phones);
    for (int i = 0; i < 4; ++i) board->note_outcome(community.sid, true);
    restart();
    EXPECT_EQ(now().outcomes.failures(), 4u);
    board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::documents);
}

TEST_F(MigrationBoardTest, WhatWasBeingTriedWhenTheServerEndedIsTakenBack) {
    put(Stage::phones, Stage::phones);
    restart();
    EXPECT_EQ(now().stage, Stage::documents);
    EXPECT_FALSE(now().going);
    EXPECT_THAT(now().returned_es, HasSubstr("el servidor se detuvo"));
}

TEST_F(MigrationBoardTest, WhatWasBeingPreparedWhenTheServerEndedStandsWhereItWas) {
    put(Stage::documents, Stage::phones);
    restart();
    EXPECT_EQ(now().stage, Stage::documents);
    EXPECT_FALSE(now().going);
    restart();
    EXPECT_EQ(now().stage, Stage::documents);
}

TEST_F(MigrationBoardTest, AnOutcomeOfNobodysMigrationIsNothing) {
    board->note_outcome(community.sid, true);
    EXPECT_TRUE(board->all().empty());
}

}  // namespace
}  // namespace skyn3t::server
