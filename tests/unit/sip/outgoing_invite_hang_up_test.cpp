// The calling side: CANCEL, BYE and forks that answer too late (RFC 3261 §9.1, §13.2.2.4, §15).
#include "unit/sip/outgoing_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using test::SipPeer;
using Lines = std::vector<std::string>;

TEST_F(OutgoingInviteTest, uac_hangs_up_before_answer) {
    call();
    peer_answers("INVITE", 180);
    leg->hang_up({{"Reason", "SIP;cause=200;text=\"Call completed elsewhere\""}});
    loop.settle();
    const auto& cancel = peer.last("CANCEL");
    const auto& invite = peer.last("INVITE");
    EXPECT_EQ(cancel.request_uri(), invite.request_uri());
    EXPECT_EQ(cancel.first(HeaderId::via), invite.first(HeaderId::via));
    EXPECT_EQ(cancel.first(HeaderId::to), invite.first(HeaderId::to));
    EXPECT_EQ(cancel.first(HeaderId::from), invite.first(HeaderId::from));
    EXPECT_EQ(cancel.first(HeaderId::cseq), "1 CANCEL");
    EXPECT_TRUE(cancel.has(HeaderId::reason));
    peer_answers("CANCEL", 200);
    peer_answers("INVITE", 487);
    EXPECT_EQ(peer.times("ACK").size(), 1u);
    EXPECT_EQ(observer.told, Lines{"progress 180"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, ACancelWaitsForAProvisionalResponse) {
    call();
    leg.reset();
    run_ms(1000);
    EXPECT_TRUE(peer.times("CANCEL").empty());
    peer_answers("INVITE", 100, "");
    EXPECT_EQ(peer.times("CANCEL").size(), 1u);
    peer_answers("CANCEL", 200);
    peer_answers("INVITE", 487);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, HungUpAndNeverAnsweredNothingIsLeft) {
    call();
    leg.reset();
    expect_nothing_left();
    EXPECT_TRUE(peer.times("CANCEL").empty());
}

TEST_F(OutgoingInviteTest, AnInviteWhoseCancelBringsNo487IsForgottenAfter32Seconds) {
    call();
    peer_answers("INVITE", 180);
    leg.reset();
    peer_answers("CANCEL", 200);
    run_ms(31'900);
    EXPECT_EQ(agent->size().dialogs, 1u);
    run_ms(200);
    EXPECT_EQ(agent->size().dialogs, 0u);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, cancel_meets_200) {
    call();
    peer_answers("INVITE", 180);
    const auto answer = SipPeer::response(peer.last("INVITE"), 200, "phone", kContact, "answer");
    leg->hang_up();
    loop.settle();
    peer_sends(answer);
    peer_sends(answer);
    EXPECT_EQ(peer.story(), (Lines{"INVITE", "CANCEL", "ACK", "BYE", "ACK"}));
    EXPECT_EQ(observer.told, Lines{"progress 180"});
    peer_answers("CANCEL", 481);
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, late_200_after_487) {
    call();
    peer_answers("INVITE", 180, "one");
    leg->hang_up();
    peer_answers("CANCEL", 200);
    peer_answers("INVITE", 487, "one");
    peer_answers("INVITE", 200, "two");
    EXPECT_EQ(peer.story(), (Lines{"INVITE", "CANCEL", "ACK", "ACK", "BYE"}));
    EXPECT_EQ(peer.last("BYE").to_tag(), "two");
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, TheSecondForkThatAnswersIsAcknowledgedAndHungUp) {
    call();
    peer_answers("INVITE", 180, "one");
    peer_answers("INVITE", 183, "two", kContact, "ringback");
    peer_answers("INVITE", 200, "two", kContact, "answer two");
    peer_answers("INVITE", 200, "one", kContact, "answer one");
    EXPECT_EQ(observer.told,
              (Lines{"progress 180", "progress 183 [ringback]", "answered [answer two]"}));
    EXPECT_EQ(peer.story(), (Lines{"INVITE", "ACK", "ACK", "BYE"}));
    EXPECT_EQ(peer.last("BYE").to_tag(), "one");
    peer_answers("BYE", 200);
    peer.heard.erase(peer.heard.begin() + 1, peer.heard.end());
    leg.reset();
    loop.settle();
    EXPECT_EQ(peer.last("BYE").to_tag(), "two");
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, AByeThatIsNeverAnsweredIsForgotten) {
    establish();
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(peer.times("BYE").size(), 11u);
}

}  // namespace
}  // namespace skyn3t::sip
