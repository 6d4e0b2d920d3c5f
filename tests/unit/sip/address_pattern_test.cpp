#include "sip/address_pattern.hpp"

#include <gtest/gtest.h>

namespace skyn3t::sip {
namespace {

bool matches(std::string_view pattern, std::string_view address, std::uint16_t port,
             TransportKind transport = TransportKind::udp) {
    return AddressPattern::parse(pattern).value().matches(Endpoint::parse(address, port).value(),
                                                          transport);
}

TEST(AddressPattern, AnAddressMatchesItselfOnAnyPort) {
    EXPECT_TRUE(matches("198.51.100.7", "198.51.100.7", 5060));
    EXPECT_TRUE(matches("198.51.100.7", "198.51.100.7", 31000));
    EXPECT_FALSE(matches("198.51.100.7", "198.51.100.8", 5060));
}

TEST(AddressPattern, ABlockMatchesToItsLastAddress) {
    EXPECT_TRUE(matches("198.51.100.128/26", "198.51.100.191", 5060));
    EXPECT_FALSE(matches("198.51.100.128/26", "198.51.100.192", 5060));
    EXPECT_FALSE(matches("198.51.100.128/26", "198.51.100.127", 5060));
    EXPECT_TRUE(matches("0.0.0.0/0", "8.8.8.8", 5060));
}

TEST(AddressPattern, APortIsAskedOfUdpOnly) {
    EXPECT_TRUE(matches("127.0.0.1:5080", "127.0.0.1", 5080));
    EXPECT_FALSE(matches("127.0.0.1:5080", "127.0.0.1", 5081));
    EXPECT_TRUE(matches("127.0.0.1:5080", "127.0.0.1", 40123, TransportKind::tcp));
}

TEST(AddressPattern, IPv6HasTheSameForms) {
    EXPECT_TRUE(matches("2001:db8::1", "2001:db8::1", 5060));
    EXPECT_TRUE(matches("2001:db8::/33", "2001:db8:7fff::1", 5060));
    EXPECT_FALSE(matches("2001:db8::/33", "2001:db8:8000::1", 5060));
    EXPECT_TRUE(matches("[2001:db8::1]:5080", "2001:db8::1", 5080));
    EXPECT_FALSE(matches("[2001:db8::1]:5080", "2001:db8::1", 5060));
    EXPECT_FALSE(matches("::/0", "198.51.100.7", 5060));
}

TEST(AddressPattern, WhatIsNoAddressIsRefusedByName) {
    for (const auto* text :
         {"", "sip.carrier.cl", "198.51.100.7:", "198.51.100.7:0", "198.51.100.7:70000",
          "198.51.100.0/33", "198.51.100.0/", "[::1", "198.51.100", "/8", ":5060"})
        EXPECT_FALSE(AddressPattern::parse(text)) << text;
    EXPECT_EQ(AddressPattern::parse("sip.carrier.cl").error().detail,
              "\"sip.carrier.cl\" is not an address, a CIDR block or address:port");
}

}  // namespace
}  // namespace skyn3t::sip
