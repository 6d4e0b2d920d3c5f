#include "sip/digest.hpp"

#include <gtest/gtest.h>

#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using test::crlf;

TEST(Digest, Rfc2617Example) {  // §3.5
    const auto ha1 =
        digest_ha1(DigestAlgorithm::md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    EXPECT_EQ(ha1.view(), "939e7578ed9e3c518a452acee763bce9");
    EXPECT_EQ(digest_response({.algorithm = DigestAlgorithm::md5,
                               .ha1 = ha1,
                               .method = "GET",
                               .uri = "/dir/index.html",
                               .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                               .nc = "00000001",
                               .cnonce = "0a4f113b",
                               .qop = "auth"})
                  .view(),
              "6629fae49393a05397450978507c4ef1");
}

TEST(Digest, WithoutQopIsRfc2069s) {
    const auto ha1 =
        digest_ha1(DigestAlgorithm::md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    EXPECT_EQ(digest_response({.algorithm = DigestAlgorithm::md5,
                               .ha1 = ha1,
                               .method = "GET",
                               .uri = "/dir/index.html",
                               .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                               .nc = {},
                               .cnonce = {},
                               .qop = {}})
                  .view(),
              "670fd8c2df070c60b045671b8b24ff02");
}

DigestInput rfc7616_input(DigestAlgorithm algorithm, const HexDigest& ha1) {  // §3.9.1
    return {.algorithm = algorithm,
            .ha1 = ha1,
            .method = "GET",
            .uri = "/dir/index.html",
            .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            .nc = "00000001",
            .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            .qop = "auth"};
}

TEST(Digest, Rfc7616ExampleMd5) {
    const auto ha1 =
        digest_ha1(DigestAlgorithm::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
    EXPECT_EQ(digest_response(rfc7616_input(DigestAlgorithm::md5, ha1)).view(),
              "8ca523f5e9506fed4657c9700eebdbec");
}

TEST(Digest, Rfc7616ExampleSha256) {
    const auto ha1 =
        digest_ha1(DigestAlgorithm::sha256, "Mufasa", "http-auth@example.org", "Circle of Life");
    EXPECT_EQ(digest_response(rfc7616_input(DigestAlgorithm::sha256, ha1)).view(),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(Digest, Sha512_256IsTheHashOfThatName) {
    // H("abc::"), as `openssl dgst -sha512-256` gives it.
    EXPECT_EQ(digest_ha1(DigestAlgorithm::sha512_256, "abc", "", "").view(),
              "5d719dba358dcba5cb7d2c198fee5ceb3bf4e22ab99ee0991ea0a2e50a01d297");
}

TEST(Digest, AlgorithmNamesAreThoseOfRfc8760) {
    EXPECT_EQ(digest_algorithm_of(""), DigestAlgorithm::md5);
    EXPECT_EQ(digest_algorithm_of("md5"), DigestAlgorithm::md5);
    EXPECT_EQ(digest_algorithm_of("SHA-256"), DigestAlgorithm::sha256);
    EXPECT_EQ(digest_algorithm_of("SHA-512-256"), DigestAlgorithm::sha512_256);
    EXPECT_EQ(digest_algorithm_of("MD5-sess"), std::nullopt);
}

TEST(Digest, ComparisonFindsEveryDifference) {
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
}

Message challenged_by(std::string_view challenges) {
    return *Message::parse("SIP/2.0 401 Unauthorized\r\n" + crlf(challenges) + crlf(R"(
Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
From: sip:a@b;tag=1
To: sip:a@b;tag=2
Call-ID: 1
CSeq: 1 INVITE

)"));
}

TEST(DigestClient, AnswersTheStrongestChallengeItKnows) {
    const auto response = challenged_by(R"(
WWW-Authenticate: Digest realm="r", nonce="n1", algorithm=MD5, qop="auth"
WWW-Authenticate: Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth,auth-int", opaque="o"
WWW-Authenticate: Digest realm="r", nonce="n3", algorithm=SHA3-1024, qop="auth"
WWW-Authenticate: Basic realm="r"
)");
    const auto challenge = strongest_challenge(response);
    ASSERT_TRUE(challenge);
    EXPECT_EQ(challenge->algorithm, DigestAlgorithm::sha256);
    EXPECT_EQ(challenge->nonce, "n2");
    EXPECT_EQ(challenge->opaque, "o");
    EXPECT_EQ(challenge->answer_header(), HeaderId::authorization);
}

TEST(DigestClient, NamesWhatItCannotAnswer) {
    const auto only_integrity = challenged_by(R"(
Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth-int"
)");
    EXPECT_EQ(strongest_challenge(only_integrity).error().code, Errc::unsupported);
    const auto unknown = challenged_by(R"(
WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"
)");
    EXPECT_EQ(strongest_challenge(unknown).error().detail,
              "no Digest challenge that we can answer: \"MD5-sess\"");
}

TEST(DigestClient, WritesTheAnswerWithQop) {
    const auto response = challenged_by(R"(
Proxy-Authenticate: Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41", qop="auth,auth-int", stale=true
)");
    const auto challenge = strongest_challenge(response);
    ASSERT_TRUE(challenge);
    EXPECT_TRUE(challenge->stale);
    EXPECT_EQ(challenge->answer_header(), HeaderId::proxy_authorization);
    EXPECT_EQ(answer_challenge(*challenge, {.username = "Mufasa",
                                            .password = "Circle Of Life",
                                            .method = "GET",
                                            .uri = "/dir/index.html",
                                            .nonce_count = 1,
                                            .cnonce = "0a4f113b"}),
              "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
              "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
              "response=\"6629fae49393a05397450978507c4ef1\", "
              "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\", qop=auth, nc=00000001, "
              "cnonce=\"0a4f113b\"");
}

TEST(DigestClient, LeavesOutQopForAnOldServer) {
    DigestChallenge challenge;
    challenge.realm = "testrealm@host.com";
    challenge.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    challenge.algorithm_name = "MD5";
    EXPECT_EQ(answer_challenge(challenge, {.username = "Mufasa",
                                           .password = "Circle Of Life",
                                           .method = "GET",
                                           .uri = "/dir/index.html",
                                           .nonce_count = 1,
                                           .cnonce = {}}),
              "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
              "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
              "response=\"670fd8c2df070c60b045671b8b24ff02\", algorithm=MD5");
}

}  // namespace
}  // namespace skyn3t::sip
