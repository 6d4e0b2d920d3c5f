// The calling side: challenges of a trunk (RFC 3261 §22).
#include "unit/sip/outgoing_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using Lines = std::vector<std::string>;

TEST_F(OutgoingInviteToTrunk, AChallengeIsAnsweredOnceWithTheNextCSeq) {
    call(to_trunk());
    const auto first = std::string(peer.last("INVITE").call_id());
    peer_answers("INVITE", 407, "c", challenge("n1"));
    const auto& again = peer.last("INVITE");
    EXPECT_EQ(again.first(HeaderId::cseq), "2 INVITE");
    EXPECT_EQ(again.call_id(), first);
    EXPECT_EQ(again.to_tag(), "");
    const auto answer = DigestParams::parse(*again.first(HeaderId::proxy_authorization));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->username, "skyn3t");
    EXPECT_EQ(answer->uri, "sip:+56998765432@198.51.100.7");
    EXPECT_EQ(answer->nonce, "n1");
    peer_answers("INVITE", 407, "c", challenge("n2"));
    EXPECT_EQ(observer.told, Lines{"ended refused 407"});
    EXPECT_EQ(peer.times("INVITE").size(), 2u);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteToTrunk, AStaleNonceIsAnsweredAgain) {
    call(to_trunk());
    peer_answers("INVITE", 407, "c", challenge("n1"));
    peer_answers("INVITE", 407, "c", challenge("n2", ", stale=true"));
    EXPECT_EQ(DigestParams::parse(*peer.last("INVITE").first(HeaderId::proxy_authorization))->nonce,
              "n2");
    peer_answers("INVITE", 200, "trunk", "Contact: <sip:gw@198.51.100.7>\n", "answer");
    EXPECT_TRUE(peer.last("ACK").has(HeaderId::proxy_authorization));
    leg->hang_up();
    loop.settle();
    // Preemptive; and a challenge of the BYE is answered as well.
    EXPECT_TRUE(peer.last("BYE").has(HeaderId::proxy_authorization));
    peer_answers("BYE", 407, "trunk", challenge("n3"));
    EXPECT_EQ(DigestParams::parse(*peer.last("BYE").first(HeaderId::proxy_authorization))->nonce,
              "n3");
    peer_answers("BYE", 200, "trunk");
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, WithoutCredentialsAChallengeIsARefusal) {
    call();
    peer_answers("INVITE", 401, "c", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\n");
    EXPECT_EQ(observer.told, Lines{"ended refused 401"});
    leg.reset();
    expect_nothing_left();
}

}  // namespace
}  // namespace skyn3t::sip
