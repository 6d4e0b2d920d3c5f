#include "twiml/url.hpp"

#include <gtest/gtest.h>

namespace skyn3t::twiml {
namespace {

std::string resolve(const std::string& reference) {
    const auto url = resolve_url(reference, "http://a/b/c/d;p?q");
    return url ? *url : "error";
}

// RFC 3986 §5.4.1 and §5.4.2, those with a scheme that can be fetched.
TEST(Url, ResolvesTheExamplesOfRfc3986) {
    const std::pair<const char*, const char*> kExamples[] = {{"g", "http://a/b/c/g"},
                                                             {"./g", "http://a/b/c/g"},
                                                             {"g/", "http://a/b/c/g/"},
                                                             {"/g", "http://a/g"},
                                                             {"//g", "http://g/"},
                                                             {"?y", "http://a/b/c/d;p?y"},
                                                             {"g?y", "http://a/b/c/g?y"},
                                                             {"#s", "http://a/b/c/d;p?q#s"},
                                                             {"g#s", "http://a/b/c/g#s"},
                                                             {"g?y#s", "http://a/b/c/g?y#s"},
                                                             {";x", "http://a/b/c/;x"},
                                                             {"g;x", "http://a/b/c/g;x"},
                                                             {"", "http://a/b/c/d;p?q"},
                                                             {".", "http://a/b/c/"},
                                                             {"./", "http://a/b/c/"},
                                                             {"..", "http://a/b/"},
                                                             {"../", "http://a/b/"},
                                                             {"../g", "http://a/b/g"},
                                                             {"../..", "http://a/"},
                                                             {"../../", "http://a/"},
                                                             {"../../g", "http://a/g"},
                                                             {"../../../g", "http://a/g"},
                                                             {"/./g", "http://a/g"},
                                                             {"/../g", "http://a/g"},
                                                             {"g.", "http://a/b/c/g."},
                                                             {".g", "http://a/b/c/.g"},
                                                             {"g..", "http://a/b/c/g.."},
                                                             {"./../g", "http://a/b/g"},
                                                             {"./g/.", "http://a/b/c/g/"},
                                                             {"g/./h", "http://a/b/c/g/h"},
                                                             {"g/../h", "http://a/b/c/h"},
                                                             {"g;x=1/../y", "http://a/b/c/y"},
                                                             {"g?y/./x", "http://a/b/c/g?y/./x"},
                                                             {"g#s/../x", "http://a/b/c/g#s/../x"}};
    for (const auto& [reference, url] : kExamples) EXPECT_EQ(resolve(reference), url) << reference;
}
TEST(Url, AbsoluteNeedsNoBase) {
    EXPECT_EQ(*resolve_url("https://app.example.cl", std::nullopt), "https://app.example.cl/");
    EXPECT_EQ(*resolve_url("HTTPS://u:p@h:8443/x?a=b#rc=2", std::nullopt),
              "https://u:p@h:8443/x?a=b#rc=2");
    EXPECT_EQ(*resolve_url("http://[::1]:8080/x", std::nullopt), "http://[::1]:8080/x");
}
TEST(Url, RelativeWithoutABaseIsRefused) {
    EXPECT_FALSE(resolve_url("/x", std::nullopt));
    EXPECT_FALSE(resolve_url("", std::nullopt));
}
TEST(Url, OtherSchemesAndMissingHostsAreRefused) {
    for (const char* url : {"ftp://h/x", "file:///etc/passwd", "javascript:x", "http:///x",
                            "http:x", "http://:80/", "http://h:port/", "http://[::1/",
                            "http://h/a b", "http://h/\r\nX: y", "http://h/\"", "http://u@/"})
        EXPECT_EQ(resolve(url), "error") << url;
}
TEST(Url, OfTheSameDocumentKeepsItsTimeLimits) {
    EXPECT_EQ(*resolve_url("", "https://h/x#rt=5000"), "https://h/x#rt=5000");
    EXPECT_EQ(*resolve_url("y", "https://h/x#rt=5000"), "https://h/y");
}

}  // namespace
}  // namespace skyn3t::twiml
