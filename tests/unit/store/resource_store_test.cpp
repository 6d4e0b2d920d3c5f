#include "store/resource_store.hpp"

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using test::StoreTest;

class ResourceStoreTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        auto made = communities();
        mine = made.change_and_wait(putting({community("A", "+56223456789")})).value().put[0];
        others = made.change_and_wait(putting({community("B", "+56229145248")})).value().put[0];
    }
    ResourceStore store() { return ResourceStore(*database); }
    Resource resource(ResourceKind kind, std::string sid) {
        Resource made;
        made.kind = kind;
        made.sid = std::move(sid);
        made.community = model::account_community();
        made.created = made.updated = clock.wall();
        return made;
    }
    Resource list(const std::string& name, const std::string& sid) {
        auto made = resource(ResourceKind::credential_list, sid);
        made.unique_name = name;
        made.properties = {{"friendly_name", name}};
        return made;
    }
    Resource domain() {
        auto made = resource(ResourceKind::sip_domain, "SDdomain");
        made.unique_name = "other.sip.example.cl";
        return made;
    }
    DomainMapping mapping(const std::string& sid, MappingPlace place) {
        return {"SDdomain", sid, place, model::account_community(), clock.wall()};
    }
    // Of the domain above; the configured one has others.
    std::vector<DomainMapping> mappings() {
        auto all = store().all_mappings().value();
        std::erase_if(all, [](const auto& each) { return each.domain != "SDdomain"; });
        return all;
    }
    // Five applications, each a second younger than the one before; the first two are mine.
    void make_applications() {
        for (int i = 0; i < 5; ++i) {
            auto made = resource(ResourceKind::application, "AP" + std::to_string(i));
            made.community = i < 2 ? mine : others;
            ASSERT_TRUE(store().create(made, {}));
            clock.advance(1s);
        }
    }
    static std::vector<std::string> sids(const Result<std::vector<Resource>>& resources) {
        std::vector<std::string> sids;
        for (const auto& each : resources.value()) sids.push_back(each.sid);
        return sids;
    }
    CommunitySid mine, others;
    using Sids = std::vector<std::string>;
};
SKYN3T_FOR_BOTH_ENGINES(ResourceStoreTest);

TEST_P(ResourceStoreTest, AResourceComesBackAsItWasMade) {
    auto made = list("A \"quoted\" \\ list ñ", "CL1");
    made.properties["nothing"] = nullptr;
    made.properties["flag"] = true;
    made.community = mine;
    ASSERT_TRUE(store().create(made, {}));
    const auto found = store().find(ResourceKind::credential_list, "CL1").value().value();
    EXPECT_EQ(found.sid, "CL1");
    EXPECT_EQ(found.community, mine);
    EXPECT_EQ(found.parent, "");
    EXPECT_EQ(found.unique_name, made.unique_name);
    EXPECT_EQ(found.properties, made.properties);
    EXPECT_EQ(found.created, made.created);
    EXPECT_EQ(store().find_by_name(ResourceKind::credential_list, *made.unique_name)->value().sid,
              "CL1");
    EXPECT_FALSE(store().find(ResourceKind::application, "CL1").value());
    EXPECT_FALSE(store().find_by_name(ResourceKind::queue, *made.unique_name).value());
}

TEST_P(ResourceStoreTest, AnUpdateReplacesNamePropertiesAndDate) {
    auto made = list("before", "CL1");
    ASSERT_TRUE(store().create(made, {}));
    clock.advance(1s);
    made.unique_name = "after";
    made.properties = {{"friendly_name", "after"}};
    made.updated = clock.wall();
    ASSERT_TRUE(store().update(made, {}));
    const auto found = store().find(ResourceKind::credential_list, "CL1").value().value();
    EXPECT_EQ(found.unique_name, "after");
    EXPECT_EQ(found.properties["friendly_name"], "after");
    EXPECT_EQ(found.updated - found.created, 1s);
    EXPECT_EQ(store().update(list("x", "CL2"), {}).error().code, Errc::not_found);
}

