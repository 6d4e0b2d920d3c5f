// The called side: what a caller sees, RFC 3261 §13.3, §15, §9.2.
#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::filled;
using test::SipPeer;
using test::wire;
using Lines = std::vector<std::string>;
using Times = std::vector<int>;

class IncomingInvite : public test::UserAgentTest {
  protected:
    static std::string invite(std::string_view sdp = "offer", std::string_view more = "") {
        return wire(
            "INVITE sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>\n"
            "Call-ID: call-1\n"
            "CSeq: 1 INVITE\n"
            "Contact: <sip:gw@198.51.100.7:5060>\n" +
                std::string(more) + (sdp.empty() ? "" : "Content-Type: application/sdp\n"),
            sdp);
    }
    // A request in the dialog that our `to_tag` made.
    std::string in_dialog(std::string_view method, int cseq, std::string_view body = "",
                          std::string_view branch = "", std::string_view more = "") const {
        const auto name = std::string(method);
        const auto unique = branch.empty() ? name + std::to_string(cseq) : std::string(branch);
        return wire(name + " sip:192.0.2.1:5060 SIP/2.0\n" +
                        "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bK" + unique + "\n" +
                        "Max-Forwards: 70\n"
                        "From: <sip:+56221234567@carrier.example>;tag=caller\n"
                        "To: <sip:+56229145248@192.0.2.1>;tag=" +
                        tag + "\nCall-ID: call-1\nCSeq: " + std::to_string(cseq) + " " + name +
                        "\nContact: <sip:gw@198.51.100.7:5060>\n" + std::string(more) +
                        (body.empty() ? "" : "Content-Type: application/sdp\n"),
                    body);
    }
    std::string cancel() const {
        return wire(
            "CANCEL sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>\n"
            "Call-ID: call-1\n"
            "CSeq: 1 CANCEL\n");
    }
    std::string failure_ack() const {
        return wire(
            "ACK sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>;tag=" +
            tag +
            "\n"
            "Call-ID: call-1\n"
            "CSeq: 1 ACK\n");
    }
    void take(std::string text) {
        peer_sends(std::move(text));
        ASSERT_EQ(handler.requests.size(), 1u);
        leg = agent->take_invite(std::move(handler.requests.front()), observer);
        handler.requests.clear();
        ASSERT_TRUE(leg);
        tag = leg->local_tag();
    }
    void establish() {
        take(invite());
        leg->accept("answer");
        loop.settle();
        peer_sends(in_dialog("ACK", 1));
        observer.take();
        peer.heard.clear();
    }
    void peer_answers(std::string_view method, int status) {
        loop.settle();
        peer_sends(SipPeer::response(peer.last(method), status));
    }

    std::string tag = "none";
    InviteDialogHandle leg;
};

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

