#include "store/community_store.hpp"

#include "model/password.hpp"
#include "store/audit_store.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using model::Community;
using model::PasswordPolicy;
using model::PhoneNumber;
using model::Secret;
using test::StoreTest;

class AccountStoreTest : public StoreTest {};
SKYN3T_FOR_BOTH_ENGINES(AccountStoreTest);

TEST_P(AccountStoreTest, TheFirstStartMakesAnAccountAndLaterOnesFindIt) {
    AccountStore store(*database, box);
    const auto first = store.open({}, {}).value();
    EXPECT_TRUE(first.is_new);
    EXPECT_EQ(first.account.auth_token.reveal().size(), 32u);
    open();
    const auto second = AccountStore(*database, box).open({}, {}).value();
    EXPECT_FALSE(second.is_new);
    EXPECT_EQ(second.account.sid, first.account.sid);
    EXPECT_EQ(second.account.auth_token, first.account.auth_token);
}

TEST_P(AccountStoreTest, AGivenTokenReplacesTheStoredOne) {
    AccountStore store(*database, box);
    const auto made = store.open({}, {}).value().account;
    const Secret token("0123456789abcdef0123456789abcdef");
    EXPECT_FALSE(store.open(made.sid, token).value().is_new);
    EXPECT_EQ(store.find().value()->auth_token, token);
}

TEST_P(AccountStoreTest, AnotherAccountsDatabaseIsRefused) {
    AccountStore store(*database, box);
    ASSERT_TRUE(store.open({}, {}));
    const auto opened = store.open(AccountSid::generate(), {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::conflict);
}

class CommunityStoreTest : public StoreTest {};
SKYN3T_FOR_BOTH_ENGINES(CommunityStoreTest);

TEST_P(CommunityStoreTest, ACommunityComesBackAsItWasPut) {
    auto store = communities();
    Community wanted = community("PLAZA_NORTE", "+56223456789");
    wanted.type = model::CommunityType::condominio;
    wanted.caller_id = model::CallerIdPolicy::caller;
    wanted.main_document = model::OwnDocument{"main.xml", "<Response/>"};
    const auto changed = store.change_and_wait(putting({wanted}));
    ASSERT_TRUE(changed) << changed.error().detail;
    wanted.sid = changed->put.at(0);

    const auto found = store.find(wanted.sid).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->community, wanted);
    EXPECT_TRUE(found->for_calls);
    EXPECT_TRUE(found->for_registrations);
    EXPECT_EQ(found->sha256, Sha256Offer::as_server);
    EXPECT_EQ(store.find_by_code("PLAZA_NORTE").value()->community, wanted);
    EXPECT_EQ(store.find_by_code("NONE").value().has_value(), false);
    EXPECT_EQ(store.all().value().size(), 1u);
}

TEST_P(CommunityStoreTest, AListsOfferOfSha256StaysUntilItIsSetAgain) {
    auto store = communities();
    const auto sids = store
                          .change_and_wait(putting(
                              {community("A", "+56223456789"), community("B", "+56229145248")}))
                          .value()
                          .put;
    const auto a = store.find(sids[0]).value().value();
    const auto b = store.find(sids[1]).value().value();
    ASSERT_TRUE(store.set_sha256_offer(sids[0], a.list, Sha256Offer::yes));
    ASSERT_TRUE(store.set_sha256_offer(sids[1], b.list, Sha256Offer::no));
    Community renamed = a.community;
    renamed.name = "Edificio A";
    ASSERT_TRUE(store.change_and_wait(putting({renamed})));
    EXPECT_EQ(store.find(sids[0]).value()->sha256, Sha256Offer::yes);
    EXPECT_EQ(store.find(sids[1]).value()->sha256, Sha256Offer::no);
    const auto others = store.set_sha256_offer(sids[0], b.list, Sha256Offer::yes);
    ASSERT_FALSE(others);
    EXPECT_EQ(others.error().code, Errc::not_found);
    EXPECT_EQ(store.find(sids[1]).value()->sha256, Sha256Offer::no);
}

TEST_P(CommunityStoreTest, EachRoleGetsACredentialWithAStrongGeneratedPassword) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto stored = store.find(sid).value().value();
    const auto known = store.find_with_passwords(sid).value().value();
    ASSERT_EQ(stored.credentials.size(), 2u);
    EXPECT_EQ(stored.credentials[0].username, "+56223456789-office");
    EXPECT_EQ(stored.credentials[1].username, "+56223456789-security");
    EXPECT_EQ(stored.credentials[0].realm, "skyn3t.example.cl");
    EXPECT_NE(known.roles[0].password, known.roles[1].password);
    for (const auto& role : known.roles)
        EXPECT_FALSE(model::password_fault(role.password->reveal()));
}

TEST_P(CommunityStoreTest, Ha1IsOfUserRealmAndPassword) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.roles[0].password = Secret("Abcdefgh1234");
    const auto sid = store.change_and_wait(putting({wanted})).value().put[0];
    const auto credential = store.find(sid).value()->credentials[0];
    // printf '+56223456789-office:skyn3t.example.cl:Abcdefgh1234' | md5sum (sha256sum), and the
    // same with %2B
    EXPECT_EQ(credential.ha1_md5.reveal(), "e275b5bd48c8f4f1f550cd4adba3a07b");
    EXPECT_EQ(credential.ha1_sha256.reveal(),
              "a85375f441cedc90da10e5fef1da5121ca99b0ef0c04c08011f0428f76744611");
    EXPECT_EQ(credential.ha1_md5_escaped.reveal(), "85974afeab178d2a46504c750c95f76d");
}

