// Which users are offered SHA-256, and that this does not tell which users there are.
#include "server/credential_directory.hpp"

#include <gtest/gtest.h>

namespace skyn3t::server {
namespace {

using store::Resource;
using store::ResourceKind;

enum class Sha256Offer { as_server, yes, no };

// A list with two users.
struct List {
    std::string number;
    Sha256Offer offer;
};

// With what it is made of.
class Users {
  public:
    Users(bool offers_sha256, std::uint8_t key) : offers_(offers_sha256), directory_(filled(key)) {
        set({});
    }

    void set(const std::vector<List>& lists) {
        std::vector<Resource> made;
        std::vector<store::DomainMapping> mappings;
        made.push_back(resource(ResourceKind::sip_domain, "SD1", "skyn3t.test"));
        for (const List& list : lists) {
            auto& kept = made.emplace_back(
                resource(ResourceKind::credential_list, "CL" + list.number, list.number));
            if (list.offer != Sha256Offer::as_server)
                kept.properties["_offers_sha256"] = list.offer == Sha256Offer::yes;
            mappings.push_back({"SD1",
                                "CL" + list.number,
                                store::MappingPlace::registrations_credentials,
                                {},
                                {}});
            for (const auto* role : {"-office", "-security"}) {
                auto user = resource(ResourceKind::credential, "CR" + list.number + role,
                                     list.number + role);
                user.parent = "CL" + list.number;
                user.properties["username"] = list.number + role;
                made.push_back(std::move(user));
            }
        }
        std::vector<const Resource*> resources;
        for (const auto& each : made) resources.push_back(&each);
        directory_.set(make_credential_table(
            {resources, mappings, {}, "skyn3t.test", "skyn3t.test", offers_}));
    }
    const CredentialDirectory* operator->() const { return &directory_; }

  private:
    static CredentialDirectory::Key filled(std::uint8_t with) {
        CredentialDirectory::Key key{};
        key.fill(with);
        return key;
    }
    static Resource resource(ResourceKind kind, std::string sid, std::string name) {
        Resource made;
        made.kind = kind;
        made.sid = std::move(sid);
        made.unique_name = std::move(name);
        return made;
    }

    bool offers_;
    CredentialDirectory directory_;
};

class CredentialDirectoryTest : public testing::Test {
  protected:
    static Users directory(bool offers_sha256, std::uint8_t key = 7) {
        return {offers_sha256, key};
    }
    static List community(const std::string& number, Sha256Offer offer) { return {number, offer}; }
    // What a challenge offers this name, as DigestServer decides.
    static bool offers(const Users& directory, const std::string& user) {
        const auto* domain = directory->find_domain("");
        const auto* credential = directory->find_credential(*domain, user);
        return credential != nullptr ? credential->offers_sha256
                                     : directory->offers_sha256_to_unknown(*domain, user);
    }
    // Of 1000 numbers that no list has, how many are offered SHA-256.
    static int offered_of_a_thousand(const Users& directory) {
        int offered = 0;
        for (int i = 0; i < 1000; ++i)
            offered += offers(directory, "+5690000" + std::to_string(1000 + i) + "-office") ? 1 : 0;
        return offered;
    }
};

TEST_F(CredentialDirectoryTest, AListFollowsTheServerUnlessItSaysSomethingElse) {
    for (const bool server : {false, true}) {
        auto users = directory(server);
        users.set({community("+56211111111", Sha256Offer::as_server),
                   community("+56222222222", Sha256Offer::yes),
                   community("+56233333333", Sha256Offer::no)});
        EXPECT_EQ(offers(users, "+56211111111-office"), server);
        EXPECT_TRUE(offers(users, "+56222222222-office"));
        EXPECT_FALSE(offers(users, "+56233333333-office"));
    }
}

TEST_F(CredentialDirectoryTest, WhileListsAgreeEverybodySeesTheSame) {
    for (const bool server : {false, true}) {
        auto users = directory(server);
        EXPECT_EQ(offered_of_a_thousand(users), server ? 1000 : 0) << "without any list";
        users.set({community("+56211111111", Sha256Offer::as_server)});
        EXPECT_EQ(offered_of_a_thousand(users), server ? 1000 : 0);
        users.set({community("+56211111111", server ? Sha256Offer::no : Sha256Offer::yes)});
        EXPECT_EQ(offered_of_a_thousand(users), server ? 0 : 1000);
    }
}

TEST_F(CredentialDirectoryTest, AnUnknownRoleOfACommunitysNumberLooksLikeAKnownOne) {
    auto users = directory(false);
    users.set(
        {community("+56222222222", Sha256Offer::yes), community("+56233333333", Sha256Offer::no)});
    for (const auto* role : {"office", "gate", "x-y", ""}) {
        EXPECT_TRUE(offers(users, std::string("+56222222222-") + role)) << role;
        EXPECT_FALSE(offers(users, std::string("+56233333333-") + role)) << role;
    }
    EXPECT_TRUE(offers(users, "+56222222222"));
}

TEST_F(CredentialDirectoryTest, UnknownNumbersAreOfferedItAsOftenAsListsOfferIt) {
    auto users = directory(false);
    users.set(
        {community("+56211111111", Sha256Offer::no), community("+56222222222", Sha256Offer::yes),
         community("+56233333333", Sha256Offer::no), community("+56244444444", Sha256Offer::no)});
    const int offered = offered_of_a_thousand(users);
    EXPECT_GT(offered, 200);
    EXPECT_LT(offered, 300);
}

TEST_F(CredentialDirectoryTest, AnUnknownNumberSeesTheSameForEachRoleAndAfterARestart) {
    auto users = directory(false);
    auto restarted = directory(false);
    auto elsewhere = directory(false, 8);
    const std::vector lists{community("+56211111111", Sha256Offer::no),
                            community("+56222222222", Sha256Offer::yes)};
    for (auto* each : {&users, &restarted, &elsewhere}) each->set(lists);
    int differ = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string number = "+5690000" + std::to_string(1000 + i);
        EXPECT_EQ(offers(users, number + "-office"), offers(users, number + "-security"));
        EXPECT_EQ(offers(users, number + "-office"), offers(restarted, number + "-office"));
        differ += offers(users, number) != offers(elsewhere, number) ? 1 : 0;
    }
    EXPECT_GT(differ, 20) << "another server's choice is another: it can not be computed";
}

// An operator who turns it on for one more list turns it on for some names that nobody has, too,
// and off for none: what changes looks like a list.
TEST_F(CredentialDirectoryTest, OneMoreListThatOffersItTakesItFromNobody) {
    auto before = directory(false);
    auto after = directory(false);
    auto lists = std::vector{community("+56211111111", Sha256Offer::no),
                             community("+56222222222", Sha256Offer::yes),
                             community("+56233333333", Sha256Offer::no)};
    before.set(lists);
    lists[0].offer = Sha256Offer::yes;
    after.set(lists);
    int more = 0;
    for (int i = 0; i < 200; ++i) {
        const std::string user = "+5690000" + std::to_string(1000 + i) + "-office";
        EXPECT_TRUE(!offers(before, user) || offers(after, user)) << user;
        more += offers(after, user) && !offers(before, user) ? 1 : 0;
    }
    EXPECT_GT(more, 30);
}

}  // namespace
}  // namespace skyn3t::server
