#include "store/signing_secrets.hpp"

#include "model/community.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

class SigningSecretsTest : public test::StoreTest {
  protected:
    CommunitySid declare(const char* code) {
        const auto sid = CommunitySid::generate();
        auto store = communities();
        auto session = database->write_and_wait([&](Session& writer) -> Result<void> {
            return writer.run(
                "INSERT INTO communities (sid, account_sid, code, name, type, language, target, "
                "passwords, caller_id, created_ms, updated_ms) VALUES ('" +
                sid.str() + "', '" + account.str() + "', '" + code +
                "', '', 'oficina', '', 'local', 'generated', 'community', 1, 1)");
        });
        EXPECT_TRUE(session);
        return sid;
    }
    SigningSecrets secrets() {
        return SigningSecrets(*database, box, model::Secret("the account's token"));
    }
};
SKYN3T_FOR_BOTH_ENGINES(SigningSecretsTest);

TEST_P(SigningSecretsTest, AreACommunitysOwnAndTheSameAfterARestart) {
    const auto one = CommunitySid::generate(), other = CommunitySid::generate();
    const auto before = secrets().of(one);
    EXPECT_EQ(before.reveal().size(), 32u);
    EXPECT_NE(before, secrets().of(other));
    EXPECT_EQ(before, secrets().of(one));
    EXPECT_EQ(secrets().of(model::account_community()).reveal(), "the account's token");
}

TEST_P(SigningSecretsTest, AreNewOnceRotatedAndStaySealedInTheDatabase) {
    const auto community = declare("A");
    std::string rotated;
    {
        auto all = secrets();
        const auto before = all.of(community);
        rotated = all.rotate(community, {}).value().reveal();
        EXPECT_NE(rotated, before.reveal());
        EXPECT_EQ(all.of(community).reveal(), rotated);
        rotated = all.rotate(community, {}).value().reveal();
    }
    auto again = secrets();
    ASSERT_TRUE(again.load());
    EXPECT_EQ(again.of(community).reveal(), rotated);
    static constexpr PlatformQuery kSealed{"test_sealed",
                                           "SELECT secret_sealed FROM signing_secrets"};
    const auto stored = database->read([](Session& session) {
        return session.query(kSealed, {}, [](const Row& row) { return row.text(0); });
    });
    ASSERT_EQ(stored->size(), 1u);
    EXPECT_EQ(stored->front().find(rotated), std::string::npos);
}

}  // namespace
}  // namespace skyn3t::store
