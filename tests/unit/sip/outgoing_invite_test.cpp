// The calling side: what the called peer sees (RFC 3261 §13.2).
#include "unit/sip/outgoing_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::Fate;
using test::Packet;
using test::SipPeer;
using Lines = std::vector<std::string>;
using Times = std::vector<int>;

TEST_F(OutgoingInviteTest, CallsRingsIsAnsweredAndHangsUp) {
    call();
    const auto& invite = peer.last("INVITE");
    EXPECT_EQ(invite.request_uri(), "sip:office@10.0.0.5:5062");
    EXPECT_EQ(invite.first(HeaderId::to), "<sip:+56229145248-office@sip.example.cl>");
    EXPECT_EQ(invite.first(HeaderId::contact), "<sip:192.0.2.1:5060>");
    EXPECT_EQ(invite.first(HeaderId::cseq), "1 INVITE");
    EXPECT_EQ(invite.first(HeaderId::max_forwards), "70");
    EXPECT_EQ(invite.body(), "offer");
    peer_answers("INVITE", 100, "");
    peer_answers("INVITE", 180);
    peer_answers("INVITE", 200, "phone", kContact, "answer");
    EXPECT_EQ(observer.take(), (Lines{"progress 180", "answered [answer]"}));
    EXPECT_EQ(peer.last("ACK").first(HeaderId::cseq), "1 ACK");
    EXPECT_EQ(peer.last("ACK").request_uri(), "sip:office@10.0.0.5:5062");
    EXPECT_NE(peer.last("ACK").top_via()->branch, peer.last("INVITE").top_via()->branch);
    leg->hang_up();
    peer_answers("BYE", 200);
    EXPECT_EQ(peer.last("BYE").first(HeaderId::cseq), "2 BYE");
    EXPECT_EQ(peer.last("BYE").to_tag(), "phone");
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(observer.told, Lines{});
}

TEST_F(OutgoingInviteTest, IsHungUpByThePhone) {
    establish();
    peer_sends(from_peer("BYE", 1));
    EXPECT_EQ(observer.told, Lines{"ended bye"});
    EXPECT_EQ(peer.times("200 BYE").size(), 1u);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, ARefusalIsToldWithStatusAndReason) {
    call();
    std::string reason;
    peer_answers("INVITE", 486);
    EXPECT_EQ(observer.told, Lines{"ended refused 486"});
    EXPECT_EQ(peer.times("ACK").size(), 1u);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, AnAnswerCannotChangeWhatIsOurs) {
    call();
    auto answer = SipPeer::response(peer.last("INVITE"), 200, "phone", kContact, "answer");
    const auto ours = std::string(peer.last("INVITE").from_tag());
    answer.replace(answer.find(ours), ours.size(), "theirs");
    peer_sends(answer);
    EXPECT_EQ(peer.last("ACK").from_tag(), ours);
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, NobodyThereIs408After32Seconds) {
    call();
    run_ms(32'100);
    EXPECT_EQ(observer.told, Lines{"ended refused 408"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, AConnectionThatIsGoneIs503AndToldLater) {
    auto invite = to_phone();
    invite.flow = {TransportKind::tcp, kOurs, kPeer, 99};
    leg = agent->invite(std::move(invite), observer);
    EXPECT_EQ(observer.told, Lines{});
    run_ms(20);
    EXPECT_EQ(observer.told, Lines{"ended refused 503"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, uas_drops_the_first_ack) {
    call();
    for (int copy = 0; copy < 3; ++copy) peer_answers("INVITE", 200, "phone", kContact, "answer");
    EXPECT_EQ(peer.times("ACK").size(), 3u) << "each 2xx gets its ACK";
    EXPECT_EQ(observer.told, Lines{"answered [answer]"});
    EXPECT_TRUE(peer.times("BYE").empty());
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, uas_drops_the_first_invite) {
    unsigned lost = 0;
    network.script = [&](const Packet& packet) {
        const bool drop = packet.bytes.starts_with("INVITE") && lost++ < 2;
        return Fate{drop ? 0u : 1u, {}};
    };
    call();
    run_ms(1600);
    EXPECT_EQ(peer.times("INVITE"), Times{1500});
    peer_answers("INVITE", 603);
    EXPECT_EQ(observer.told, Lines{"ended refused 603"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, DuplicatedAndLatePacketsChangeNothing) {
    network.script = [&](const Packet& packet) {
        return Fate{2, packet.bytes.starts_with("SIP/2.0 180") ? 300ms : 0ms};
    };
    call();
    peer_answers("INVITE", 180);
    peer_answers("INVITE", 200, "phone", kContact, "answer");
    run_ms(400);  // the 180s overtaken by the 200
    EXPECT_EQ(observer.told, Lines{"answered [answer]"});
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
    EXPECT_EQ(peer.times("BYE").size(), 2u);
}

TEST_F(OutgoingInviteTest, GlareWaitsLongerForTheOwnerOfTheCallId) {
    establish();
    leg->reinvite("hold");
    loop.settle();
    peer_answers("INVITE", 491);
    const auto before = peer.times("INVITE").size();
    run_ms(2090);
    EXPECT_EQ(peer.times("INVITE").size(), before);
    for (int ms = 0; ms <= 1950 && peer.times("INVITE").size() == before; ms += 10) run_ms(10);
    EXPECT_EQ(peer.times("INVITE").size(), before + 1);
    peer_answers("INVITE", 200, "", kContact, "held");
    EXPECT_EQ(observer.told, Lines{"offer answered 200 [held]"});
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, TwoOffersWaitForEachOtherAndTheLastOneWins) {
    establish();
    leg->reinvite("one");
    leg->reinvite("two");
    leg->reinvite("three");
    loop.settle();
    EXPECT_EQ(peer.last("INVITE").body(), "one");
    peer_answers("INVITE", 200, "", kContact, "answer one");
    loop.settle();
    EXPECT_EQ(peer.last("INVITE").body(), "three");
    peer_answers("INVITE", 200, "", kContact, "answer three");
    EXPECT_EQ(observer.told,
              (Lines{"offer answered 200 [answer one]", "offer answered 200 [answer three]"}));
    leg.reset();
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, TheHandleMayBeDestroyedFromAnyCallback) {
    observer.when_told = [&] { leg.reset(); };
    call();
    peer_answers("INVITE", 180);
    peer_answers("CANCEL", 200);
    peer_answers("INVITE", 487);
    expect_nothing_left();
    call();
    peer_answers("INVITE", 486);
    expect_nothing_left();
    call();
    peer_answers("INVITE", 200, "phone", kContact, "answer");
    peer_answers("BYE", 200);
    expect_nothing_left();
}

TEST_F(OutgoingInviteTest, AHandleMayOutliveTheUserAgent) {
    call();
    peer_answers("INVITE", 180);
    agent.reset();
    EXPECT_EQ(loop.wheel.running(), 0u);
    leg.reset();
}

}  // namespace
}  // namespace skyn3t::sip
