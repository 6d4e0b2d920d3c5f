// The called side: how a call ends, with the races of CANCEL and BYE (RFC 3261 §15, §9.2).
#include "unit/sip/incoming_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using Lines = std::vector<std::string>;
using Times = std::vector<int>;

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

TEST_F(IncomingInvite, ACancelIsAnsweredWithTheToTagOfTheInviteWhenItRang) {
    take(invite());
    leg->progress(180);
    peer_sends(cancel());
    EXPECT_EQ(peer.last("200 CANCEL").to_tag(), tag);
    peer_sends(failure_ack());
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ACancelIsAnsweredWithTheToTagOfTheInviteWhenItWasAnswered) {
    take(invite());
    leg->accept("answer");
    peer_sends(cancel());
    EXPECT_EQ(peer.last("200 CANCEL").to_tag(), tag);
    peer_sends(in_dialog("ACK", 1));
    peer_sends(in_dialog("BYE", 2));
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ACancelIsAnsweredWithTheToTagOfTheInviteWhenItWasRefused) {
    take(invite());
    leg->reject(486);
    peer_sends(cancel());
    EXPECT_EQ(peer.last("200 CANCEL").to_tag(), tag);
    peer_sends(failure_ack());
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingInvite, ACancelIsAnsweredWithTheToTagOfTheInviteWhenNobodyTookItYet) {
    peer_sends(invite());
    peer_sends(cancel());
    EXPECT_FALSE(peer.last("200 CANCEL").to_tag().empty());
    EXPECT_EQ(peer.last("200 CANCEL").to_tag(), peer.last("487 INVITE").to_tag());
    peer_sends(failure_ack());
    handler.requests.clear();
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

}  // namespace
}  // namespace skyn3t::sip
