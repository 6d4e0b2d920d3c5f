#include "sip/transaction_layer.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/sip_peer.hpp"

// The four machines of RFC 3261 §17 with their times written out: T1 500 ms, T2 4 s, T4 5 s.
namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::FakeLoop;
using test::FakeNetwork;
using test::FakeTransport;
using test::SipPeer;
using test::wire;

const auto kServerEnd = Endpoint::v4(192, 0, 2, 1, 5060);
const auto kPeerEnd = Endpoint::v4(198, 51, 100, 7, 5060);

struct Recorder final : ClientTransactionUser, ServerTransactionUser, TransactionLayerUser {
    std::vector<std::string> told;
    std::vector<Message> requests;
    ServerTransaction* server = nullptr;

    void on_response(ClientTransaction&, const Message& response) override {
        told.push_back(std::to_string(response.status()));
    }
    void on_no_response(ClientTransaction&, int status) override {
        told.push_back("none, " + std::to_string(status));
    }
    void on_transaction_gone(ClientTransaction&) override { told.push_back("gone"); }
    void on_canceled(const Message&) override {}
    std::string_view to_tag() const override { return "ours"; }
    void on_transaction_gone() override { server = nullptr; }
    void on_request(NewRequest request) override {
        told.push_back(std::string(request.message.method_name()) +
                       (request.is_merged ? " merged" : ""));
        server = &request.transaction;
        server->set_user(this);
        requests.push_back(std::move(request.message));
    }
    void on_ack(const Message&, const Flow&) override { told.push_back("ACK"); }
    void on_refused(const Message&, const Flow&) override { told.push_back("refused"); }

    void respond(int status, std::string_view tag = "ours") {
        server->respond(status,
                        MessageBuilder::response_to(requests.back(), status, {}, tag).build());
    }
};

class TransactionLayerTest : public ::testing::Test, TransportReceiver {
  protected:
    TransactionLayerTest() { transport.set_receiver(this); }

    FakeLoop loop;
    FakeNetwork network{loop};
    FakeTransport transport{network, kServerEnd};
    SipPeer peer{loop, network, kPeerEnd};
    TimerValues timers;
    UserAgentCounters counters;
    Recorder user;
    std::optional<TransactionLayer> layer{
        std::in_place, TransactionLayer::Environment{transport, loop.wheel, timers, counters}, 3,
        user};

    void on_received(std::string bytes, const Flow& flow) override {
        auto message = Message::parse(std::move(bytes));
        ASSERT_TRUE(message);
        if (message->is_request()) message->set_source(flow.remote.host(), flow.remote.port);
        layer->receive(std::move(*message), flow);
    }
    void on_connection_closed(const Flow& flow) override { layer->on_connection_closed(flow); }

    static std::string request_text(std::string_view method, std::string_view via,
                                    std::string_view tag = {}) {
        return wire(std::string(method) +
                    " sip:phone@198.51.100.7 SIP/2.0\n"
                    "Via: " +
                    std::string(via) +
                    "\n"
                    "Max-Forwards: 70\n"
                    "From: <sip:a@example.cl>;tag=1\n"
                    "To: <sip:b@example.cl>" +
                    std::string(tag) +
                    "\n"
                    "Call-ID: c1\n"
                    "CSeq: 1 " +
                    std::string(method) + "\n");
    }
    ClientTransaction& send(Method method, const Flow& flow) {
        const auto via = "SIP/2.0/" + std::string(via_name(flow.transport)) +
                         " 192.0.2.1:5060;rport;branch=z9hG4bKours";
        auto& sent =
            layer->send(method, "z9hG4bKours", flow, request_text(name_of(method), via), &user);
        loop.settle();
        return sent;
    }
    ClientTransaction& send(Method method) { return send(method, transport.udp_to(kPeerEnd)); }
    void peer_answers(std::string_view method, int status) {
        peer.send(kServerEnd, SipPeer::response(peer.last(method), status, "theirs"));
    }
    void peer_requests(std::string_view method, std::string_view branch = "z9hG4bKtheirs") {
        peer.send(kServerEnd, request_text(method, "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=" +
                                                       std::string(branch)));
    }
    void expect_nothing_left() {
        EXPECT_EQ(layer->servers() + layer->clients(), 0u);
        loop.run_for(20ms);
        EXPECT_EQ(loop.wheel.running(), 0u);
    }
};

using Lines = std::vector<std::string>;
using Times = std::vector<int>;

