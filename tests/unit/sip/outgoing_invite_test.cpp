// The calling side: what the called peer sees, RFC 3261 §13.2, §9.1, §22.
#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::Fate;
using test::Packet;
using test::SipPeer;
using test::wire;
using Lines = std::vector<std::string>;
using Times = std::vector<int>;

class OutgoingInviteTest : public test::UserAgentTest {
  protected:
    OutgoingInvite to_phone() {
        OutgoingInvite invite;
        invite.target = "sip:office@10.0.0.5:5062";  // behind a NAT
        invite.from = "\"Ana\" <sip:+56221234567@sip.example.cl>";
        invite.to = "<sip:+56229145248-office@sip.example.cl>";
        invite.flow = transport.udp_to(kPeer);
        invite.sdp = "offer";
        return invite;
    }
    void call(OutgoingInvite invite) {
        leg = agent->invite(std::move(invite), observer);
        loop.settle();
    }
    void call() { call(to_phone()); }
    static constexpr std::string_view kContact = "Contact: <sip:office@10.0.0.5:5062>\n";

    void peer_answers(std::string_view method, int status, std::string_view tag = "phone",
                      std::string_view lines = kContact, std::string_view body = "") {
        loop.settle();
        peer_sends(SipPeer::response(peer.last(method), status, tag, lines, body));
    }
    void establish() {
        call();
        peer_answers("INVITE", 200, "phone", kContact, "answer");
        observer.take();
    }
    std::string from_peer(std::string_view method, int cseq, std::string_view body = "") {
        const auto name = std::string(method);
        const auto& invite = peer.last("INVITE");
        return wire(name + " sip:192.0.2.1:5060 SIP/2.0\n" +
                        "Via: SIP/2.0/UDP 10.0.0.5:5062;rport;branch=z9hG4bK" + name +
                        std::to_string(cseq) +
                        "\n"
                        "From: <sip:+56229145248-office@sip.example.cl>;tag=phone\n"
                        "To: <sip:+56221234567@sip.example.cl>;tag=" +
                        std::string(invite.from_tag()) + "\nCall-ID: " +
                        std::string(invite.call_id()) + "\nCSeq: " + std::to_string(cseq) + " " +
                        name + "\nContact: <sip:office@10.0.0.5:5062>\n" +
                        (body.empty() ? "" : "Content-Type: application/sdp\n"),
                    body);
    }
    InviteDialogHandle leg;
};

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

// CANCEL

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

// Forking

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

// Credentials

class OutgoingInviteToTrunk : public OutgoingInviteTest {
  protected:
    OutgoingInvite to_trunk() {
        auto invite = to_phone();
        invite.target = "sip:+56998765432@198.51.100.7";
        invite.stay_on_flow = false;
        invite.credentials = {"skyn3t", "secret"};
        return invite;
    }
    static std::string challenge(std::string_view nonce, std::string_view more = "") {
        return "Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"" + std::string(nonce) +
               "\", algorithm=MD5, qop=\"auth\"" + std::string(more) + "\n";
    }
};

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

// Where requests go

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

TEST_F(OutgoingInviteTest, AByeThatIsNeverAnsweredIsForgotten) {
    establish();
    leg.reset();
    expect_nothing_left();
    EXPECT_EQ(peer.times("BYE").size(), 11u);
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