TEST_F(IncomingInvite, WhenWeHangUpTheCallerGetsAByeOverItsFlow) {
    establish();
    leg->hang_up({{"Reason", "Q.850;cause=16"}});
    loop.settle();
    const auto& bye = peer.last("BYE");
    EXPECT_EQ(bye.request_uri(), "sip:gw@198.51.100.7:5060");
    EXPECT_EQ(bye.from_tag(), tag);
    EXPECT_EQ(bye.to_tag(), "caller");
    EXPECT_EQ(bye.first(HeaderId::cseq), "1 BYE");
    EXPECT_EQ(bye.first("Reason"), "Q.850;cause=16");
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(observer.told, Lines{}) << "we ended it";
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

TEST_F(IncomingInvite, HungUpBeforeItsAckTheByeWaitsForIt) {
    take(invite());
    leg->accept("answer");
    leg->hang_up();
    run_ms(1000);
    EXPECT_TRUE(peer.times("BYE").empty());
    peer_sends(in_dialog("ACK", 1));
    EXPECT_EQ(peer.times("BYE"), Times{1000});
    peer_answers("BYE", 200);
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

TEST_F(IncomingInvite, uac_hangs_up_before_answer) {
    take(invite());
    leg->progress(180);
    peer_sends(cancel());
    EXPECT_EQ(peer.story(), (Lines{"180 INVITE", "200 CANCEL", "487 INVITE"}));
    EXPECT_EQ(observer.told, Lines{"ended canceled 487"});
    peer_sends(failure_ack());
    leg->accept("too late");
    loop.settle();
    EXPECT_EQ(peer.heard.size(), 3u);
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, CanceledWhileTheHandlerThinksItIsAnsweredForIt) {
    peer_sends(invite());
    peer_sends(cancel());
    EXPECT_EQ(peer.story(), (Lines{"200 CANCEL", "487 INVITE"}));
    EXPECT_FALSE(handler.requests.front().is_open());
    EXPECT_FALSE(agent->take_invite(std::move(handler.requests.front()), observer));
    peer_sends(failure_ack());
    handler.requests.clear();
    expect_nothing_left();
}

TEST_F(IncomingInvite, cancel_meets_200) {
    take(invite());
    leg->accept("answer");
    peer_sends(cancel());  // sent before the 200 arrived
    EXPECT_EQ(peer.story(), (Lines{"200 INVITE", "200 CANCEL"}));
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("BYE", 2));
    EXPECT_EQ(observer.told, (Lines{"acknowledged", "ended bye"}));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ACallerThatSendsAByeInsteadOfACancelIsUnderstood) {
    take(invite());
    leg->progress(180);
    loop.settle();
    peer_sends(in_dialog("BYE", 2));
    EXPECT_EQ(peer.story(), (Lines{"180 INVITE", "200 BYE", "487 INVITE"}));
    EXPECT_EQ(observer.told, Lines{"ended bye"});
    peer_sends(failure_ack());
    leg.reset();
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

TEST_F(IncomingInvite, ASessionTimerIsTheCallersToRefresh) {
    take(invite("offer", "Supported: timer\nSession-Expires: 1800\n"));
    leg->accept("answer");
    loop.settle();
    EXPECT_EQ(peer.last("200 INVITE").first(HeaderId::session_expires), "1800;refresher=uac");
    EXPECT_EQ(peer.last("200 INVITE").first(HeaderId::require), "timer");
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("UPDATE", 2, "", "", "Supported: timer\nSession-Expires: 900\n"));
    EXPECT_EQ(peer.last("200 UPDATE").first(HeaderId::session_expires), "900;refresher=uac");
    EXPECT_EQ(observer.told, Lines{"acknowledged"}) << "no offer, so nothing to ask";
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ASessionTimerThatWouldBeOursIsLeftOut) {
    take(invite("offer", "Supported: timer\nSession-Expires: 1800;refresher=uas\n"));
    leg->accept("answer");
    loop.settle();
    EXPECT_FALSE(peer.last("200 INVITE").has(HeaderId::session_expires));
    EXPECT_FALSE(peer.last("200 INVITE").has(HeaderId::require));
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("BYE", 3));
    leg.reset();
    expect_nothing_left();
}

// In the dialog

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

TEST_F(IncomingInvite, bye_meets_reinvite) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "change"));
    leg->hang_up();
    loop.settle();
    EXPECT_EQ(peer.story(), (Lines{"487 INVITE", "BYE"}));
    peer_answers("BYE", 200);
    leg->answer_offer("too late");
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(observer.told, Lines{"offer [change]"});
}

TEST_F(IncomingInvite, TheCallersByeEndsItsOwnPendingReinvite) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "change"));
    peer_sends(in_dialog("BYE", 3));
    EXPECT_EQ(peer.story(), (Lines{"200 BYE", "487 INVITE"}));
    EXPECT_EQ(observer.told, (Lines{"offer [change]", "ended bye"}));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, bye_meets_bye) {
    establish();
    leg->hang_up();
    loop.settle();
    peer_sends(in_dialog("BYE", 2));
    EXPECT_EQ(peer.story(), (Lines{"BYE", "200 BYE"}));
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ACanceledReinviteIs487AndTheCallGoesOn) {
    establish();
    peer_sends(in_dialog("INVITE", 2, "change", "same"));
    peer_sends(in_dialog("CANCEL", 2, "", "same"));
    EXPECT_EQ(peer.story(), (Lines{"200 CANCEL", "487 INVITE"}));
    leg->answer_offer("too late");
    EXPECT_EQ(leg->state(), InviteDialog::State::confirmed);
    run_ms(33'000);
    peer_sends(in_dialog("BYE", 3));
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
    peer_sends(in_dialog("REFER", 3));
    EXPECT_TRUE(peer.last("405 REFER").has(HeaderId::allow));
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
