#include "model/migration.hpp"

#include <gmock/gmock.h>

namespace skyn3t::model {
namespace {

using testing::ElementsAre;
using Places = std::vector<Target>;
constexpr Target kHere = Target::local;
constexpr Target kTwilio = Target::twilio;

Migration migration(Target to, Stage stage) {
    Migration made;
    made.to = to;
    made.stage = stage;
    return made;
}

const MigrationFacts kAllWell{true, true, true, true};

TEST(MigrationTable, ACallAtTwilioTriesHereFirstOncePhonesHoldAnAccountHere) {
    EXPECT_EQ(dial_order(kHere, Stage::none, kTwilio), Places{kTwilio});
    EXPECT_EQ(dial_order(kHere, Stage::documents, kTwilio), Places{kTwilio});
    EXPECT_THAT(dial_order(kHere, Stage::phones, kTwilio), ElementsAre(kHere, kTwilio));
    EXPECT_THAT(dial_order(kHere, Stage::number, kTwilio), ElementsAre(kHere, kTwilio));
}

TEST(MigrationTable, ToTwilioTheOldPlaceIsFirstUntilTheNumberMoves) {
    EXPECT_THAT(dial_order(kTwilio, Stage::documents, kTwilio), ElementsAre(kHere, kTwilio));
    EXPECT_THAT(dial_order(kTwilio, Stage::phones, kTwilio), ElementsAre(kHere, kTwilio));
    EXPECT_THAT(dial_order(kTwilio, Stage::number, kTwilio), ElementsAre(kTwilio, kHere));
}

TEST(MigrationTable, ACallHereReachesPhonesHereOnly) {
    for (const Target to : {kHere, kTwilio})
        for (const Stage stage : {Stage::none, Stage::documents, Stage::phones, Stage::number})
            EXPECT_EQ(dial_order(to, stage, kHere), Places{kHere});
}

TEST(MigrationTable, OnlyTheLastStageToHereHandsWholeCallsOver) {
    EXPECT_TRUE(hands_over(kHere, Stage::number));
    EXPECT_FALSE(hands_over(kHere, Stage::phones));
    EXPECT_FALSE(hands_over(kTwilio, Stage::number));
}

TEST(MigrationTable, TheNewPlaceIsFilledWhenItIsNeeded) {
    EXPECT_FALSE(migration(kHere, Stage::documents).is_at_both());
    EXPECT_TRUE(migration(kHere, Stage::phones).is_at_both());
    EXPECT_TRUE(migration(kTwilio, Stage::documents).is_at_both());
    auto on_its_way = migration(kHere, Stage::documents);
    on_its_way.going = Stage::phones;
    EXPECT_TRUE(on_its_way.is_at_both());
}

TEST(MigrationOutcomes, CountWhatTheNewPlaceWasGiven) {
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kHere, "failed"}), true);
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kHere, "no-answer"}), false);
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kHere, "busy"}), false);
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kHere, "completed"}), false);
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kHere, "canceled"}), std::nullopt);
    EXPECT_EQ(failure_of(kHere, Stage::phones, {false, kTwilio, "failed"}), std::nullopt);
    EXPECT_EQ(failure_of(kTwilio, Stage::number, {false, kTwilio, "failed"}), true);
    // The second choice before the number has moved: the phones may not be there yet.
    EXPECT_EQ(failure_of(kTwilio, Stage::phones, {false, kTwilio, "failed"}), std::nullopt);
}

TEST(MigrationOutcomes, AHandOverThatNobodyTakesHasFailed) {
    for (const char* status : {"failed", "no-answer", "busy"})
        EXPECT_EQ(failure_of(kHere, Stage::number, {true, {}, status}), true) << status;
    EXPECT_EQ(failure_of(kHere, Stage::number, {true, {}, "completed"}), false);
    EXPECT_EQ(failure_of(kHere, Stage::number, {true, {}, "canceled"}), std::nullopt);
}

