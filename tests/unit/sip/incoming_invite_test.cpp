// The called side: how a call begins, as its caller sees it (RFC 3261 §13.3).
#include "unit/sip/incoming_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using Lines = std::vector<std::string>;
using Times = std::vector<int>;

TEST_F(IncomingInvite, RingsAnswersTalksAndIsHungUpByTheCaller) {
    take(invite());
    EXPECT_EQ(leg->state(), InviteDialog::State::early);
    leg->progress(180);
    leg->accept("answer");
    loop.settle();
    EXPECT_EQ(peer.story(), (Lines{"180 INVITE", "200 INVITE"}));
    EXPECT_EQ(peer.last("200 INVITE").body(), "answer");
    EXPECT_EQ(peer.last("200 INVITE").to_tag(), tag);
    EXPECT_EQ(peer.last("180 INVITE").to_tag(), tag);
    EXPECT_EQ(peer.last("200 INVITE").first(HeaderId::contact), "<sip:192.0.2.1:5060>");
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("BYE", 2));
    EXPECT_EQ(peer.last("200 BYE").to_tag(), tag);
    EXPECT_EQ(observer.told, (Lines{"acknowledged", "ended bye"}));
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(peer.times("200 INVITE"), Times{0}) << "acknowledged, so not repeated";
}

TEST_F(IncomingInvite, A200IsRepeatedUntilItsAck) {
    take(invite());
    leg->accept("answer");
    run_ms(8000);
    EXPECT_EQ(peer.times("200 INVITE"), (Times{0, 500, 1500, 3500, 7500}));
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("ACK", 1));  // and one for a copy
    run_ms(20000);
    EXPECT_EQ(peer.times("200 INVITE").size(), 5u);
    EXPECT_EQ(observer.told, Lines{"acknowledged"});
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(IncomingInvite, uac_never_acknowledges) {
    take(invite());
    leg->accept("answer");
    run_ms(31'900);
    EXPECT_EQ(peer.times("200 INVITE"),
              (Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
    EXPECT_EQ(observer.told, Lines{});
    run_ms(200);
    EXPECT_EQ(observer.told, Lines{"ended no_ack"});
    EXPECT_EQ(peer.times("BYE"), Times{32000});
    peer_answers("BYE", 481);
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AnInviteRepeatedAfterThe200IsAbsorbed) {
    take(invite());
    leg->accept("answer");
    peer_sends(invite());
    run_ms(100);
    EXPECT_EQ(peer.story(), Lines{"200 INVITE"});
    EXPECT_TRUE(handler.requests.empty());
    peer_sends(in_dialog("ACK", 1));
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(IncomingInvite, ARefusalCarriesItsHeadersAndIsRepeatedUntilItsAck) {
    take(invite());
    leg->reject(486, "Ocupado", {{"X-Twilio-Error", "1"}});
    run_ms(600);
    EXPECT_EQ(peer.times("486 INVITE"), (Times{0, 500}));
    EXPECT_EQ(peer.last("486 INVITE").reason(), "Ocupado");
    EXPECT_EQ(peer.last("486 INVITE").first("X-Twilio-Error"), "1");
    peer_sends(failure_ack());
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(observer.told, Lines{});
}

TEST_F(IncomingInvite, AHandleDestroyedBeforeTheAnswerRefusesWith480) {
    take(invite());
    leg.reset();
    loop.settle();
    EXPECT_EQ(peer.story(), Lines{"480 INVITE"});
    peer_sends(failure_ack());
    expect_nothing_left();
}

TEST_F(IncomingInvite, WithoutAnOfferTheAnswerComesInTheAck) {
    take(invite(""));
    leg->accept("our offer");
    loop.settle();
    EXPECT_EQ(peer.last("200 INVITE").body(), "our offer");
    peer_sends(in_dialog("ACK", 1, "their answer"));
    EXPECT_EQ(observer.told, Lines{"acknowledged [their answer]"});
    peer_sends(in_dialog("BYE", 2));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AProvisionalResponseIsSentAgainEveryMinute) {
    take(invite());
    leg->progress(183, "early media");
    run_ms(121'000);
    EXPECT_EQ(peer.times("183 INVITE"), (Times{0, 60000, 120000}));
    EXPECT_EQ(peer.last("183 INVITE").body(), "early media");
    leg.reset();
    peer_sends(failure_ack());
    expect_nothing_left();
}

TEST_F(IncomingInvite, WithoutAContactItIs400) {
    auto text = invite();
    text.erase(text.find("Contact:"), text.find("Content-") - text.find("Contact:"));
    peer_sends(text);
    EXPECT_FALSE(agent->take_invite(std::move(handler.requests.front()), observer));
    handler.requests.clear();
    loop.settle();
    EXPECT_EQ(peer.story(), Lines{"400 INVITE"});
    run_ms(33'000);
    expect_nothing_left();
}

TEST_F(IncomingInvite, RecordRouteIsEchoedAndRequestsGoToTheFirstRoute) {
    take(invite("offer",
                "Record-Route: <sip:198.51.100.7:5060;lr>,<sip:10.0.0.9;lr>\n"
                "Record-Route: <sip:far.example;lr>\n"));
    leg->accept("answer");
    loop.settle();
    EXPECT_EQ(peer.last("200 INVITE").values(HeaderId::record_route).size(), 3u);
    peer_sends(in_dialog("ACK", 1));
    leg.reset();
    loop.settle();
    const auto& bye = peer.last("BYE");
    Lines routes;
    for (const auto route : bye.values(HeaderId::route)) routes.emplace_back(route);
    EXPECT_EQ(routes,
              (Lines{"<sip:198.51.100.7:5060;lr>", "<sip:10.0.0.9;lr>", "<sip:far.example;lr>"}));
    EXPECT_EQ(bye.request_uri(), "sip:gw@198.51.100.7:5060");
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(IncomingInvite, TheHandleMayBeDestroyedFromAnyCallback) {
    take(invite());
    leg->accept("answer");
    observer.when_told = [&] { leg.reset(); };
    peer_sends(in_dialog("ACK", 1));
    EXPECT_EQ(peer.times("BYE").size(), 1u);
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(IncomingInvite, AHandleMayOutliveTheUserAgent) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "change"));
    agent.reset();
    EXPECT_EQ(loop.wheel.running(), 0u);
    leg.reset();
}

}  // namespace
}  // namespace skyn3t::sip
