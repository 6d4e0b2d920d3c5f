#include "provision/tasks.hpp"

#include <gmock/gmock.h>

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

model::Community community_with(const std::string& code, const char* number) {
    model::Community made;
    made.sid = CommunitySid::generate();
    made.code = code;
    made.name = "Edificio " + code;
    made.number = model::PhoneNumber::parse_e164(number).value();
    made.roles = {{"office", '1', "oficina", model::Secret("Office1234567")}};
    return made;
}

class Tasks : public testing::Test {
  protected:
    Tasks() {
        places = {{"local", {model::Target::local, "sip.example.cl", "", "http://x"}},
                  {"AC1", {model::Target::twilio, "a.sip.twilio.com", "", "https://y"}}};
    }
    std::vector<Task> tasks(std::vector<model::Community> declared, std::set<std::string> codes,
                            std::vector<store::OldName> old = {}) {
        return tasks_of({std::move(declared), std::move(codes), std::move(old)}, places);
    }
    std::vector<store::OldName> old_names(const model::Community& before,
                                          const model::Community& after) {
        const auto plan = make_plan({after}, {before}, Prune::no, {{after.code, before.code}});
        return old_names_of(plan, {before}, places);
    }
    static std::vector<std::string> names(const std::vector<store::OldName>& all) {
        std::vector<std::string> found;
        for (const auto& each : all) found.push_back(each.target + " " + each.name);
        return found;
    }

    std::vector<PlaceSettings> places;
    model::Community a = community_with("A", "+56229145248");
    model::Community b = community_with("B", "+56223456789");
};

TEST_F(Tasks, AreOfTheCommunitiesThatAreMeant) {
    const auto found = tasks({a, b}, {"B"});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].wanted.code, "B");
    EXPECT_EQ(found[0].place, "local");
    EXPECT_EQ(found[0].wanted.desired->domain.name, "sip.example.cl");
}

TEST_F(Tasks, WhatAnEarlierApplyHasLeftIsAlwaysLookedAfter) {
    const auto old = old_names_of(make_plan({}, {b}, Prune::yes), {b}, places);
    const auto found = tasks({a}, {"A"}, old);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].wanted.code, "B");
    EXPECT_FALSE(found[1].wanted.desired);
    EXPECT_THAT(found[1].wanted.old.lists, ElementsAre("B_Credentials"));
    EXPECT_THAT(found[1].wanted.old.numbers, ElementsAre("+56223456789"));
    EXPECT_THAT(found[1].wanted.old.usernames, ElementsAre("+56223456789-office"));
}

TEST_F(Tasks, ANameThatIsInUseAgainIsNobodysOldOne) {
    auto heir = b;
    heir.sid = CommunitySid::generate();
    const auto old = old_names_of(make_plan({}, {b}, Prune::yes), {b}, places);
    EXPECT_EQ(tasks({heir}, {"B"}, old).size(), 1u);
}

TEST_F(Tasks, AChangedNumberLeavesItsPhonesAndItselfBehind) {
    auto after = a;
    after.number = model::PhoneNumber::parse_e164("+56221111111").value();
    EXPECT_THAT(names(old_names(a, after)),
                UnorderedElementsAre("local +56229145248", "local +56229145248-office"));
}

TEST_F(Tasks, AChangedCodeLeavesItsListBehind) {
    auto after = a;
    after.code = "C";
    EXPECT_THAT(names(old_names(a, after)), ElementsAre("local A_Credentials"));
}

TEST_F(Tasks, AMovedCommunityLeavesEverythingAndGoesFromThereLast) {
    auto after = a;
    after.target = model::Target::twilio;
    const auto old = old_names(a, after);
    EXPECT_THAT(names(old), UnorderedElementsAre("local A_Credentials", "local +56229145248-office",
                                                 "local +56229145248"));
    const auto found = tasks({after}, {"A"}, old);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].place, "AC1");
    EXPECT_EQ(found[1].place, "local");
    EXPECT_TRUE(found[1].wanted.is_last);
}

TEST_F(Tasks, WhoHasNotArrivedKeepsItsOldPlaceUnlessItIsMeantOrGone) {
    auto after = a;
    after.target = model::Target::twilio;
    const Scope other{{after, b}, {"B"}, old_names(a, after)};
    const auto left = [&](const Scope& scope, const store::ProvisionStore::Marks& marks) {
        auto found = tasks_of(scope, places);
        leave_unreplaced(found, scope, marks);
        return found.size();
    };
    const store::ProvisionStore::Marks marked{{a.sid, {"m", {}}}};
    EXPECT_EQ(left(other, marked), 1u);
    EXPECT_EQ(left(other, {}), 2u) << "it has arrived, and the removal was cut";
    EXPECT_EQ(left({{after, b}, {"A"}, other.old}, marked), 2u);
    EXPECT_EQ(left({{b}, {"B"}, other.old}, marked), 2u) << "removed after that";
}

