#include "store/provision_store.hpp"

#include <gmock/gmock.h>

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using testing::IsEmpty;
using Kind = OldName::Kind;

class ProvisionStoreTest : public test::StoreTest {
  protected:
    ProvisionStore provisions() { return ProvisionStore(*database); }

    const CommunitySid community = CommunitySid::generate();
    const model::Secret password{"Office1234567"};
};
INSTANTIATE_TEST_SUITE_P(Engines, ProvisionStoreTest,
                         testing::Values(Engine::sqlite, Engine::postgresql));

TEST_P(ProvisionStoreTest, AnOldNameIsRememberedOnceUntilItIsGone) {
    const std::vector<OldName> names{
        {"local", community, "A", "Edificio A", Kind::number, "+56229145248"},
        {"AC1", community, "A", "Edificio A", Kind::username, "+56229145248-office"}};
    ASSERT_TRUE(provisions().note_old_names(names));
    ASSERT_TRUE(provisions().note_old_names(names));
    ASSERT_EQ(provisions().old_names()->size(), 2u);
    ASSERT_TRUE(provisions().note_done({}, {names[0]}));
    const auto left = provisions().old_names().value();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].name, "+56229145248-office");
    EXPECT_EQ(left[0].kind, Kind::username);
    EXPECT_EQ(left[0].community, community);
    EXPECT_EQ(left[0].community_name, "Edificio A");
}

TEST_P(ProvisionStoreTest, OldNamesAreNotedWithTheDeclarationThatGivesThemUpOrNotAtAll) {
    auto store = communities();
    auto change = putting({StoreTest::community("A", "+56223456789")});
    change.old_names = {{"local", community, "A", "Edificio A", Kind::list, "A_Credentials"}};
    ASSERT_TRUE(store.change_and_wait(change));
    EXPECT_EQ(provisions().old_names()->size(), 1u);
    change.old_names[0].name = "B_Credentials";
    EXPECT_FALSE(store.change_and_wait(change)) << "the number is taken";
    EXPECT_EQ(provisions().old_names()->size(), 1u);
}

TEST_P(ProvisionStoreTest, ADeclaredCommunityIsUnprovisionedUntilItIsSaidToBeDone) {
    auto store = communities();
    auto declared = StoreTest::community("A", "+56223456789");
    declared.sid = store.change_and_wait(putting({declared})).value().put[0];
    const auto first = provisions().unprovisioned().value();
    ASSERT_EQ(first.size(), 1u);
    ASSERT_TRUE(first.contains(declared.sid));
    // Changed meanwhile: what was done is not what is declared now.
    ASSERT_TRUE(store.change_and_wait(putting({declared})));
    ASSERT_TRUE(provisions().note_done(first, {}));
    const auto second = provisions().unprovisioned().value();
    ASSERT_EQ(second.size(), 1u);
    ASSERT_TRUE(provisions().note_done(second, {}));
    EXPECT_THAT(provisions().unprovisioned().value(), IsEmpty());
    ASSERT_TRUE(store.change_and_wait(putting({declared})));
    ASSERT_TRUE(store.change_and_wait({{}, {declared.sid}, "test"}));
    EXPECT_THAT(provisions().unprovisioned().value(), IsEmpty());
}

TEST_P(ProvisionStoreTest, HowLongOldPasswordsAreGoodIsKnownUntilTheyAreReplacedAgain) {
    auto store = communities();
    auto declared = StoreTest::community("A", "+56223456789");
    declared.sid = store.change_and_wait(putting({declared})).value().put[0];
    const auto until = [&] {
        return provisions().unprovisioned().value().at(declared.sid).old_passwords_until;
    };
    const WallTime later = clock.wall() + std::chrono::hours(24);
    auto change = putting({declared});
    change.old_passwords_until = later;
    ASSERT_TRUE(store.change_and_wait(change));
    EXPECT_FALSE(until());  // no password is replaced
    change.put[0].roles[0].password = password;
    ASSERT_TRUE(store.change_and_wait(change));
    EXPECT_EQ(until(), later);
    // Another change before it was provisioned.
    ASSERT_TRUE(store.change_and_wait(putting({declared})));
    EXPECT_EQ(until(), later);
    declared.roles[0].password = model::Secret("Another123456");
    ASSERT_TRUE(store.change_and_wait(putting({declared})));
    EXPECT_FALSE(until());
}

TEST_P(ProvisionStoreTest, APasswordIsKnownUntilItOrTheCredentialChanges) {
    ASSERT_TRUE(provisions().note_password("AC1", "CR1", password, "today"));
    const auto noted = provisions().passwords("AC1").value().at("CR1");
    EXPECT_TRUE(ProvisionStore::matches(noted, "CR1", password, "today"));
    EXPECT_FALSE(ProvisionStore::matches(noted, "CR1", password, "later"));
    EXPECT_FALSE(ProvisionStore::matches(noted, "CR2", password, "today"));
    EXPECT_FALSE(ProvisionStore::matches(noted, "CR1", model::Secret("Other12345678"), "today"));
    EXPECT_EQ(noted.find(password.reveal()), std::string::npos);
    ASSERT_TRUE(provisions().note_password("AC1", "CR1", password, "later"));
    EXPECT_TRUE(ProvisionStore::matches(provisions().passwords("AC1").value().at("CR1"), "CR1",
                                        password, "later"));
    EXPECT_THAT(provisions().passwords("AC2").value(), IsEmpty());
}

}  // namespace
}  // namespace skyn3t::store