// INVITE client, §17.1.1

TEST_F(TransactionLayerTest, InviteClientRepeatsOnUdpWithDoublingGapsUntil32Seconds) {
    send(Method::invite);
    loop.run_for(31'900ms);
    EXPECT_EQ(peer.times("INVITE"), (Times{0, 500, 1500, 3500, 7500, 15500, 31500}));
    EXPECT_EQ(user.told, Lines{});
    loop.run_for(200ms);
    EXPECT_EQ(user.told, (Lines{"none, 408", "gone"}));
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteClientStopsRepeatingAtAProvisionalResponseAndWaitsForEver) {
    send(Method::invite);
    loop.run_for(600ms);
    peer_answers("INVITE", 180);
    loop.run_for(600s);
    EXPECT_EQ(peer.times("INVITE"), (Times{0, 500}));
    EXPECT_EQ(user.told, Lines{"180"});
    peer_answers("INVITE", 486);
    loop.run_for(33s);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteClientAcknowledgesAFailureAndItsCopiesFor32Seconds) {
    send(Method::invite);
    peer_answers("INVITE", 486);
    loop.run_for(31s);
    peer_answers("INVITE", 486);
    EXPECT_EQ(peer.times("ACK"), (Times{0, 31000}));
    EXPECT_EQ(user.told, Lines{"486"});
    loop.run_for(1100ms);
    EXPECT_EQ(user.told, (Lines{"486", "gone"}));
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteClientsAckOfAFailureHasItsViaAndTheResponsesTo) {
    send(Method::invite);
    peer_answers("INVITE", 486);
    EXPECT_EQ(peer.last("ACK").text(),
              "ACK sip:phone@198.51.100.7 SIP/2.0\r\n"
              "Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKours\r\n"
              "Max-Forwards: 70\r\n"
              "From: <sip:a@example.cl>;tag=1\r\n"
              "To: <sip:b@example.cl>;tag=theirs\r\n"
              "Call-ID: c1\r\n"
              "CSeq: 1 ACK\r\n"
              "Content-Length: 0\r\n\r\n");
    loop.run_for(33s);
}

TEST_F(TransactionLayerTest, InviteClientGivesEvery2xxToItsUserFor32Seconds) {
    send(Method::invite);
    peer_answers("INVITE", 200);
    loop.run_for(31s);
    peer_answers("INVITE", 200);
    EXPECT_EQ(user.told, (Lines{"200", "200"}));
    EXPECT_EQ(peer.times("ACK"), Times{});  // the dialog's work
    loop.run_for(1100ms);
    EXPECT_EQ(user.told.back(), "gone");
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteClientOnTcpNeverRepeatsAndEndsAtOnceAfterAFailure) {
    const auto flow = transport.open(TransportKind::tcp, kPeerEnd);
    send(Method::invite, *flow);
    loop.run_for(20s);
    EXPECT_EQ(peer.times("INVITE"), (Times{0}));
    peer.send(peer.heard.back().flow, SipPeer::response(peer.last("INVITE"), 486, "theirs"));
    loop.run_for(20ms);
    EXPECT_EQ(user.told, (Lines{"486", "gone"}));
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, AClientOnAConnectionThatClosesIsTold503) {
    const auto flow = transport.open(TransportKind::tcp, kPeerEnd);
    send(Method::invite, *flow);
    transport.close(flow->connection);
    loop.run_for(20ms);
    EXPECT_EQ(user.told, (Lines{"none, 503", "gone"}));
    send(Method::options, *flow);  // and one that starts on it
    EXPECT_EQ(user.told.size(), 2u) << "told from within send()";
    loop.run_for(20ms);
    EXPECT_EQ(user.told, (Lines{"none, 503", "gone", "none, 503", "gone"}));
    expect_nothing_left();
}

// Non-INVITE client, §17.1.2

TEST_F(TransactionLayerTest, NonInviteClientRepeatsUpToEvery4SecondsUntil32Seconds) {
    send(Method::options);
    loop.run_for(31'900ms);
    EXPECT_EQ(peer.times("OPTIONS"),
              (Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
    loop.run_for(200ms);
    EXPECT_EQ(user.told, (Lines{"none, 408", "gone"}));
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, NonInviteClientRepeatsEvery4SecondsAfterAProvisionalResponse) {
    send(Method::options);
    loop.run_for(600ms);
    peer_answers("OPTIONS", 100);
    loop.run_for(9s);
    EXPECT_EQ(peer.times("OPTIONS"), (Times{0, 500, 1500, 5500, 9500}));
    loop.run_for(25s);
    EXPECT_EQ(user.told, (Lines{"100", "none, 408", "gone"}));
}

TEST_F(TransactionLayerTest, NonInviteClientAbsorbsCopiesOfTheFinalResponseFor5Seconds) {
    send(Method::options);
    peer_answers("OPTIONS", 200);
    loop.run_for(4900ms);
    peer_answers("OPTIONS", 200);
    EXPECT_EQ(user.told, Lines{"200"});
    loop.run_for(200ms);
    EXPECT_EQ(user.told, (Lines{"200", "gone"}));
    peer_answers("OPTIONS", 200);
    EXPECT_EQ(counters.stray_responses, 1u);
    expect_nothing_left();
}

// INVITE server, §17.2.1 and RFC 6026

TEST_F(TransactionLayerTest, InviteServerSends100After200Milliseconds) {
    peer_requests("INVITE");
    loop.run_for(190ms);
    EXPECT_EQ(peer.story(), Lines{});
    loop.run_for(20ms);
    EXPECT_EQ(peer.times("100 INVITE"), (Times{200}));
    EXPECT_EQ(peer.last("100 INVITE").to_tag(), "");
    user.respond(486);
    peer_requests("ACK");
    loop.run_for(6s);
}

TEST_F(TransactionLayerTest, InviteServerAnsweredInTimeSendsNo100) {
    peer_requests("INVITE");
    user.respond(180);
    loop.run_for(1s);
    EXPECT_EQ(peer.story(), Lines{"180 INVITE"});
    peer_requests("INVITE");  // a copy brings the last provisional response again
    EXPECT_EQ(peer.story(), (Lines{"180 INVITE", "180 INVITE"}));
    EXPECT_EQ(user.told, Lines{"INVITE"});
    user.respond(486);
    peer_requests("ACK");
    loop.run_for(6s);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteServerRepeatsAFailureUntilItsAckAndAbsorbsAcksFor5Seconds) {
    peer_requests("INVITE");
    user.respond(486);
    loop.run_for(8s);
    EXPECT_EQ(peer.times("486 INVITE"), (Times{0, 500, 1500, 3500, 7500}));
    peer_requests("ACK");
    loop.run_for(4900ms);
    peer_requests("ACK");
    EXPECT_EQ(peer.times("486 INVITE").size(), 5u);
    EXPECT_EQ(user.told, Lines{"INVITE"}) << "its ACKs are the transaction's";
    EXPECT_EQ(layer->servers(), 1u);
    loop.run_for(200ms);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteServerGivesUpOnTheAckAfter32Seconds) {
    peer_requests("INVITE");
    user.respond(486);
    loop.run_for(33s);
    EXPECT_EQ(peer.times("486 INVITE"),
              (Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, InviteServerAbsorbsCopiesAfterA2xxAndSendsItsUsersRepeats) {
    peer_requests("INVITE");
    user.respond(200);
    peer_requests("INVITE");
    EXPECT_EQ(peer.times("200 INVITE"), (Times{0}));
    user.respond(200);
    user.respond(486);  // too late
    loop.settle();
    EXPECT_EQ(peer.story(), (Lines{"200 INVITE", "200 INVITE"}));
    loop.run_for(32'100ms);
    EXPECT_EQ(user.server, nullptr);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, TheAckOfA2xxIsTheDialogsEvenWithTheBranchOfTheInvite) {
    peer_requests("INVITE");
    user.respond(200);
    peer_requests("ACK", "z9hG4bKother");
    peer_requests("ACK");
    EXPECT_EQ(user.told, (Lines{"INVITE", "ACK", "ACK"}));
    loop.run_for(33s);
}

// Non-INVITE server, §17.2.2

TEST_F(TransactionLayerTest, NonInviteServerAbsorbsCopiesWhileItsUserThinksAndSendsNo100) {
    peer_requests("REGISTER");
    loop.run_for(10s);
    peer_requests("REGISTER");
    EXPECT_EQ(user.told, Lines{"REGISTER"});
    EXPECT_EQ(peer.story(), Lines{});
    user.respond(200);
    loop.run_for(31'900ms);
    peer_requests("REGISTER");
    EXPECT_EQ(peer.times("200 REGISTER"), (Times{10000, 41900}));
    loop.run_for(200ms);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, AServerThatRespondsOnceKeepsNothing) {
    peer_requests("REGISTER");
    user.server->respond_once(
        MessageBuilder::response_to(user.requests.back(), 401, {}, "ours").build());
    loop.run_for(20ms);
    EXPECT_EQ(peer.story(), Lines{"401 REGISTER"});
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, NonInviteServerOnTcpEndsWithItsResponse) {
    const auto flow = peer.transport().open(TransportKind::tcp, kServerEnd);
    peer.send(*flow, request_text("REGISTER", "SIP/2.0/TCP 198.51.100.7;branch=z9hG4bKt"));
    user.respond(200);
    loop.run_for(20ms);
    EXPECT_EQ(peer.story(), Lines{"200 REGISTER"});
    expect_nothing_left();
}

// Matching, §17.2.3

TEST_F(TransactionLayerTest, APeerWithoutTheMagicCookieIsMatchedByCallAndCSeq) {
    const auto via = "SIP/2.0/UDP 198.51.100.7:5060;rport";
    peer.send(kServerEnd, request_text("INVITE", via));
    peer.send(kServerEnd, request_text("INVITE", via));
    user.respond(486);
    peer.send(kServerEnd, request_text("ACK", via, ";tag=ours"));
    loop.run_for(6s);
    EXPECT_EQ(user.told, Lines{"INVITE"});
    EXPECT_EQ(peer.times("486 INVITE").size(), 1u);
    expect_nothing_left();
}

TEST_F(TransactionLayerTest, TwoPeersMayUseOneBranch) {
    SipPeer other(loop, network, Endpoint::v4(203, 0, 113, 9, 5060));
    peer_requests("OPTIONS");
    other.send(kServerEnd,
               request_text("OPTIONS", "SIP/2.0/UDP 203.0.113.9:5060;rport;branch=z9hG4bKtheirs"));
    EXPECT_EQ(user.told, (Lines{"OPTIONS", "OPTIONS merged"}));
}

TEST_F(TransactionLayerTest, TheSameRequestByAnotherWayIsCalledMerged) {
    peer_requests("INVITE", "z9hG4bKone");
    peer_requests("INVITE", "z9hG4bKtwo");
    EXPECT_EQ(user.told, (Lines{"INVITE", "INVITE merged"}));
}

TEST_F(TransactionLayerTest, TheSameRequestByAnotherWayIsMergedAlsoOnceTheFirstIsAnswered) {
    peer_requests("MESSAGE", "z9hG4bKone");
    user.respond(200);
    loop.run_for(31s);
    peer_requests("MESSAGE", "z9hG4bKtwo");
    EXPECT_EQ(user.told, (Lines{"MESSAGE", "MESSAGE merged"}));
    user.respond(482);
    loop.run_for(2s);
    peer_requests("MESSAGE", "z9hG4bKthree");
    EXPECT_EQ(user.told.back(), "MESSAGE") << "the first was forgotten after 32 s";
}

TEST_F(TransactionLayerTest, ResponsesForOthersAreDropped) {
    send(Method::options);
    auto text = SipPeer::response(peer.last("OPTIONS"), 200, "theirs");
    text.insert(text.find("Via:"), "Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKours\r\n");
    peer.send(kServerEnd, text);
    EXPECT_EQ(user.told, Lines{});
    EXPECT_EQ(counters.stray_responses, 1u);
    loop.run_for(33s);
}

TEST_F(TransactionLayerTest, AtItsLimitItRefusesNewRequestsButAnswersCopies) {
    peer_requests("OPTIONS", "z9hG4bK1");
    peer_requests("REGISTER", "z9hG4bK2");
    peer_requests("MESSAGE", "z9hG4bK3");
    user.respond(200);
    peer_requests("INFO", "z9hG4bK4");
    peer_requests("MESSAGE", "z9hG4bK3");
    EXPECT_EQ(user.told, (Lines{"OPTIONS", "REGISTER", "MESSAGE", "refused"}));
    EXPECT_EQ(peer.times("200 MESSAGE").size(), 2u);
}

TEST_F(TransactionLayerTest, WhoeverStillWaitsIsToldWhenTheLayerEnds) {
    peer_requests("OPTIONS");
    send(Method::options);
    layer.reset();
    EXPECT_EQ(user.server, nullptr);
    EXPECT_EQ(user.told.back(), "gone");
    EXPECT_EQ(loop.wheel.running(), 0u);
}

}  // namespace
}  // namespace skyn3t::sip
