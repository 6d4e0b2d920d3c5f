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

class MigrationBoardChange : public MigrationBoardTest {
  protected:
    // A step that was decided in `from` gets to where it changes something.
    bool enter(Stage from, Stage next) {
        const auto changed = board->change({community.sid, from, "test", "migration.switch"},
                                           [&](model::Migration& each) { each.stage = next; });
        EXPECT_TRUE(changed);
        return changed && *changed;
    }
    void fail_calls() {
        for (int i = 0; i < 5; ++i) board->note_outcome(community.sid, true);
    }
};

TEST_F(MigrationBoardChange, EditsWhatTheBoardHasAndNotWhatTheStepHasRead) {
    put(Stage::phones);
    board->note_outcome(community.sid, true);
    EXPECT_TRUE(enter(Stage::phones, Stage::number));
    EXPECT_EQ(now().stage, Stage::number);
    EXPECT_EQ(now().outcomes.failures(), 1u);
    EXPECT_THAT(audited(), Contains("test migration.switch"));
    restart();
    EXPECT_EQ(now().stage, Stage::number);
}

TEST_F(MigrationBoardChange, IsNoneWhereCallsHaveTakenItBackMeanwhile) {
    put(Stage::phones, Stage::number);
    fail_calls();
    EXPECT_FALSE(enter(Stage::phones, Stage::number));
    EXPECT_EQ(now().stage, Stage::documents);
    EXPECT_FALSE(now().going);
    EXPECT_THAT(now().returned_es, HasSubstr("5 de las últimas 5"));
}

TEST_F(MigrationBoardChange, BringsNothingBackThatIsGone) {
    put(Stage::number);
    ASSERT_TRUE(board->remove(community.sid, "test", "migration.finish"));
    EXPECT_FALSE(enter(Stage::number, Stage::number));
    ASSERT_TRUE(board->fall_back(community.sid, Stage::number, "es", "en"));
    restart();
    EXPECT_TRUE(board->all().empty());
}

TEST_F(MigrationBoardChange, AFallBackIsOneStageHoweverOftenItIsDecided) {
    put(Stage::number, Stage::number);
    fail_calls();
    ASSERT_TRUE(board->fall_back(community.sid, Stage::number, "la prueba falló", "it failed"));
    EXPECT_EQ(now().stage, Stage::phones);
    EXPECT_THAT(now().returned_es, HasSubstr("5 de las últimas 5"));
}

TEST_F(MigrationBoardChange, NoCallTakesBackWhatIsBeingFinished) {
    put(Stage::number);
    ASSERT_TRUE(board->settle(community.sid, Stage::number));
    fail_calls();
    EXPECT_EQ(now().stage, Stage::number);
    EXPECT_EQ(now().outcomes.failures(), 5u);
    board->unsettle(community.sid);  // it could not be
    board->note_outcome(community.sid, true);
    EXPECT_EQ(now().stage, Stage::phones);
    EXPECT_FALSE(board->settle(community.sid, Stage::number));
}

TEST_F(MigrationBoardTest, AnOutcomeOfNobodysMigrationIsNothing) {
    board->note_outcome(community.sid, true);
    EXPECT_TRUE(board->all().empty());
}

}  // namespace
}  // namespace skyn3t::server
