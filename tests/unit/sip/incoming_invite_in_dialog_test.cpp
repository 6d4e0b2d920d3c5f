// The called side: re-INVITE, UPDATE, INFO and what else comes within a call (RFC 3261 §12.2, §14).
#include "unit/sip/incoming_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using test::SipPeer;
using test::wire;
using Lines = std::vector<std::string>;

TEST_F(IncomingInvite, AReinviteIsTheObserversToAnswer) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "hold"));
    EXPECT_EQ(observer.take(), Lines{"offer [hold]"});
    leg->answer_offer("held");
    loop.settle();
    EXPECT_EQ(peer.last("200 INVITE").body(), "held");
    run_ms(600);
    EXPECT_EQ(peer.times("200 INVITE").size(), 2u) << "repeated until its ACK";
    peer_sends(in_dialog("ACK", 2));
    run_ms(5000);
    EXPECT_EQ(peer.times("200 INVITE").size(), 2u);
    EXPECT_EQ(observer.told, Lines{});
    peer_sends(in_dialog("INVITE", 3, "g729"));
    leg->refuse_offer();
    loop.settle();
    EXPECT_EQ(peer.times("488 INVITE").size(), 1u);
    EXPECT_EQ(leg->state(), InviteDialog::State::confirmed);
    run_ms(33'000);
    peer_sends(in_dialog("BYE", 4));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AnEmptyReinviteAsksForOurOfferAndAnswersInTheAck) {
    establish();
    peer_sends(in_dialog("INVITE", 2));
    EXPECT_EQ(observer.take(), Lines{"offer"});
    leg->answer_offer("our offer");
    loop.settle();
    peer_sends(in_dialog("ACK", 2, "their answer"));
    EXPECT_EQ(observer.take(), Lines{"offer answered ACK [their answer]"});
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AnUpdateWithAnOfferIsAnsweredWithoutAnAck) {
    establish();
    observer.when_offered = [&](const Message&) { leg->answer_offer("updated"); };
    peer_sends(in_dialog("UPDATE", 2, "change"));
    run_ms(1000);
    EXPECT_EQ(peer.times("200 UPDATE").size(), 1u);
    EXPECT_EQ(peer.last("200 UPDATE").body(), "updated");
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ASecondReinviteWhileOneIsPendingIs500WithRetryAfter) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "one"));
    peer_sends(in_dialog("INVITE", 3, "two"));
    EXPECT_TRUE(peer.last("500 INVITE").has(HeaderId::retry_after));
    EXPECT_EQ(observer.take(), Lines{"offer [one]"});
    leg->answer_offer("answer one");
    peer_sends(in_dialog("ACK", 2));
    run_ms(33'000);
    peer_sends(in_dialog("BYE", 4));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ARequestWithAnOlderCSeqIs500) {
    establish();
    peer_sends(in_dialog("INFO", 5));
    peer_sends(in_dialog("INFO", 4));
    EXPECT_EQ(peer.story(), (Lines{"200 INFO", "500 INFO"}));
    peer_sends(in_dialog("BYE", 6));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, OurReinviteMakesAnOfferAndAcknowledgesItsAnswerEachTime) {
    establish();
    leg->reinvite("our offer");
    loop.settle();
    EXPECT_EQ(peer.last("INVITE").body(), "our offer");
    const auto answer = SipPeer::response(peer.last("INVITE"), 200, "",
                                          "Contact: <sip:gw2@198.51.100.7:5060>\nContent-Type: "
                                          "application/sdp\n");
    peer_sends(answer);
    peer_sends(answer);
    EXPECT_EQ(peer.times("ACK").size(), 2u);
    EXPECT_EQ(peer.last("ACK").first(HeaderId::cseq), "1 ACK");
    EXPECT_EQ(peer.last("ACK").request_uri(), "sip:gw2@198.51.100.7:5060") << "the new target";
    EXPECT_EQ(observer.told, Lines{"offer answered 200"});
    peer_sends(in_dialog("BYE", 2));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ARefusedReinviteLeavesTheCallAsItWas) {
    establish();
    leg->reinvite("our offer");
    loop.settle();
    peer_answers("INVITE", 488);
    EXPECT_EQ(observer.told, Lines{"offer answered 488"});
    EXPECT_EQ(leg->state(), InviteDialog::State::confirmed);
    peer_sends(in_dialog("BYE", 2));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AReinviteThatFindsTheCallGoneEndsIt) {
    establish();
    leg->reinvite("our offer");
    loop.settle();
    peer_answers("INVITE", 481);
    EXPECT_EQ(observer.told, Lines{"ended lost 481"});
    EXPECT_TRUE(peer.times("BYE").empty());
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AReinviteThatNobodyAnswersEndsTheCallWithABye) {
    establish();
    leg->reinvite("our offer");
    run_ms(32'100);
    EXPECT_EQ(observer.told, Lines{"ended lost 408"});
    EXPECT_EQ(peer.times("BYE").size(), 1u);
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, reinvite_meets_reinvite) {
    establish();
    leg->reinvite("our offer");
    loop.settle();
    peer_sends(in_dialog("INVITE", 2, "their offer"));
    EXPECT_EQ(peer.times("491 INVITE").size(), 1u);
    peer_sends(in_dialog("ACK", 2, "", "INVITE2"));
    peer_answers("INVITE", 491);
    EXPECT_EQ(observer.told, Lines{});
    peer.heard.clear();
    // The caller owns the Call-ID, so we try again within 2 s.
    for (int ms = 0; ms <= 2020 && peer.times("INVITE").empty(); ms += 10) run_ms(10);
    ASSERT_EQ(peer.times("INVITE").size(), 1u);
    EXPECT_EQ(peer.last("INVITE").body(), "our offer");
    peer_answers("INVITE", 200);
    EXPECT_EQ(observer.told, Lines{"offer answered 200"});
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AReinviteBeforeTheAckOfThe200Is491) {
    take(invite());
    leg->accept("answer");
    peer_sends(in_dialog("INVITE", 2, "early"));
    EXPECT_EQ(peer.times("491 INVITE").size(), 1u);
    peer_sends(in_dialog("ACK", 1));
    EXPECT_EQ(observer.told, Lines{"acknowledged"});
    run_ms(33'000);
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, InfoGoesToTheObserverAndOthersAreAnswered) {
    establish();
    peer_sends(in_dialog("OPTIONS", 2));
    EXPECT_EQ(peer.last("200 OPTIONS").to_tag(), tag);
    peer_sends(in_dialog("SUBSCRIBE", 3));
    EXPECT_EQ(peer.last("405 SUBSCRIBE").first(HeaderId::allow),
              "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REGISTER");
    auto info = wire(
        "INFO sip:192.0.2.1 SIP/2.0\n"
        "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinfo\n"
        "From: <sip:+56221234567@carrier.example>;tag=caller\n"
        "To: <sip:+56229145248@192.0.2.1>;tag=" +
            tag +
            "\n"
            "Call-ID: call-1\n"
            "CSeq: 4 INFO\n"
            "Content-Type: application/dtmf-relay\n",
        "Signal=1\r\n");
    peer_sends(info);
    EXPECT_EQ(peer.times("200 INFO").size(), 1u);
    EXPECT_EQ(observer.told, Lines{"info Signal=1\r\n"});
    peer_sends(in_dialog("BYE", 5));
    leg.reset();
    expect_nothing_left();
}

// RFC 3515: until transfer is built, who asks for one is told no.
TEST_F(IncomingInvite, AReferIsDeclinedAndTold) {
    establish();
    peer_sends(in_dialog("REFER", 2, "", "", "Refer-To: <sip:+56987654321@carrier.example>\n"));
    EXPECT_EQ(peer.times("603 REFER").size(), 1u);
    EXPECT_EQ(observer.told, Lines{"refer <sip:+56987654321@carrier.example>"});
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AnInfoOfAPackageIs469AndToldToNobody) {  // RFC 6086 §4.2.2
    establish();
    peer_sends(in_dialog("INFO", 2, "", "", "Info-Package: nodomain\n"));
    EXPECT_EQ(peer.last("469 INFO").first(HeaderId::recv_info), "");
    EXPECT_EQ(observer.told, Lines{});
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, AReinviteOfSeveralPartsIsTheObserversToAnswer) {
    establish();
    auto reinvite =
        in_dialog("INVITE", 2, "--e\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--e--\r\n");
    const std::string plain = "Content-Type: application/sdp\r\nContent-Length";
    reinvite.replace(reinvite.find(plain), plain.size(),
                     "Content-Type: multipart/mixed;boundary=e\r\nContent-Length");
    observer.when_offered = [&](const Message&) { leg->answer_offer("answer"); };
    peer_sends(reinvite);
    EXPECT_EQ(peer.last("200 INVITE").body(), "answer");
    peer_sends(in_dialog("ACK", 2));
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, RequestsOfAnotherCallIdOrTagAre481) {
    establish();
    auto stranger = in_dialog("BYE", 2);
    stranger.replace(stranger.find("call-1"), 6, "call-2");
    peer_sends(stranger);
    auto other_tag = in_dialog("BYE", 2, "", "other");
    other_tag.replace(other_tag.find("tag=caller"), 10, "tag=callex");
    peer_sends(other_tag);
    EXPECT_EQ(peer.story(), (Lines{"481 BYE", "481 BYE"}));
    EXPECT_EQ(observer.told, Lines{});
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

}  // namespace
}  // namespace skyn3t::sip
