#include "sip/dialog.hpp"

#include <gtest/gtest.h>

#include "support/sip_peer.hpp"

namespace skyn3t::sip {
namespace {

using test::FakeLoop;
using test::FakeNetwork;
using test::FakeTransport;
using test::SipPeer;

const auto kOurs = Endpoint::v4(192, 0, 2, 1, 5060);
const auto kPeer = Endpoint::v4(198, 51, 100, 7, 40000);

// Where the next request goes, by what the peer said of itself.
class NextHop : public ::testing::Test {
  protected:
    FakeLoop loop;
    FakeNetwork network{loop};
    FakeTransport transport{network, kOurs};
    Dialog dialog;

    NextHop() { dialog.flow = transport.udp_to(kPeer); }
    std::string hop() {
        const auto flow = next_hop(dialog, transport);
        return std::string(uri_name(flow.transport)) + " " + flow.remote.str();
    }
};

TEST_F(NextHop, IsTheContactOfAPeerWhoseAddressIsItsOwn) {
    dialog.remote_target = "sip:gw@198.51.100.7:5060";
    EXPECT_EQ(hop(), "udp 198.51.100.7:5060");
    dialog.remote_target = "sip:gw@198.51.100.8";
    EXPECT_EQ(hop(), "udp 198.51.100.8:5060");
}

TEST_F(NextHop, IsTheFlowOfAPeerBehindANat) {
    dialog.remote_target = "sip:gw@198.51.100.8";
    dialog.stay_on_flow = true;
    EXPECT_EQ(hop(), "udp 198.51.100.7:40000");
}

TEST_F(NextHop, IsTheFlowWhenTheContactIsAPrivateAddressOrAName) {
    for (const auto* contact : {"sip:x@10.1.2.3", "sip:x@192.168.1.9:5062", "sip:x@172.16.0.1",
                                "sip:x@100.64.0.9", "sip:x@phone.invalid", "tel:+5622"}) {
        dialog.remote_target = contact;
        EXPECT_EQ(hop(), "udp 198.51.100.7:40000") << contact;
    }
}

TEST_F(NextHop, FollowsAPrivateContactInsideTheSameNetwork) {
    dialog.flow.remote = Endpoint::v4(10, 0, 0, 5, 5060);
    dialog.remote_target = "sip:x@10.0.0.6:5070";
    EXPECT_EQ(hop(), "udp 10.0.0.6:5070");
}

TEST_F(NextHop, OfSeveralContactsTheFirstThatCanBeCalledIsTheTarget) {
    const auto response = Message::parse(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        "To: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
        "Contact: <tel:+56229145248>, <sip:gw@198.51.100.7>\r\n\r\n");
    ASSERT_TRUE(response);
    dialog.refresh_target(*response);
    EXPECT_EQ(dialog.remote_target, "sip:gw@198.51.100.7");
}

TEST_F(NextHop, IsTheFirstRouteWhenThereIsOne) {
    dialog.remote_target = "sip:phone@10.0.0.5";
    dialog.routes = {"<sip:198.51.100.7:5060;lr>", "<sip:203.0.113.4;lr>"};
    EXPECT_EQ(hop(), "udp 198.51.100.7:5060");
}

TEST_F(NextHop, UsesTheOpenConnectionOfAnEdgeAgainAndMakesANewOneWhenItIsGone) {
    SipPeer edge(loop, network, Endpoint::v4(198, 51, 100, 7, 5060));
    const auto theirs = edge.transport().open(TransportKind::tcp, kOurs);
    edge.send(*theirs, "anything");
    Endpoint from = edge.local();
    from.port = static_cast<std::uint16_t>(40000 + theirs->connection);
    dialog.flow = {TransportKind::tcp, kOurs, from, theirs->connection};
    dialog.routes = {"<sip:198.51.100.7:5060;transport=tcp;lr>"};
    EXPECT_EQ(next_hop(dialog, transport), dialog.flow);
    edge.transport().close(theirs->connection);
    loop.settle();
    EXPECT_EQ(hop(), "tcp 198.51.100.7:5060");
}

TEST_F(NextHop, AStrictRouterTakesTheRequestUri) {
    dialog.remote_target = "sip:far@203.0.113.9";
    dialog.routes = {"<sip:198.51.100.7>", "<sip:203.0.113.4;lr>"};
    EXPECT_EQ(dialog.request(Method::bye, 2, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1").build(),
              "BYE sip:198.51.100.7 SIP/2.0\r\n"
              "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
              "Route: <sip:203.0.113.4;lr>\r\n"
              "Route: <sip:far@203.0.113.9>\r\n"
              "Max-Forwards: 70\r\n"
              "From: \r\nTo: \r\nCall-ID: \r\nCSeq: 2 BYE\r\n"
              "Content-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace skyn3t::sip
