#include "server/addresses.hpp"

#include <gtest/gtest.h>

namespace skyn3t::server {
namespace {

sip::Flow flow_from(std::string_view remote) {
    sip::Flow flow;
    flow.local = sip::Endpoint::parse("192.168.1.10", 5060).value();
    flow.remote = sip::Endpoint::parse(remote, 5062).value();
    return flow;
}

TEST(Addresses, ShowThePublicOneToPeersOutside) {
    const Addresses addresses("203.0.113.10", {});
    EXPECT_EQ(addresses.shown(flow_from("198.51.100.7")).str(), "203.0.113.10:5060");
}

TEST(Addresses, ShowPeersOfPrivateNetworksTheOneTheyReached) {
    const Addresses addresses("203.0.113.10", {});
    for (const char* peer : {"127.0.0.1", "10.1.2.3", "172.31.0.9", "192.168.1.20"})
        EXPECT_EQ(addresses.shown(flow_from(peer)).str(), "192.168.1.10:5060") << peer;
}

TEST(Addresses, TakeTheConfiguredNetworksForTheLocalOnes) {
    const Addresses addresses("203.0.113.10",
                              {sip::AddressPattern::parse("198.51.100.0/24").value()});
    EXPECT_EQ(addresses.shown(flow_from("198.51.100.7")).str(), "192.168.1.10:5060");
    EXPECT_EQ(addresses.shown(flow_from("10.1.2.3")).str(), "203.0.113.10:5060");
}

TEST(Addresses, ShowEveryoneTheOneTheyReachedWithoutAPublicOne) {
    EXPECT_EQ(Addresses("", {}).shown(flow_from("198.51.100.7")).str(), "192.168.1.10:5060");
}

}  // namespace
}  // namespace skyn3t::server