TEST_P(CommunityStoreTest, TheGuidesFormulaIsUsedOnlyWhenAskedFor) {
    auto store = communities();
    Community wanted = community("PLAZA_NORTE", "+56223456789");
    wanted.passwords = PasswordPolicy::guide;
    const auto sid = store.change_and_wait(putting({wanted})).value().put[0];
    EXPECT_EQ(store.find_with_passwords(sid).value()->roles[1].password->reveal(),
              "SKyn3t2025_PLAZA_NORTE_Security!");
}

TEST_P(CommunityStoreTest, AChangedNumberKeepsThePasswordsAndChangesTheUserNames) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    const auto before = store.find_with_passwords(wanted.sid).value().value();
    const auto old = store.find(wanted.sid).value().value();
    wanted.number = PhoneNumber::parse_e164("+56229145248").value();
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find_with_passwords(wanted.sid).value().value();
    const auto now = store.find(wanted.sid).value().value();
    EXPECT_EQ(after.roles, before.roles);
    EXPECT_EQ(now.credentials[0].username, "+56229145248-office");
    EXPECT_NE(now.credentials[0].sid, old.credentials[0].sid);
    EXPECT_EQ(now.list, old.list);
    EXPECT_EQ(now.number_sid, old.number_sid);
}

TEST_P(CommunityStoreTest, ALeavingFormulaPasswordIsReplacedByAGeneratedOne) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.passwords = PasswordPolicy::guide;
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    wanted.passwords = PasswordPolicy::generated;
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find_with_passwords(wanted.sid).value().value();
    EXPECT_NE(after.roles[0].password->reveal(), "SKyn3t2025_A_Office!");
}

TEST_P(CommunityStoreTest, RolesComeAndGoWithTheirCredentials) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    wanted.roles.erase(wanted.roles.begin());
    wanted.roles[0].digit = '1';
    wanted.roles.push_back({"gate", '2', "portón", {}});
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find(wanted.sid).value().value();
    EXPECT_EQ(after.community, wanted);
    ASSERT_EQ(after.credentials.size(), 2u);
    EXPECT_EQ(after.credentials[0].role, "security");
    EXPECT_EQ(after.credentials[1].role, "gate");
}

TEST_P(CommunityStoreTest, TwoCommunitiesMayExchangeTheirNumbersInOneChange) {
    auto store = communities();
    Community a = community("A", "+56223456789");
    Community b = community("B", "+56229145248");
    const auto sids = store.change_and_wait(putting({a, b})).value().put;
    a.sid = sids[0];
    b.sid = sids[1];
    std::swap(a.number, b.number);
    std::swap(a.code, b.code);
    const auto changed = store.change_and_wait(putting({a, b}));
    ASSERT_TRUE(changed) << changed.error().detail;
    EXPECT_EQ(store.find(a.sid).value()->community, a);
    EXPECT_EQ(store.find(b.sid).value()->community, b);
}

TEST_P(CommunityStoreTest, AChangeThatFailsChangesNothingAtAll) {
    auto store = communities();
    ASSERT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    const auto failed = store.change_and_wait(
        putting({community("B", "+56229145248"), community("C", "+56223456789")}));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::conflict);
    EXPECT_EQ(failed.error().detail,
              "C: its code, number or list name belongs to another community");
    EXPECT_EQ(store.all().value().size(), 1u);
    EXPECT_EQ(AuditStore(*database).list_all().value().size(), 1u);
}

TEST_P(CommunityStoreTest, RemovingTakesEverythingThatWasMade) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    ASSERT_TRUE(store.change_and_wait({{}, {sid}, "test"}));
    EXPECT_FALSE(store.find(sid).value().has_value());
    // Its number and code are free again.
    EXPECT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    const auto again = store.change_and_wait({{}, {sid}, "test"});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::not_found);
}

TEST_P(CommunityStoreTest, ANewRealmRenewsEveryHa1AndKeepsThePasswords) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto before = store.find(sid).value().value();
    const auto passwords = store.find_with_passwords(sid).value().value();
    ASSERT_TRUE(store.open_domain("skyn3t.example.cl", "SKYN3T", "another.realm"));
    const auto after = store.find(sid).value().value();
    EXPECT_EQ(after.credentials[0].realm, "another.realm");
    EXPECT_NE(after.credentials[0].ha1_md5, before.credentials[0].ha1_md5);
    EXPECT_EQ(store.find_with_passwords(sid).value().value(), passwords);
}

TEST_P(CommunityStoreTest, AnotherKeyDoesNotReadThePasswords) {
    auto store = communities();
    ASSERT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    const auto other = SecretBox::from_hex(std::string(64, 'f')).value();
    const auto read = CommunityStore(*database, other, account).all_with_passwords();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::unauthorized);
}

TEST_P(CommunityStoreTest, AChangeIsAuditedWithWhoMadeItAndWithoutSecrets) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.roles[0].password = Secret("Abcdefgh1234");
    const auto sid = store.change_and_wait({{wanted}, {}, "cli root@host"}).value().put[0];
    const auto entries = AuditStore(*database).list(sid).value();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].actor, "cli root@host");
    EXPECT_EQ(entries[0].action, "community.create");
    EXPECT_EQ(entries[0].detail, "A");
    EXPECT_EQ(entries[0].time, clock.wall());
}

}  // namespace
}  // namespace skyn3t::store