TEST_P(ResourceStoreTest, NoTwoOfAKindShareAName) {
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    ASSERT_TRUE(store().create(list("two", "CL2"), {}));
    EXPECT_EQ(store().create(list("one", "CL3"), {}).error().code, Errc::conflict);
    EXPECT_EQ(store().update(list("one", "CL2"), {}).error().code, Errc::conflict);
    auto other_kind = resource(ResourceKind::ip_access_control_list, "AL1");
    other_kind.unique_name = "one";
    EXPECT_TRUE(store().create(other_kind, {}));
    EXPECT_TRUE(store().create(resource(ResourceKind::application, "AP1"), {}));
    EXPECT_TRUE(store().create(resource(ResourceKind::application, "AP2"), {}));
}

TEST_P(ResourceStoreTest, WhatAListContainsGoesWithIt) {
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    auto credential = resource(ResourceKind::credential, "CR1");
    credential.parent = "CL1";
    ASSERT_TRUE(store().create(credential, {}));
    EXPECT_EQ(store().count(ResourceKind::credential, "CL1").value(), 1);
    EXPECT_EQ(store().count(ResourceKind::credential, "CL2").value(), 0);
    ASSERT_TRUE(store().remove(ResourceKind::credential_list, "CL1", {}));
    EXPECT_FALSE(store().find(ResourceKind::credential, "CR1").value());
    EXPECT_EQ(store().create(credential, {}).error().code, Errc::not_found);
    EXPECT_EQ(store().remove(ResourceKind::credential_list, "CL1", {}).error().code,
              Errc::not_found);
}

TEST_P(ResourceStoreTest, AMappedListStaysUntilItIsUnmapped) {
    ASSERT_TRUE(store().create(domain(), {}));
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    const auto calls = mapping("CL1", MappingPlace::calls_credentials);
    ASSERT_TRUE(store().map(calls, {}));
    EXPECT_EQ(store().map(calls, {}).error().code, Errc::conflict);
    ASSERT_TRUE(store().map(mapping("CL1", MappingPlace::registrations_credentials), {}));
    EXPECT_EQ(store().remove(ResourceKind::credential_list, "CL1", {}).error().code,
              Errc::conflict);
    const auto found = store().mappings("SDdomain", MappingPlace::calls_credentials).value();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].list, "CL1");
    EXPECT_EQ(found[0].created, calls.created);
    EXPECT_EQ(mappings().size(), 2u);
    ASSERT_TRUE(store().unmap(calls, {}));
    EXPECT_EQ(store().unmap(calls, {}).error().code, Errc::not_found);
    ASSERT_TRUE(store().unmap(mapping("CL1", MappingPlace::registrations_credentials), {}));
    EXPECT_TRUE(store().remove(ResourceKind::credential_list, "CL1", {}));
}

TEST_P(ResourceStoreTest, OnlyWhatFitsThePlaceIsMapped) {
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    const auto calls = mapping("CL1", MappingPlace::calls_credentials);
    EXPECT_EQ(store().map(calls, {}).error().code, Errc::not_found);  // no such domain
    ASSERT_TRUE(store().create(domain(), {}));
    EXPECT_EQ(store().map(mapping("CL1", MappingPlace::calls_addresses), {}).error().code,
              Errc::not_found);
    EXPECT_TRUE(store().map(calls, {}));
}

TEST_P(ResourceStoreTest, ADomainTakesItsMappingsWithIt) {
    ASSERT_TRUE(store().create(domain(), {}));
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    ASSERT_TRUE(store().map(mapping("CL1", MappingPlace::calls_credentials), {}));
    ASSERT_TRUE(store().remove(ResourceKind::sip_domain, "SDdomain", {}));
    EXPECT_TRUE(mappings().empty());
    EXPECT_TRUE(store().remove(ResourceKind::credential_list, "CL1", {}));
}

