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
    wanted.caller_id = model::CallerIdPolicy::caller;
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

TEST_P(CommunityStoreTest, EachRoleGetsACredentialWithAStrongGeneratedPassword) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto known = store.find_with_passwords(sid).value().value();
    ASSERT_EQ(resources_of(sid, ResourceKind::credential).size(), 2u);
    const auto office = credential_of(sid, "office");
    EXPECT_EQ(office.text("username"), "+56223456789-office");
    EXPECT_EQ(office.parent, resource_of(sid, ResourceKind::credential_list).sid);
    EXPECT_EQ(office.unique_name, office.parent + "/+56223456789-office");
    EXPECT_EQ(credential_of(sid, "security").text("username"), "+56223456789-security");
    EXPECT_EQ(digests_of(office).realm, "skyn3t.example.cl");
    EXPECT_EQ(password_of(office, box).value(), known.roles[0].password);
    EXPECT_NE(known.roles[0].password, known.roles[1].password);
    for (const auto& role : known.roles)
        EXPECT_FALSE(model::password_fault(role.password->reveal()));
}

TEST_P(CommunityStoreTest, ItsNumberPointsToItsDocumentAndItsListIsMappedForBothUses) {
    auto store = communities();
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto number = resource_of(sid, ResourceKind::incoming_phone_number);
    EXPECT_EQ(number.unique_name, "+56223456789");
    EXPECT_EQ(number.text("phone_number"), "+56223456789");
    EXPECT_EQ(number.text("friendly_name"), "Edificio A");
    EXPECT_EQ(number.text("voice_url"), "http://skyn3t.internal/twiml/A/main");
    const auto list = resource_of(sid, ResourceKind::credential_list);
    EXPECT_EQ(list.text("friendly_name"), "A_Credentials");
    std::set<MappingPlace> places;
    const auto mappings = ResourceStore(*database).all_mappings().value();
    for (const auto& mapping : mappings) {
        EXPECT_EQ(mapping.domain, open_domain().sid.str());
        EXPECT_EQ(mapping.list, list.sid);
        EXPECT_EQ(mapping.community, sid);
        places.insert(mapping.place);
    }
    EXPECT_EQ(places,
              (std::set{MappingPlace::calls_credentials, MappingPlace::registrations_credentials}));
}

TEST_P(CommunityStoreTest, WhatWaitsForItUnderItsNamesBecomesItsOwn) {
    auto store = communities();
    Resource number;
    number.kind = ResourceKind::incoming_phone_number;
    number.sid = "PN1";
    number.community = model::account_community();
    number.unique_name = "+56223456789";
    number.properties = {{"status_callback", "https://example.cl/status"}};
    ASSERT_TRUE(ResourceStore(*database).create(number, {}));
    const auto sid =
        store.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
    const auto adopted = resource_of(sid, ResourceKind::incoming_phone_number);
    EXPECT_EQ(adopted.sid, "PN1");
    EXPECT_EQ(adopted.text("voice_url"), "http://skyn3t.internal/twiml/A/main");
    EXPECT_EQ(adopted.text("status_callback"), "https://example.cl/status");
}

TEST_P(CommunityStoreTest, Ha1IsOfUserRealmAndPassword) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.roles[0].password = Secret("Abcdefgh1234");
    const auto sid = store.change_and_wait(putting({wanted})).value().put[0];
    const auto digests = digests_of(credential_of(sid, "office"));
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

TEST_P(CommunityStoreTest, AChangedNumberKeepsThePasswordsAndChangesTheUserNames) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    const auto before = store.find_with_passwords(wanted.sid).value().value();
    const auto old = credential_of(wanted.sid, "office");
    const auto list = resource_of(wanted.sid, ResourceKind::credential_list).sid;
    const auto number = resource_of(wanted.sid, ResourceKind::incoming_phone_number).sid;
    wanted.number = PhoneNumber::parse_e164("+56229145248").value();
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    const auto after = store.find_with_passwords(wanted.sid).value().value();
    const auto now = credential_of(wanted.sid, "office");
    EXPECT_EQ(after.roles, before.roles);
    EXPECT_EQ(now.text("username"), "+56229145248-office");
    EXPECT_NE(now.sid, old.sid);
    EXPECT_EQ(resources_of(wanted.sid, ResourceKind::credential).size(), 2u);
    EXPECT_EQ(resource_of(wanted.sid, ResourceKind::credential_list).sid, list);
    EXPECT_EQ(resource_of(wanted.sid, ResourceKind::incoming_phone_number).sid, number);
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
    EXPECT_EQ(after, wanted);
    EXPECT_EQ(resources_of(wanted.sid, ResourceKind::credential).size(), 2u);
    EXPECT_EQ(credential_of(wanted.sid, "office").sid, "");
    EXPECT_NE(credential_of(wanted.sid, "gate").sid, "");
}

TEST_P(CommunityStoreTest, WhatTheApiHasAddedToAListOrNumberStays) {
    auto store = communities();
    Community wanted = community("A", "+56223456789");
    wanted.sid = store.change_and_wait(putting({wanted})).value().put[0];
    auto list = resource_of(wanted.sid, ResourceKind::credential_list);
    list.properties["_offers_sha256"] = true;
    ASSERT_TRUE(ResourceStore(*database).update(list, {}));
    wanted.name = "Edificio A";
    ASSERT_TRUE(store.change_and_wait(putting({wanted})));
    EXPECT_TRUE(resource_of(wanted.sid, ResourceKind::credential_list).flag("_offers_sha256"));
    EXPECT_EQ(resource_of(wanted.sid, ResourceKind::incoming_phone_number).text("friendly_name"),
              "Edificio A");
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
    EXPECT_EQ(resource_of(a.sid, ResourceKind::incoming_phone_number).unique_name, "+56229145248");
    EXPECT_EQ(resource_of(b.sid, ResourceKind::credential_list).unique_name, "A_Credentials");
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
    EXPECT_EQ(ResourceStore(*database).all()->size(), 1u);  // the domain
    EXPECT_TRUE(ResourceStore(*database).all_mappings()->empty());
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
    const auto before = credential_of(sid, "office");
    open_domain("another.realm");
    const auto after = credential_of(sid, "office");
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
    ASSERT_TRUE(store.change_and_wait(putting({community("A", "+56223456789")})));
    const auto before = open_domain();
    const auto after = open_domain("realm", "Other.Example.CL");
    EXPECT_EQ(after.sid, before.sid);
    EXPECT_EQ(after.name, "other.example.cl");
    EXPECT_EQ(ResourceStore(*database).all_mappings()->size(), 2u);
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
    auto other = resource_of(sid, ResourceKind::incoming_phone_number);
    other.sid = "PN1";
    other.unique_name = "+56229145248";
    other.properties["voice_url"] = "https://example.cl/twiml/A/main";
    ASSERT_TRUE(ResourceStore(*database).create(other, {}));
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