TEST(MigrationOutcomes, AreTooManyAboveTheShareOnceThereAreEnough) {
    Outcomes outcomes;
    for (int i = 0; i < 4; ++i) outcomes.add(true);
    EXPECT_FALSE(outcomes.are_too_many(20));
    outcomes.add(true);
    EXPECT_TRUE(outcomes.are_too_many(20));
    EXPECT_FALSE(Outcomes("x....").are_too_many(20));  // 20 % is not above 20 %
    EXPECT_TRUE(Outcomes("xx...").are_too_many(20));
    EXPECT_FALSE(Outcomes("xxxxx").are_too_many(100));
}

TEST(MigrationOutcomes, OnlyTheLastTwentyCount) {
    Outcomes outcomes("xxxxx");
    for (int i = 0; i < 20; ++i) outcomes.add(false);
    EXPECT_EQ(outcomes.size(), 20u);
    EXPECT_EQ(outcomes.failures(), 0u);
    EXPECT_EQ(Outcomes("x?.").text(), "x.");
}

TEST(MigrationMoves, GoOneStageAfterTheOther) {
    EXPECT_EQ(stage_after(Stage::none), Stage::documents);
    EXPECT_EQ(stage_after(Stage::number), std::nullopt);
    EXPECT_EQ(stage_before(Stage::phones), Stage::documents);
    EXPECT_EQ(stage_before(Stage::none), Stage::none);
}

TEST(MigrationMoves, AreRefusedForWhatStandsInTheirWay) {
    const auto advance = [](Target home, Target to, const Migration* begun, MigrationFacts facts) {
        return obstacle_to(Move::advance, home, to, begun, facts);
    };
    EXPECT_EQ(advance(kTwilio, kHere, nullptr, kAllWell), Obstacle::none);
    EXPECT_EQ(advance(kHere, kHere, nullptr, kAllWell), Obstacle::already_there);
    EXPECT_EQ(advance(kHere, kTwilio, nullptr, {false, true, true, true}), Obstacle::no_twilio);
    const auto begun = migration(kHere, Stage::documents);
    EXPECT_EQ(advance(kTwilio, kTwilio, &begun, kAllWell), Obstacle::other_direction);
    EXPECT_EQ(advance(kTwilio, kHere, &begun, {true, false, true, true}), Obstacle::not_reachable);
    const auto phones = migration(kHere, Stage::phones);
    EXPECT_EQ(advance(kTwilio, kHere, &phones, {true, true, false, true}), Obstacle::phones_absent);
    const auto last = migration(kHere, Stage::number);
    EXPECT_EQ(advance(kTwilio, kHere, &last, kAllWell), Obstacle::last_stage);
}

TEST(MigrationMoves, FinishOnlyAfterACallAtTheNewPlace) {
    const auto finish = [](const Migration* begun, MigrationFacts facts) {
        return obstacle_to(Move::finish, kTwilio, kHere, begun, facts);
    };
    auto last = migration(kHere, Stage::number);
    EXPECT_EQ(finish(&last, kAllWell), Obstacle::none);
    EXPECT_EQ(finish(&last, {true, true, true, false}), Obstacle::no_call_yet);
    EXPECT_TRUE(may_be_overridden(Obstacle::no_call_yet));
    last.going = Stage::number;
    EXPECT_EQ(finish(&last, kAllWell), Obstacle::not_last_stage);
    const auto phones = migration(kHere, Stage::phones);
    EXPECT_EQ(finish(&phones, kAllWell), Obstacle::not_last_stage);
    EXPECT_FALSE(may_be_overridden(Obstacle::not_last_stage));
    EXPECT_EQ(finish(nullptr, kAllWell), Obstacle::nothing_to_undo);
}

TEST(MigrationNames, TheGatewayIsAUserLikeAPhone) {
    const auto number = PhoneNumber::parse_e164("+56229145248").value();
    EXPECT_EQ(gateway_username(number), "+56229145248-twilio");
    constexpr std::size_t kLongestNumber = 16;  // E.164, with its plus sign
    EXPECT_LE(kLongestNumber + 1 + kGatewayRole.size(), kMaxUsernameLength);
}

}  // namespace
}  // namespace skyn3t::model