TEST_P(ResourceStoreTest, PagesGoFromTheNewestToTheOldestAndBack) {
    make_applications();
    ResourcePage page;
    page.kind = ResourceKind::application;
    page.limit = 2;
    const auto first = store().list(page);
    EXPECT_EQ(sids(first), (Sids{"AP4", "AP3"}));
    page.after = ResourceCursor{first->back().created, first->back().sid};
    const auto second = store().list(page);
    EXPECT_EQ(sids(second), (Sids{"AP2", "AP1"}));
    page.after = ResourceCursor{second->back().created, second->back().sid};
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP0"}));
    page.after = {};
    page.before = ResourceCursor{second->front().created, second->front().sid};
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP4", "AP3"}));
}

TEST_P(ResourceStoreTest, ResourcesOfOneMomentAreListedOnceEach) {
    for (const char* sid : {"AP1", "AP2", "AP3"})
        ASSERT_TRUE(store().create(resource(ResourceKind::application, sid), {}));
    ResourcePage page;
    page.kind = ResourceKind::application;
    page.limit = 2;
    const auto first = store().list(page);
    EXPECT_EQ(sids(first), (Sids{"AP3", "AP2"}));
    page.after = ResourceCursor{first->back().created, first->back().sid};
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP1"}));
}

TEST_P(ResourceStoreTest, APageGoesOnAfterAResourceThatIsGone) {
    make_applications();
    ResourcePage page;
    page.kind = ResourceKind::application;
    page.limit = 2;
    const auto last = store().list(page)->back();
    ASSERT_TRUE(store().remove(last.kind, last.sid, {}));
    page.after = ResourceCursor{last.created, last.sid};
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP2", "AP1"}));
}

TEST_P(ResourceStoreTest, ACommunitysPageHoldsNothingOfAnother) {
    make_applications();
    ResourcePage page;
    page.kind = ResourceKind::application;
    page.community = mine;
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP1", "AP0"}));
    page.before = ResourceCursor{{}, {}};
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP1", "AP0"}));
}

TEST_P(ResourceStoreTest, APageIsNarrowedToAParentAndAName) {
    ASSERT_TRUE(store().create(list("one", "CL1"), {}));
    ASSERT_TRUE(store().create(list("two", "CL2"), {}));
    for (const char* parent : {"CL1", "CL2"})
        for (const char* user : {"a", "b"}) {
            auto made = resource(ResourceKind::credential, std::string("CR") + parent + user);
            made.parent = parent;
            made.unique_name = std::string(parent) + "/" + user;
            made.community = mine;
            ASSERT_TRUE(store().create(made, {}));
        }
    ResourcePage page;
    page.kind = ResourceKind::credential;
    page.parent = "CL1";
    EXPECT_EQ(sids(store().list(page)), (Sids{"CRCL1b", "CRCL1a"}));
    page.unique_name = "CL1/a";
    EXPECT_EQ(sids(store().list(page)), (Sids{"CRCL1a"}));
    page.community = mine;
    EXPECT_EQ(sids(store().list(page)), (Sids{"CRCL1a"}));
    page.community = others;
    EXPECT_EQ(sids(store().list(page)), (Sids{}));
}

TEST_P(ResourceStoreTest, ARemovedCommunityTakesItsResourcesAndLeavesOthers) {
    make_applications();
    ASSERT_TRUE(communities().change_and_wait({{}, {mine}, "test"}));
    ResourcePage page;
    page.kind = ResourceKind::application;
    EXPECT_EQ(sids(store().list(page)), (Sids{"AP4", "AP3", "AP2"}));
}

