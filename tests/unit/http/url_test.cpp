#include "http/url.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

TEST(Url, IsReadInItsParts) {
    const auto url =
        parse_url("HTTPS://user:p%40ss@Voice.Example.CL:8443/a/b.xml?x=1&y=%20#rc=2").value();
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.userinfo, "user:p%40ss");
    EXPECT_EQ(url.host, "voice.example.cl");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.path, "/a/b.xml");
    EXPECT_EQ(url.query, "x=1&y=%20");
    EXPECT_EQ(url.fragment, "rc=2");
    EXPECT_EQ(url.authority(), "voice.example.cl:8443");
    EXPECT_EQ(url.target(), "/a/b.xml?x=1&y=%20");
}

TEST(Url, WithoutPathAsksForTheRoot) {
    const auto url = parse_url("http://example.cl?a").value();
    EXPECT_EQ(url.path, "");
    EXPECT_EQ(url.target(), "/?a");
    EXPECT_EQ(url.effective_port(), 80);
}

TEST(Url, AcceptsAnIpv6AddressInBrackets) {
    const auto url = parse_url("http://[::1]:8080/x").value();
    EXPECT_EQ(url.host, "[::1]");
    EXPECT_EQ(url.port, 8080);
}

TEST(Url, RefusesWhatCannotBeFetched) {
    for (const char* text :
         {"", "/relative", "ftp://example.cl/", "file:///etc/passwd", "http://", "http:///x",
          "http://a b/", "http://example.cl/a b", "http://example.cl:99999/",
          "http://example.cl:0/", "http://example.cl:8x/", "http://[::1/", "http://ex\"ample/",
          "http://user@/", "http://exa\\mple.cl/", "javascript://x"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, Errc::invalid_argument);
    }
    EXPECT_FALSE(parse_url("http://example.cl/" + std::string(9000, 'a')));
}

}  // namespace
}  // namespace skyn3t::http
