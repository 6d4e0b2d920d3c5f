#include "http/address_guard.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

bool permits(const AddressGuard& guard, const char* text) {
    return guard.permits(asio::ip::make_address(text));
}

TEST(AddressGuard, PermitsPublicAddresses) {
    const AddressGuard guard;
    for (const char* text :
         {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.0.1", "192.169.0.1", "200.1.2.3",
          "2800:150::1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"})
        EXPECT_TRUE(permits(guard, text)) << text;
}

TEST(AddressGuard, RefusesWhatIsNotPublic) {
    const AddressGuard guard;
    for (const char* text : {"0.0.0.0",
                             "127.0.0.1",
                             "127.255.255.254",
                             "10.0.0.1",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "100.100.100.200",
                             "192.0.2.1",
                             "198.18.0.1",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "fe80::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "ff02::1",
                             "2001:db8::1"})
        EXPECT_FALSE(permits(guard, text)) << text;
}

TEST(AddressGuard, SeesThePrivateAddressInsideAnother) {
    const AddressGuard guard;
    for (const char* text : {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1",
                             "64:ff9b::169.254.169.254", "2002:7f00:0001::1", "2002:c0a8:0101::1"})
        EXPECT_FALSE(permits(guard, text)) << text;
}

TEST(AddressGuard, PermitsWhatTheConfigurationAllowsAndNoMore) {
    const auto guard = AddressGuard::parse({"10.20.0.0/16", "127.0.0.1", " fd00::/8 "}).value();
    EXPECT_TRUE(permits(guard, "10.20.255.1"));
    EXPECT_TRUE(permits(guard, "127.0.0.1"));
    EXPECT_TRUE(permits(guard, "::ffff:127.0.0.1"));
    EXPECT_TRUE(permits(guard, "fd12::1"));
    EXPECT_FALSE(permits(guard, "10.21.0.1"));
    EXPECT_FALSE(permits(guard, "127.0.0.2"));
}

TEST(AddressGuard, NamesABadEntryOfTheList) {
    for (const char* text :
         {"", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "example.cl", "10.0.0.0/", "10.0.0.0/8x"}) {
        const auto guard = AddressGuard::parse({text});
        ASSERT_FALSE(guard) << text;
        EXPECT_NE(guard.error().detail.find(text), std::string::npos);
    }
}

}  // namespace
}  // namespace skyn3t::http
