#include "http/admissions.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace skyn3t::http {
namespace {

asio::ip::address at(const char* text) { return asio::ip::make_address(text); }

TEST(Admissions, LeaveRoomForOtherAddresses) {
    Admissions admissions({.all = 10, .per_address = 2});
    std::vector<std::optional<Admissions::Ticket>> tickets;
    for (int i = 0; i < 2; ++i) tickets.push_back(admissions.admit(at("203.0.113.9")));
    EXPECT_TRUE(tickets.back());
    EXPECT_FALSE(admissions.admit(at("203.0.113.9")));
    EXPECT_FALSE(admissions.admit(at("::ffff:203.0.113.9"))) << "the same address";
    EXPECT_TRUE(admissions.admit(at("203.0.113.10")));
    tickets.pop_back();
    EXPECT_TRUE(admissions.admit(at("203.0.113.9")));
}

TEST(Admissions, CountTheAddressesOfAnIpv6SiteAsOne) {
    Admissions admissions({.all = 10, .per_address = 1});
    const auto ticket = admissions.admit(at("2001:db8:1:2::1"));
    EXPECT_FALSE(admissions.admit(at("2001:db8:1:2:ffff::9")));
    EXPECT_TRUE(admissions.admit(at("2001:db8:1:3::1")));
}

TEST(Admissions, AreBoundInAllForAProxyToo) {
    Admissions admissions({3, 1, Networks::parse({"10.0.0.0/8"}).value()});
    std::vector<std::optional<Admissions::Ticket>> tickets;
    for (int i = 0; i < 3; ++i) {
        tickets.push_back(admissions.admit(at("10.1.2.3")));
        EXPECT_TRUE(tickets.back()) << "a proxy is many clients";
    }
    EXPECT_FALSE(admissions.admit(at("10.1.2.3")));
    EXPECT_FALSE(admissions.admit(at("203.0.113.9")));
}

}  // namespace
}  // namespace skyn3t::http
