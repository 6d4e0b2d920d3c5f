#include "store/secret_box.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/encoding.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using model::Secret;
using test::TemporaryDirectory;

class SecretBoxTest : public testing::Test {
  protected:
    SecretBox box = SecretBox::from_hex(test::kTestKey).value();
    Secret secret{"Conserjería 123"};
};

TEST_F(SecretBoxTest, UnsealsWhatItSealed) {
    const auto opened = box.unseal(box.seal(secret, "credential CR1"), "credential CR1");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), "Conserjería 123");
}

TEST_F(SecretBoxTest, SealsTheSameSecretDifferentlyEachTime) {
    EXPECT_NE(box.seal(secret, "x"), box.seal(secret, "x"));
}

TEST_F(SecretBoxTest, RefusesAValueOfAnotherRow) {
    const auto opened = box.unseal(box.seal(secret, "credential CR1"), "credential CR2");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::unauthorized);
}

TEST_F(SecretBoxTest, RefusesAnotherKey) {
    const auto other = SecretBox::from_hex(std::string(64, 'f')).value();
    EXPECT_FALSE(other.unseal(box.seal(secret, "x"), "x"));
}

TEST_F(SecretBoxTest, RefusesChangedAndMalformedValues) {
    std::string sealed = box.seal(secret, "x");
    sealed[sealed.size() / 2] = sealed[sealed.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(box.unseal(sealed, "x"));
    for (const char* bad : {"", "1:", "1:AAAA", "2:AAAA", "plain text"})
        EXPECT_FALSE(box.unseal(bad, "x")) << bad;
}

TEST_F(SecretBoxTest, OpensTheVectorOfItsFormat) {
    // AES-256-GCM, nonce of 12 zero octets, AAD "x", plaintext "hola"; computed with Python's
    // cryptography package, so that a stored value stays readable by later versions.
    const auto opened = box.unseal("1:AAAAAAAAAAAAAAAAZtPZvyTIKpkPG8Gc7xAX8rMsuYs=", "x");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), "hola");
}

TEST_F(SecretBoxTest, DerivesTheSameKeyForAPurposeAndAnotherForAnother) {
    // printf 'sha256 offers' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY
    EXPECT_EQ(to_hex(box.derive_key("sha256 offers")),
              "cdded14f55fcb634b92d084b0cb4c2ef649800ad900e911628cb91f09e4a2427");
    EXPECT_NE(box.derive_key("sha256 offers"), box.derive_key("another"));
}

TEST_F(SecretBoxTest, MakesAKeyFileThatOnlyItsOwnerReads) {
    const TemporaryDirectory directory;
    const auto first = SecretBox::open(directory.path());
    ASSERT_TRUE(first) << first.error().detail;
    const auto status = std::filesystem::status(directory.path() / "secret.key");
    EXPECT_EQ(status.permissions(), std::filesystem::perms(0600));
    const auto again = SecretBox::open(directory.path());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->unseal(first->seal(secret, "x"), "x"));
}

TEST_F(SecretBoxTest, RefusesAKeyFileThatOthersCanRead) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "secret.key";
    std::ofstream(path) << test::kTestKey << "\n";
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    const auto opened = SecretBox::open(directory.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::forbidden);
    EXPECT_EQ(opened.error().detail, path.string() + " can be read by others: chmod 600 it");
}

TEST_F(SecretBoxTest, RefusesAKeyFileThatHoldsNoKey) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "secret.key";
    std::ofstream(path) << "short\n";
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    const auto opened = SecretBox::open(directory.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::invalid_argument);
}

TEST_F(SecretBoxTest, TakesTheKeyFromTheEnvironmentBeforeTheFile) {
    const TemporaryDirectory directory;
    ::setenv("SKYN3T_SECRET_KEY", std::string(test::kTestKey).c_str(), 1);
    const auto opened = SecretBox::open(directory.path());
    ::setenv("SKYN3T_SECRET_KEY", "too short", 1);
    const auto refused = SecretBox::open(directory.path());
    ::unsetenv("SKYN3T_SECRET_KEY");
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->unseal(box.seal(secret, "x"), "x"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "secret.key"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "SKYN3T_SECRET_KEY: expected 64 hexadecimal digits");
}

}  // namespace
}  // namespace skyn3t::store
