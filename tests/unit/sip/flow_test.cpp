#include "sip/flow.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace skyn3t::sip {
namespace {

TEST(Endpoint, IsWrittenAsAHostAndPortOfAUri) {
    EXPECT_EQ(Endpoint::parse("192.0.2.1", 5060)->str(), "192.0.2.1:5060");
    EXPECT_EQ(Endpoint::parse("2001:db8::1", 5060)->str(), "[2001:db8::1]:5060");
    EXPECT_EQ(Endpoint::parse("[2001:db8::1]", 5062)->host(), "2001:db8::1");
}

TEST(Endpoint, OfAMappedAddressIsTheIPv4One) {
    EXPECT_EQ(Endpoint::parse("::ffff:192.0.2.1", 5060), Endpoint::v4(192, 0, 2, 1, 5060));
}

TEST(Endpoint, IsNeverANameOrAZone) {
    for (const auto* text : {"", "sip.example.cl", "192.0.2", "192.0.2.256", "fe80::1%eth0", "[]"})
        EXPECT_FALSE(Endpoint::parse(text, 5060)) << text;
}

TEST(Flow, DiffersByTransportEndpointsAndConnection) {
    const Flow flow{TransportKind::tcp, Endpoint::v4(192, 0, 2, 1, 5060),
                    Endpoint::v4(198, 51, 100, 7, 40000), 12};
    EXPECT_EQ(flow.str(), "tcp 192.0.2.1:5060 > 198.51.100.7:40000 #12");
    Flow udp = flow;
    udp.transport = TransportKind::udp;
    Flow other_port = flow;
    other_port.remote.port = 40001;
    Flow replaced = flow;
    replaced.connection = 13;
    const std::unordered_set<Flow> flows{flow, udp, other_port, replaced, flow};
    EXPECT_EQ(flows.size(), 4u);
}

}  // namespace
}  // namespace skyn3t::sip
