#include "store/community_store.hpp"

#include <any>
#include <nlohmann/json.hpp>

#include "model/password.hpp"
#include "store/audit_store.hpp"
#include "store/credential_secrets.hpp"
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
    wanted.caller_id = model::CallerIdPolicy::community;
    wanted.may_dial = model::MayDial::from_text("local, premium");
    wanted.no_input = wanted.roles.at(0).role;
    wanted.main_document = model::OwnDocument{"main.xml", "<Response/>"};
    const auto changed = store.change_and_wait(putting({wanted}));
    ASSERT_TRUE(changed) << changed.error().detail;
    wanted.sid = changed->put.at(0);

    const auto found = store.find(wanted.sid).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(store.find_by_code("PLAZA_NORTE").value(), wanted);
    EXPECT_EQ(store.find_by_code("NONE").value().has_value(), false);
    EXPECT_EQ(store.all().value().size(), 1u);
}

TEST_P(CommunityStoreTest, EachRoleGetsAStrongPasswordOfItsOwn) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto known = store.find_with_passwords(sid).value().value();
    EXPECT_NE(known.roles[0].password, known.roles[1].password);
    for (const auto& role : known.roles)
        EXPECT_FALSE(model::password_fault(role.password->reveal()));
}

// What calls run on is made by provisioning, through the API (ADR 9).
TEST_P(CommunityStoreTest, DeclaringMakesNoResources) {
    auto store = communities();
    ASSERT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    EXPECT_EQ(ResourceStore(*database).all()->size(), 1u);  // the domain
    EXPECT_TRUE(ResourceStore(*database).all_mappings()->empty());
}

TEST_P(CommunityStoreTest, Ha1IsOfUserRealmAndPassword) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    auto phone = give_phone(sid, "CL1", "+56223456789-office", "Abcdefgh1234");
    ASSERT_TRUE(add_digests(phone, box));
    const auto digests = digests_of(phone);
    // printf '+56223456789-office:skyn3t.example.cl:Abcdefgh1234' | md5sum (sha256sum), and the
    // same with %2B
    EXPECT_EQ(digests.md5, "e275b5bd48c8f4f1f550cd4adba3a07b");
    EXPECT_EQ(digests.sha256, "a85375f441cedc90da10e5fef1da5121ca99b0ef0c04c08011f0428f76744611");
    EXPECT_EQ(digests.md5_escaped, "85974afeab178d2a46504c750c95f76d");
}

TEST_P(CommunityStoreTest, TheGuidesFormulaIsUsedOnlyWhenAskedFor) {
    auto store = communities();
    Community wanted = community("PLAZA_NORTE", "+56223456789");
    wanted.passwords = PasswordPolicy::guide;
    const auto sid = store.change_and_wait(putting({wanted})).value().put[0];
    EXPECT_EQ(store.find_with_passwords(sid).value()->roles[1].password->reveal(),
              "SKyn3t2025_PLAZA_NORTE_Security!");
}

TEST_P(CommunityStoreTest, AChangedNumberKeepsThePasswords) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    const auto before = store.find_with_passwords(wanted.sid).value().value();
    wanted.number = PhoneNumber::parse_e164("+56229145248").value();
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find_with_passwords(wanted.sid).value().value();
    EXPECT_EQ(after.number, wanted.number);
    EXPECT_EQ(after.roles, before.roles);
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

TEST_P(CommunityStoreTest, RolesComeAndGo) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    wanted.roles.erase(wanted.roles.begin());
    wanted.roles[0].digit = '1';
    wanted.roles.push_back({"gate", '2', "portón", {}});
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find(wanted.sid).value().value();
    EXPECT_EQ(after, wanted);
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
    EXPECT_EQ(store.find(a.sid).value(), a);
    EXPECT_EQ(store.find(b.sid).value(), b);
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
    (void)give_phone(sid, "CL1", "+56223456789-office", "Abcdefgh1234");
    ASSERT_TRUE(store.change_and_wait({{}, {sid}, "test"}));
    const std::string noted = AuditStore(*database).list(sid)->at(0).detail;
    EXPECT_NE(noted.find(R"("code":"A")"), std::string::npos) << noted;
    EXPECT_FALSE(store.find(sid).value().has_value());
    EXPECT_EQ(ResourceStore(*database).all()->size(), 1u);  // the domain
    EXPECT_TRUE(ResourceStore(*database).all_mappings()->empty());
    // Its number and code are free again.
    EXPECT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    const auto again = store.change_and_wait({{}, {sid}, "test"});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::not_found);
}

