#include "http/forwarded.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

std::string client(const std::string& peer, const Headers& headers) {
    const auto trusted = Networks::parse({"10.0.0.0/8", "2001:db8:1::/48"}).value();
    return client_address(asio::ip::make_address(peer), headers, trusted).to_string();
}

Headers by(const std::string& hops) { return {{"X-Forwarded-For", hops}}; }

TEST(Forwarded, IsBelievedOfATrustedProxy) {
    EXPECT_EQ(client("10.0.0.1", by("198.51.100.7")), "198.51.100.7");
    EXPECT_EQ(client("2001:db8:1::1", by("2001:db8:2::9")), "2001:db8:2::9");
    EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
}

TEST(Forwarded, IsNotLookedAtOfAnybodyElse) {
    EXPECT_EQ(client("203.0.113.9", by("198.51.100.7")), "203.0.113.9");
}

TEST(Forwarded, IsReadFromItsEndSinceTheClientMayHaveBegunIt) {
    EXPECT_EQ(client("10.0.0.1", by("127.0.0.1, 198.51.100.7")), "198.51.100.7");
    EXPECT_EQ(client("10.0.0.1", by("127.0.0.1, 198.51.100.7, 10.2.3.4")), "198.51.100.7");
    EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"x-forwarded-for", "5.6.7.8"}}),
              "5.6.7.8");
}

TEST(Forwarded, MayNameAPort) {
    EXPECT_EQ(client("10.0.0.1", by("198.51.100.7:41234")), "198.51.100.7");
    EXPECT_EQ(client("10.0.0.1", by("[2001:db8:2::9]:41234")), "2001:db8:2::9");
}

TEST(Forwarded, EndsWhereItCannotBeRead) {
    EXPECT_EQ(client("10.0.0.1", by("198.51.100.7, unknown")), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", by("198.51.100.7, _hidden, 10.9.9.9")), "10.9.9.9");
    EXPECT_EQ(client("10.0.0.1", by(",,[")), "10.0.0.1");
}

}  // namespace
}  // namespace skyn3t::http
