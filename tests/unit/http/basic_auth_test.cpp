#include "http/basic_auth.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

TEST(BasicAuth, WritesAndReadsTheHeaderOfRfc7617) {
    const std::string header = basic_authorization({"Aladdin", "open sesame"});
    EXPECT_EQ(header, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    const auto read = basic_credentials({{"authorization", header}});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->user, "Aladdin");
    EXPECT_EQ(read->password, "open sesame");
}

TEST(BasicAuth, KeepsColonsInThePassword) {
    EXPECT_EQ(basic_credentials({{"Authorization", basic_authorization({"u", "a:b"})}})->password,
              "a:b");
}

TEST(BasicAuth, FindsNothingInOtherSchemesAndBrokenValues) {
    EXPECT_FALSE(basic_credentials({}));
    for (const char* value : {"", "Basic", "Bearer abc", "Basic !!!", "Basic bm9jb2xvbg=="})
        EXPECT_FALSE(basic_credentials({{"Authorization", value}})) << value;
}

TEST(BasicAuth, ComparesSecretsByContent) {
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secret2"));
}

}  // namespace
}  // namespace skyn3t::http
