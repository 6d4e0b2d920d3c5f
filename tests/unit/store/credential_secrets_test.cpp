#include "store/credential_secrets.hpp"

#include <gtest/gtest.h>

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using model::Secret;

const std::string kRealm = "skyn3t.example.cl";

struct CredentialSecrets : testing::Test {
    SecretBox box = SecretBox::from_hex(std::string(64, '7')).value();
    WallTime later = from_milliseconds(1'800'000'000'000);
    Resource credential = [this] {
        Resource made;
        made.kind = ResourceKind::credential;
        made.sid = "CR1";
        made.properties["username"] = "+56223456789-office";
        set_password(made, box, kRealm, Secret("First1234567"));
        return made;
    }();

    // As the server keeps it to check phones by.
    Resource in_memory(Resource stored) const {
        EXPECT_TRUE(add_digests(stored, box));
        return stored;
    }
};

TEST_F(CredentialSecrets, AChangedPasswordIsTheNextGenerationAndTheOldOneIsGone) {
    EXPECT_EQ(generation_of(credential), 0u);
    change_password(credential, box, kRealm, Secret("Second1234567"), {});
    EXPECT_EQ(generation_of(credential), 1u);
    EXPECT_EQ(password_of(credential, box)->reveal(), "Second1234567");
    EXPECT_FALSE(previous_of(credential));
}

TEST_F(CredentialSecrets, NoDigestIsKept) {
    change_password(credential, box, kRealm, Secret("Second1234567"), later);
    const auto now = in_memory(credential);
    for (const auto& digests : {digests_of(now), previous_of(now)->digests})
        for (const auto& each :
             {digests.md5, digests.sha256, digests.md5_escaped, digests.sha256_escaped}) {
            EXPECT_FALSE(each.empty());
            EXPECT_EQ(credential.properties.dump().find(each), std::string::npos);
        }
}

TEST_F(CredentialSecrets, NoDigestIsMadeOfAPasswordThatDoesNotOpen) {
    auto copied = credential;
    copied.sid = "CR2";
    const auto added = add_digests(copied, box);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::unauthorized);
}

TEST_F(CredentialSecrets, TheOldPasswordIsKeptForATimeAndNoneOlder) {
    const auto first = digests_of(in_memory(credential));
    change_password(credential, box, kRealm, Secret("Second1234567"), later);
    ASSERT_TRUE(previous_of(credential));
    EXPECT_EQ(previous_of(credential)->until, later);
    const auto kept = previous_of(in_memory(credential))->digests;
    EXPECT_EQ(kept.md5, first.md5);
    EXPECT_EQ(kept.sha256_escaped, first.sha256_escaped);
    const auto second = digests_of(in_memory(credential));
    change_password(credential, box, kRealm, Secret("Third12345678"), later);
    EXPECT_EQ(previous_of(in_memory(credential))->digests.md5, second.md5);
    EXPECT_EQ(generation_of(credential), 2u);
    end_previous(credential);
    EXPECT_FALSE(previous_of(credential));
    EXPECT_EQ(generation_of(credential), 2u);
}

TEST_F(CredentialSecrets, TheSamePasswordAgainReplacesNothing) {
    change_password(credential, box, kRealm, Secret("Second1234567"), later);
    change_password(credential, box, kRealm, Secret("Second1234567"), {});
    EXPECT_EQ(generation_of(credential), 1u);
    EXPECT_TRUE(previous_of(credential));
}

TEST_F(CredentialSecrets, BothPasswordsGoIntoAnotherRealm) {
    change_password(credential, box, kRealm, Secret("Second1234567"), later);
    change_realm(credential, "other");
    Resource fresh = credential;
    set_password(fresh, box, "other", Secret("First1234567"));
    const auto now = in_memory(credential);
    EXPECT_EQ(previous_of(now)->digests.md5, digests_of(in_memory(fresh)).md5);
    EXPECT_EQ(previous_of(credential)->until, later);
    set_password(fresh, box, "other", Secret("Second1234567"));
    EXPECT_EQ(digests_of(now).md5, digests_of(in_memory(fresh)).md5);
    EXPECT_EQ(generation_of(credential), 1u);
}

TEST_F(CredentialSecrets, NoPasswordCanBeRead) {
    change_password(credential, box, kRealm, Secret("Second1234567"), later);
    for (const char* password : {"First1234567", "Second1234567"})
        EXPECT_EQ(credential.properties.dump().find(password), std::string::npos);
}

}  // namespace
}  // namespace skyn3t::store
