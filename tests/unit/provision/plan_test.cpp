#include "provision/plan.hpp"

#include <gmock/gmock.h>

namespace skyn3t::provision {
namespace {

using model::Community;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = PhoneConsequence::Kind;

model::PhoneNumber number(const char* text) { return model::PhoneNumber::parse_e164(text).value(); }

Community wanted(const std::string& code, const char* e164) {
    Community made;
    made.code = code;
    made.name = "Edificio " + code;
    made.number = number(e164);
    made.roles = {{"office", '1', "oficina", {}}, {"security", '2', "conserjería", {}}};
    return made;
}
// As the store gives it back: with a sid and every password.
Community stored(Community community) {
    community.sid = CommunitySid::generate();
    for (model::Role& role : community.roles)
        role.password = model::Secret("Stored123456" + role.role);
    return community;
}

class PlanTest : public testing::Test {
  protected:
    Community desired = wanted("A", "+56229145248");
    Community actual = stored(desired);
    CommunityChange only() { return make_plan({desired}, {actual}).changes.at(0); }
};

TEST_F(PlanTest, WhatIsAsItShouldBeStaysAsItIs) {
    const Plan plan = make_plan({desired}, {actual});
    EXPECT_TRUE(plan.is_empty());
    EXPECT_EQ(plan.changes.at(0).action, Action::unchanged);
    EXPECT_THAT(plan.put(), IsEmpty());
}

TEST_F(PlanTest, ANewCommunityIsMadeAndItsPhonesSetUp) {
    const Plan plan = make_plan({desired}, {});
    EXPECT_FALSE(plan.is_empty());
    EXPECT_EQ(plan.changes.at(0).action, Action::create);
    EXPECT_THAT(plan.changes[0].phones,
                ElementsAre(PhoneConsequence{Kind::set_up, "+56229145248-office", "", true},
                            PhoneConsequence{Kind::set_up, "+56229145248-security", "", true}));
    EXPECT_EQ(plan.put(), std::vector{desired});
}

TEST_F(PlanTest, AChangedLabelSetsNoPhoneAgain) {
    desired.roles[1].label = "portería";
    const auto change = only();
    EXPECT_EQ(change.action, Action::update);
    EXPECT_THAT(change.fields,
                ElementsAre(FieldChange{"roles[security].label", "conserjería", "portería"}));
    EXPECT_THAT(change.phones, IsEmpty());
    EXPECT_EQ(change.community.sid, actual.sid);
}

TEST_F(PlanTest, AChangedNumberSetsEveryPhoneAgain) {
    desired.number = number("+56223456789");
    const auto change = only();
    EXPECT_THAT(change.fields, ElementsAre(FieldChange{"number", "+56229145248", "+56223456789"}));
    EXPECT_THAT(change.phones,
                ElementsAre(PhoneConsequence{Kind::set_again, "+56223456789-office",
                                             "+56229145248-office", false},
                            PhoneConsequence{Kind::set_again, "+56223456789-security",
                                             "+56229145248-security", false}));
}

TEST_F(PlanTest, ANewCodeIsAnotherCommunityAlsoWithTheNumberOfOneThatIsThere) {
    desired.code = "B";
    const Plan plan = make_plan({desired}, {actual});
    EXPECT_EQ(plan.changes.at(0).action, Action::create);
    EXPECT_EQ(plan.changes.at(1).action, Action::not_in_file);
}

TEST_F(PlanTest, ACodeChangesWhereTheFileSaysWhatItWas) {
    desired.code = "B";
    const auto change = make_plan({desired}, {actual}, Prune::yes, {{"B", "A"}}).changes.at(0);
    EXPECT_EQ(change.action, Action::update);
    EXPECT_THAT(change.fields, ElementsAre(FieldChange{"code", "A", "B"}));
    EXPECT_THAT(change.phones, IsEmpty());
    EXPECT_EQ(change.community.sid, actual.sid);
    // Applied again, it is known by the code that it has now.
    actual.code = "B";
    EXPECT_TRUE(make_plan({desired}, {actual}, Prune::no, {{"B", "A"}}).is_empty());
}

TEST_F(PlanTest, AnOldCodeThatTheFileStillHasIsNotTaken) {
    Community renamed = desired;
    renamed.code = "B";
    const Plan plan = make_plan({renamed, desired}, {actual}, Prune::no, {{"B", "A"}});
    EXPECT_EQ(plan.changes.at(0).action, Action::create);
    EXPECT_EQ(plan.changes.at(1).action, Action::unchanged);
}

TEST_F(PlanTest, AChangedPasswordIsSaidAndNotShown) {
    desired.roles[0].password = model::Secret("Another12345");
    const auto change = only();
    EXPECT_THAT(change.fields, ElementsAre(FieldChange{"roles[office].password", "***", "***"}));
    EXPECT_THAT(change.phones,
                ElementsAre(PhoneConsequence{Kind::set_again, "+56229145248-office", "", true}));
    desired.roles[0].password = actual.roles[0].password;
    EXPECT_EQ(only().action, Action::unchanged);
}

TEST_F(PlanTest, UnderTheFormulaAChangedCodeChangesThePasswords) {
    desired.passwords = actual.passwords = model::PasswordPolicy::guide;
    for (model::Role& role : actual.roles) role.password = model::guide_password("A", role.role);
    EXPECT_EQ(only().action, Action::unchanged);
    desired.code = "B";
    EXPECT_EQ(make_plan({desired}, {actual}, Prune::no, {{"B", "A"}}).changes.at(0).phones.size(),
              2u);
}

TEST_F(PlanTest, LeavingTheFormulaChangesThePasswords) {
    actual.passwords = model::PasswordPolicy::guide;
    EXPECT_EQ(only().phones.size(), 2u);
}

TEST_F(PlanTest, RolesThatComeAndGoSayWhichPhonesStop) {
    desired.roles[0] = {"gate", '3', "portón", {}};
    const auto change = only();
    EXPECT_THAT(change.fields, ElementsAre(FieldChange{"roles[gate]", "", "3 portón"},
                                           FieldChange{"roles[office]", "1 oficina", ""}));
    EXPECT_THAT(change.phones,
                ElementsAre(PhoneConsequence{Kind::set_up, "+56229145248-gate", "", true},
                            PhoneConsequence{Kind::stops, "+56229145248-office", "", false}));
}

TEST_F(PlanTest, AnotherOrderOfTheRolesIsAChangeOfTheGreeting) {
    std::swap(desired.roles[0], desired.roles[1]);
    EXPECT_THAT(only().fields,
                ElementsAre(FieldChange{"roles.order", "office, security", "security, office"}));
}

TEST_F(PlanTest, WhatIsNotInTheFileIsLeftAloneUnlessPruned) {
    const Plan kept = make_plan({}, {actual});
    EXPECT_TRUE(kept.is_empty());
    EXPECT_EQ(kept.changes.at(0).action, Action::not_in_file);
    const Plan pruned = make_plan({}, {actual}, Prune::yes);
    EXPECT_EQ(pruned.changes.at(0).action, Action::remove);
    EXPECT_EQ(pruned.remove(), std::vector{actual.sid});
    EXPECT_THAT(pruned.changes[0].phones,
                ElementsAre(PhoneConsequence{Kind::stops, "+56229145248-office", "", false},
                            PhoneConsequence{Kind::stops, "+56229145248-security", "", false}));
}

TEST_F(PlanTest, ListsChangesFirstAndTheUntouchedLast) {
    Community changed = wanted("C", "+56223456789");
    const Community before = stored(changed);
    changed.name = "Otro";
    const Plan plan = make_plan({desired, wanted("N", "+56234567890"), changed},
                                {actual, before, stored(wanted("X", "+56221111111"))});
    std::vector<Action> actions;
    for (const auto& each : plan.changes) actions.push_back(each.action);
    EXPECT_THAT(actions, ElementsAre(Action::update, Action::create, Action::unchanged,
                                     Action::not_in_file));
}

}  // namespace
}  // namespace skyn3t::provision