TEST_F(Tasks, WhatStaysAsItIsLeavesNothingBehind) { EXPECT_THAT(old_names(a, a), IsEmpty()); }

TEST_F(Tasks, ACommunityThatWillBeChangedKeepsItsPasswords) {
    auto after = a;
    after.roles[0].password.reset();
    after.roles[0].label = "recepción";
    after.roles.push_back({"gate", '3', "portón", {}});
    const auto declared = declared_after(make_plan({after}, {a, b}), {a, b});
    ASSERT_EQ(declared.size(), 2u);
    EXPECT_EQ(declared[0].roles[0].password, model::Secret("Office1234567"));
    EXPECT_FALSE(declared[0].roles[1].password);
    EXPECT_EQ(declared[1].code, "B");
}

// ---- On the way between two places

class MovingTasks : public Tasks {
  protected:
    MovingTasks() {
        a.target = model::Target::twilio;
        moving.community = a.sid;
        moving.to = model::Target::local;
        moving.stage = model::Stage::phones;
        moving.gateway_password = model::Secret("Gateway123456");
    }
    std::vector<Task> tasks_while_moving(std::vector<store::OldName> old = {}) {
        return tasks_of({{a}, {"A"}, std::move(old), {}, {moving}}, places);
    }
    model::Migration moving;
};

TEST_F(MovingTasks, ACommunityIsMadeAtBothPlacesAndTwilioIsAUserHere) {
    const auto found = tasks_while_moving();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].place, "AC1");
    EXPECT_EQ(found[0].wanted.desired->credentials.size(), 1u);
    EXPECT_EQ(found[1].place, "local");
    const auto& here = found[1].wanted.desired->credentials;
    ASSERT_EQ(here.size(), 2u);
    EXPECT_EQ(here[0].username, "+56229145248-office");
    EXPECT_EQ(here[0].password, model::Secret("Office1234567"));
    EXPECT_EQ(here[1].username, "+56229145248-twilio");
    EXPECT_EQ(here[1].password, moving.gateway_password);
}

TEST_F(MovingTasks, BeforeItsPhonesItIsAtItsOldPlaceOnly) {
    moving.stage = model::Stage::documents;
    EXPECT_EQ(tasks_while_moving().size(), 1u);
    moving.going = model::Stage::phones;
    EXPECT_EQ(tasks_while_moving().size(), 2u);
}

TEST_F(MovingTasks, WhoLivesHereKeepsTwiliosUserUntilTheMoveIsUndone) {
    a.target = model::Target::local;
    moving.to = model::Target::twilio;
    moving.stage = model::Stage::none;
    const auto found = tasks_while_moving();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].place, "local");
    ASSERT_EQ(found[0].wanted.desired->credentials.size(), 2u);
    EXPECT_EQ(found[0].wanted.desired->credentials[1].username, "+56229145248-twilio");
}

TEST_F(MovingTasks, ANumberIsNeededAtTwilioOnlyWhenItIsToArriveThere) {
    a.target = model::Target::local;
    moving.to = model::Target::twilio;
    const auto needs = [&] { return tasks_while_moving()[1].wanted.needs_number; };
    EXPECT_FALSE(needs());
    moving.going = model::Stage::number;
    EXPECT_TRUE(needs());
    EXPECT_TRUE(tasks_while_moving()[0].wanted.needs_number);
}

TEST_F(MovingTasks, NeitherPlaceIsEmptiedWhileItMoves) {
    const auto old = leftovers_of(a, moving, false, places);
    EXPECT_THAT(names(old),
                UnorderedElementsAre("local +56229145248-twilio", "local A_Credentials",
                                     "local +56229145248-office", "local +56229145248"));
    const auto found = tasks_while_moving(old);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_THAT(found[1].wanted.old.lists, IsEmpty());
    EXPECT_FALSE(found[1].wanted.is_last);
}

TEST_F(MovingTasks, ARoleThatGoesLeavesItsNameAtBothPlaces) {
    auto after = a;
    after.roles[0].role = "gate";
    const auto old = old_names_of(make_plan({after}, {a}), {a}, places, {moving});
    EXPECT_THAT(names(old),
                UnorderedElementsAre("local +56229145248-office", "AC1 +56229145248-office"));
}

TEST_F(MovingTasks, WhoHasArrivedLeavesItsOldPlaceAndTwiliosUser) {
    auto after = a;
    after.target = model::Target::local;
    auto old = old_names_of(make_plan({after}, {a}), {a}, places, {moving});
    EXPECT_THAT(names(old), UnorderedElementsAre("AC1 A_Credentials", "AC1 +56229145248-office",
                                                 "AC1 +56229145248"));
    EXPECT_THAT(names(leftovers_of(a, moving, true, places)),
                ElementsAre("local +56229145248-twilio"));
}

}  // namespace
}  // namespace skyn3t::provision