TEST_P(CommunityStoreTest, ANewRealmMeansOtherDigestsOfTheSamePasswords) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    auto before = give_phone(sid, "CL1", "+56223456789-office", "Abcdefgh1234");
    open_domain("another.realm");
    auto after = credential_of(sid, "office");
    ASSERT_TRUE(add_digests(before, box) && add_digests(after, box));
    EXPECT_EQ(after.sid, before.sid);
    EXPECT_EQ(digests_of(after).realm, "another.realm");
    EXPECT_NE(digests_of(after).md5, digests_of(before).md5);
    EXPECT_EQ(password_of(after, box).value(), password_of(before, box).value());
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
    EXPECT_EQ(entries[0].time, clock.wall());
    const auto detail = nlohmann::json::parse(entries[0].detail);
    EXPECT_EQ(detail["code"], "A");
    EXPECT_EQ(detail["after"]["number"], "+56223456789");
    EXPECT_FALSE(detail.contains("before"));
    EXPECT_EQ(entries[0].detail.find("Abcdefgh1234"), std::string::npos);
}

TEST_P(CommunityStoreTest, AChangeIsAuditedWithWhatDiffersAndARemovalWithWhatWas) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    wanted.name = "Otro nombre";
    wanted.roles[0].password = Secret("OtraClave1234");
    const auto detail_of_latest = [&] {
        clock.advance(std::chrono::seconds(1));
        return nlohmann::json::parse(AuditStore(*database).list_all(1).value().at(0).detail);
    };
    clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto changed = detail_of_latest();
    EXPECT_EQ(changed["before"].size(), 1u) << changed;
    EXPECT_EQ(changed["after"]["name"], "Otro nombre");
    EXPECT_EQ(changed["new_passwords"], nlohmann::json::array({wanted.roles[0].role}));
    EXPECT_EQ(changed.dump().find("OtraClave1234"), std::string::npos);
    ASSERT_TRUE(store.change_and_wait({{}, {wanted.sid}, "ana"}));
    const auto removed = detail_of_latest();
    EXPECT_EQ(removed["before"]["name"], "Otro nombre");
    EXPECT_FALSE(removed.contains("after"));
}

TEST_P(CommunityStoreTest, ARemovedCommunityComesBackAsItWas) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto before = store.find_with_passwords(sid).value().value();
    give_phone(sid, "CL1", "+56223456789-office", "Abcdefgh1234");
    ASSERT_TRUE(store.change_and_wait({{}, {sid}, "ana"}));
    EXPECT_TRUE(store.all()->empty());
    EXPECT_FALSE(store.find(sid)->has_value());
    EXPECT_FALSE(store.find_by_code("A")->has_value());
    EXPECT_EQ(ResourceStore(*database).all()->size(), 1u) << "the domain";

    // Its names are free for another one, which cannot be there when it comes back.
    const auto other =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    ModelChange back{{}, {}, "ana"};
    back.restore = {sid};
    EXPECT_EQ(store.change_and_wait(back).error().code, Errc::conflict);
    ASSERT_TRUE(store.change_and_wait({{}, {other}, "ana"}));

    const auto kept = store.removed().value();
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[1].code, "A");
    EXPECT_EQ(kept[1].number, "+56223456789");
    EXPECT_EQ(store.find_removed(sid).value(), before);
    ASSERT_TRUE(store.change_and_wait(back));
    EXPECT_EQ(store.find_with_passwords(sid).value(), before) << "with its passwords";
    EXPECT_EQ(AuditStore(*database).list(sid).value().back().action, "community.restore");
    EXPECT_TRUE(ProvisionStore(*database).unprovisioned()->contains(sid));
}