TEST_P(ResourceStoreTest, ADeclaredCommunityAdoptsItsNumberAndListAndNothingElse) {
    auto number = resource(ResourceKind::incoming_phone_number, "PN1");
    number.unique_name = "+56321234567";
    auto other_number = resource(ResourceKind::incoming_phone_number, "PN2");
    other_number.unique_name = "+56329999999";
    auto credential = resource(ResourceKind::credential, "CR1");
    credential.parent = "CL1";
    credential.properties["_realm"] = "skyn3t.example.cl";  // as the domain's: not made again
    for (const auto& made : {number, other_number, domain(), list("NEW_Credentials", "CL1"),
                             credential, list("OTHER_Credentials", "CL2")})
        ASSERT_TRUE(store().create(made, {}));
    ASSERT_TRUE(store().map(mapping("CL1", MappingPlace::calls_credentials), {}));
    ASSERT_TRUE(store().map(mapping("CL2", MappingPlace::calls_credentials), {}));
    const auto declared =
        communities().change_and_wait(putting({community("NEW", "+56321234567")})).value().put[0];
    std::map<std::string, CommunitySid> whose;
    const auto all = store().all().value();
    for (const auto& each : all) whose[each.sid] = each.community;
    EXPECT_EQ(whose["PN1"], declared);
    EXPECT_EQ(whose["CL1"], declared);
    EXPECT_EQ(whose["CR1"], declared);
    for (const char* sid : {"PN2", "CL2", "SDdomain"})
        EXPECT_EQ(whose[sid], model::account_community()) << sid;
    for (const auto& each : mappings())
        EXPECT_EQ(each.community, each.list == "CL1" ? declared : model::account_community());
}

// Provisioning finds a community's resources by their names: it would make another's its own.
TEST_P(ResourceStoreTest, ACommunityIsNotDeclaredUnderANameThatAnothersResourceHas) {
    auto number = resource(ResourceKind::incoming_phone_number, "PN1");
    number.unique_name = "+56321234567";
    auto named = list("NEW_Credentials", "CL1");
    for (auto* each : {&number, &named}) {
        each->community = mine;
        ASSERT_TRUE(store().create(*each, {}));
        const auto refused =
            communities().change_and_wait(putting({community("NEW", "+56321234567")}));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::conflict);
        ASSERT_TRUE(store().remove(each->kind, each->sid, {}));
    }
    // What lives elsewhere needs no names here.
    auto elsewhere = community("NEW", "+56321234567");
    elsewhere.target = model::Target::twilio;
    ASSERT_TRUE(store().create(number, {}));
    EXPECT_TRUE(communities().change_and_wait(putting({elsewhere})));
}

TEST_P(ResourceStoreTest, TheUsersOfAllListsAreKnownByTheirLists) {
    (void)give_phone(mine, "CL1", "+56223456789-a/b", "Abcdefgh1234");
    (void)give_phone(others, "CL2", "gate", "Abcdefgh1234");
    std::set<std::pair<std::string, std::string>> users;
    const auto all = store().list_users().value();
    for (const auto& each : all) users.emplace(each.list, each.user);
    EXPECT_EQ(users, (std::set<std::pair<std::string, std::string>>{{"CL1", "+56223456789-a/b"},
                                                                    {"CL2", "gate"}}));
}

TEST_P(ResourceStoreTest, WhatWasDoneAndItsAuditAreCommittedTogether) {
    const AuditEntry audit{clock.wall(), "api AC1", "credential-list.create",
                           model::account_community(), "one"};
    ASSERT_TRUE(store().create(list("one", "CL1"), audit));
    ASSERT_FALSE(store().create(list("one", "CL2"), audit));
    const auto entries = AuditStore(*database).list(model::account_community()).value();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].action, "credential-list.create");
}

TEST_P(ResourceStoreTest, TheAccountsOwnCommunityIsNoneOfTheDeclared) {
    auto declared = communities();
    EXPECT_EQ(declared.all()->size(), 2u);
    EXPECT_FALSE(declared.find_by_code("").value());
    EXPECT_FALSE(declared.find(model::account_community()).value());
}

}  // namespace
}  // namespace skyn3t::store
