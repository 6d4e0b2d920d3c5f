// The calling side: over which flow, by which route and with which headers requests go out.
#include "unit/sip/outgoing_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using test::SipPeer;
using test::wire;
using Lines = std::vector<std::string>;

TEST_F(OutgoingInviteTest, APhoneBehindANatIsReachedOverItsFlow) {
    establish();
    leg->hang_up();
    loop.settle();
    EXPECT_EQ(peer.last("BYE").request_uri(), "sip:office@10.0.0.5:5062");
    EXPECT_EQ(peer.heard.back().flow.local, kPeer);
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteToTrunk, ATrunksContactIsFollowed) {
    SipPeer media_gateway(loop, network, Endpoint::v4(198, 51, 100, 8, 5070));
    call(to_trunk());
    peer_answers("INVITE", 200, "trunk", "Contact: <sip:gw@198.51.100.8:5070>\n", "answer");
    EXPECT_EQ(media_gateway.story(), Lines{"ACK"});
    leg.reset();
    loop.settle();
    EXPECT_EQ(media_gateway.story(), (Lines{"ACK", "BYE"}));
    media_gateway.send(kOurs, SipPeer::response(media_gateway.last("BYE"), 200));
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, TheRouteOfTheAnswerIsReversed) {
    call();
    peer_answers("INVITE", 200, "phone",
                 "Contact: <sip:office@10.0.0.5:5062>\n"
                 "Record-Route: <sip:far.example;lr>, <sip:198.51.100.7;lr>\n");
    Lines routes;
    for (const auto route : peer.last("ACK").values(HeaderId::route)) routes.emplace_back(route);
    EXPECT_EQ(routes, (Lines{"<sip:198.51.100.7;lr>", "<sip:far.example;lr>"}));
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, ACallSurvivesAPhoneThatComesBackOnAnotherConnection) {
    const auto first = peer.transport().open(TransportKind::tcp, kOurs);
    // What the user agent sees of it: the far end's flow.
    peer.send(*first, wire("OPTIONS sip:192.0.2.1 SIP/2.0\n"
                           "Via: SIP/2.0/TCP 10.0.0.5;branch=z9hG4bKo1\n"
                           "From: <sip:a@b>;tag=1\nTo: <sip:a@b>\nCall-ID: o\nCSeq: 1 OPTIONS\n"));
    auto invite = to_phone();
    Endpoint ephemeral = kPeer;
    ephemeral.port = static_cast<std::uint16_t>(40000 + first->connection);
    invite.flow = {TransportKind::tcp, kOurs, ephemeral, first->connection};
    call(std::move(invite));
    peer.send(*first, SipPeer::response(peer.last("INVITE"), 200, "phone", kContact, "answer"));
    peer.transport().close(first->connection);
    const auto second = peer.transport().open(TransportKind::tcp, kOurs);
    peer.send(*second, from_peer("UPDATE", 1));
    EXPECT_EQ(peer.heard.back().flow, *second);
    leg->hang_up();
    loop.settle();
    EXPECT_EQ(SipPeer::name(peer.heard.back().message), "BYE");
    EXPECT_EQ(peer.heard.back().flow, *second);
    peer.send(*second, SipPeer::response(peer.last("BYE"), 200));
    peer.transport().close(second->connection);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, ALargeInviteGoesByTcpWhereThePeerHasIt) {
    auto invite = to_phone();
    invite.sdp = std::string(1300, 'x');
    invite.tcp_when_large = true;
    call(std::move(invite));
    EXPECT_EQ(peer.heard.back().flow.transport, TransportKind::tcp);
    EXPECT_EQ(peer.last("INVITE").top_via()->transport_name, "TCP");
    EXPECT_EQ(peer.last("INVITE").first(HeaderId::contact), "<sip:192.0.2.1:5060;transport=tcp>");
    const auto flow = peer.heard.back().flow;
    peer.send(flow, SipPeer::response(peer.last("INVITE"), 486, "phone"));
    peer.transport().close(flow.connection);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, HeadersAndRouteOfTheCallerAreAdded) {
    auto invite = to_phone();
    invite.route = {"<sip:edge.example;lr>"};
    invite.headers = {{"X-Twilio-CallSid", "CA1"}};
    invite.max_forwards = 19;
    call(std::move(invite));
    EXPECT_EQ(peer.last("INVITE").first("X-Twilio-CallSid"), "CA1");
    EXPECT_EQ(peer.last("INVITE").first(HeaderId::route), "<sip:edge.example;lr>");
    EXPECT_EQ(peer.last("INVITE").first(HeaderId::max_forwards), "19");
    peer_answers("INVITE", 404);
    EXPECT_EQ(peer.last("ACK").first(HeaderId::route), "<sip:edge.example;lr>");
    leg.reset();
    expect_nothing_left();
}

}  // namespace
}  // namespace skyn3t::sip