TEST_P(CommunityStoreTest, ARemovedCommunityIsForgottenWhenItsTimeIsOver) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    ASSERT_TRUE(store.change_and_wait({{}, {sid}, "ana"}));
    clock.advance(kRemovedKept - std::chrono::minutes(1));
    EXPECT_TRUE(store.forget_removed()->empty());
    EXPECT_EQ(store.removed()->size(), 1u);
    clock.advance(std::chrono::minutes(1));
    EXPECT_TRUE(store.removed()->empty());
    EXPECT_EQ(store.forget_removed().value(), std::vector{sid});
    EXPECT_FALSE(store.find_removed(sid)->has_value());
}

TEST_P(CommunityStoreTest, AnEntryIsAnnouncedOnceItIsCommitted) {
    std::vector<std::string> told;
    database->on_news([&](const std::any& news) {
        told.push_back(std::any_cast<const AuditEntry&>(news).action);
    });
    AuditStore audit(*database);
    const AuditEntry good{clock.wall(), "ana", "good", {}, ""};
    ASSERT_TRUE(audit.add(good));
    // What is taken back with its job never happened.
    const auto failed = database->write_and_wait([&](Session& session) -> Result<void> {
        if (auto added = AuditStore::add(session, {clock.wall(), "ana", "bad", {}, ""}); !added)
            return added;
        return fail(Errc::conflict, "no");
    });
    EXPECT_FALSE(failed);
    database->flush();
    database->on_news({});
    EXPECT_EQ(told, std::vector<std::string>{"good"});
}

class SipDomainTest : public StoreTest {};
SKYN3T_FOR_BOTH_ENGINES(SipDomainTest);

TEST_P(SipDomainTest, ADomainThatIsRenamedInTheConfigurationStaysItself) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    (void)give_phone(sid, "CL1", "+56223456789-office", "Abcdefgh1234");
    const auto before = open_domain();
    const auto after = open_domain("realm", "Other.Example.CL");
    EXPECT_EQ(after.sid, before.sid);
    EXPECT_EQ(after.name, "other.example.cl");
    EXPECT_EQ(ResourceStore(*database).all_mappings()->size(), 1u);
}

TEST_P(SipDomainTest, ADomainOfTheApiBecomesTheConfiguredOneWhenItIsCalledSo) {
    (void)communities();
    Resource other;
    other.kind = ResourceKind::sip_domain;
    other.sid = DomainSid::generate().str();
    other.community = model::account_community();
    other.unique_name = "other.example.cl";
    ASSERT_TRUE(ResourceStore(*database).create(other, {}));
    EXPECT_EQ(open_domain("realm", "other.example.cl").sid.str(), other.sid);
    EXPECT_NE(open_domain().sid.str(), other.sid);
    EXPECT_EQ(open_domain("realm", "other.example.cl").sid.str(), other.sid);
}

TEST_P(SipDomainTest, AddressesOfOurOwnDocumentsFollowThePublicAddress) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    Resource number;
    number.kind = ResourceKind::incoming_phone_number;
    number.community = sid;
    for (const auto& [name, base] : {std::pair("+56223456789", "http://skyn3t.internal"),
                                     std::pair("+56229145248", "https://example.cl")}) {
        number.sid = std::string("PN") + name;
        number.unique_name = name;
        number.properties["voice_url"] = std::string(base) + "/twiml/A/main";
        ASSERT_TRUE(ResourceStore(*database).create(number, {}));
    }
    open_domain("realm", "skyn3t.example.cl", "https://voice.example.cl");
    std::map<std::string, std::string> urls;
    const auto all = ResourceStore(*database).all().value();
    for (const auto& each : all) urls[each.unique_name.value_or("")] = each.text("voice_url");
    EXPECT_EQ(urls["+56223456789"], "https://voice.example.cl/twiml/A/main");
    EXPECT_EQ(urls["skyn3t.example.cl"], "https://voice.example.cl/twiml/domain");
    EXPECT_EQ(urls["+56229145248"], "https://example.cl/twiml/A/main");
}

}  // namespace
}  // namespace skyn3t::store
