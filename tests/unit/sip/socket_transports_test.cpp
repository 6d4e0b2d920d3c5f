// The transports on real loopback sockets; times are still simulated.
#include <gtest/gtest.h>

#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sip/message.hpp"
#include "sip/tcp_transport.hpp"
#include "sip/transport_set.hpp"
#include "sip/udp_transport.hpp"
#include "support/fake_clock.hpp"
#include "support/sip_peer.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using asio::ip::udp;
using test::FakeLoop;
using test::wire;

struct Receiver final : TransportReceiver {
    std::vector<std::string> received;
    std::vector<Flow> flows;
    std::vector<Flow> closed;
    void on_received(std::string bytes, const Flow& flow) override {
        received.push_back(std::move(bytes));
        flows.push_back(flow);
    }
    void on_connection_closed(const Flow& flow) override { closed.push_back(flow); }
};

std::string options(int number) {
    return wire(
        "OPTIONS sip:example.cl SIP/2.0\n"
        "Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK" +
        std::to_string(number) +
        "\n"
        "From: <sip:a@example.cl>;tag=1\n"
        "To: <sip:b@example.cl>\n"
        "Call-ID: c\n"
        "CSeq: 1 OPTIONS\n");
}

class SocketTest : public ::testing::Test {
  protected:
    FakeLoop loop;
    Receiver receiver;
    static inline const auto kLoopback = Endpoint::v4(127, 0, 0, 1, 0);

    // Lets the kernel work: handlers run until `done`, for at most two real seconds.
    template <class Done>
    void until(Done done) {
        const auto end = std::chrono::steady_clock::now() + 2s;
        while (!done() && std::chrono::steady_clock::now() < end) {
            loop.io.restart();
            loop.io.run_one_for(5ms);
        }
        EXPECT_TRUE(done());
    }
};

class UdpTransportTest : public SocketTest {
  protected:
    std::unique_ptr<UdpTransport> bind(const Endpoint& local) {
        auto transport = UdpTransport::bind(loop.io, local);
        EXPECT_TRUE(transport);
        (*transport)->set_receiver(&receiver);
        return std::move(*transport);
    }
    udp::socket phone{loop.io, udp::endpoint(asio::ip::address_v4::loopback(), 0)};
    void phone_sends(const UdpTransport& to, std::string_view bytes) {
        phone.send_to(asio::buffer(bytes), {asio::ip::address_v4::loopback(), to.local().port});
    }
    std::string phone_hears() {
        std::string bytes(70000, '\0');
        udp::endpoint from;
        bytes.resize(phone.receive_from(asio::buffer(bytes), from));
        return bytes;
    }
};

TEST_F(UdpTransportTest, TakesEveryDatagramThatWaitsAndNamesItsFlow) {
    const auto transport = bind(kLoopback);
    for (int i = 0; i < 20; ++i) phone_sends(*transport, "datagram " + std::to_string(i));
    until([&] { return receiver.received.size() == 20; });
    EXPECT_EQ(receiver.received.front(), "datagram 0");
    EXPECT_EQ(receiver.received.back(), "datagram 19");
    const Flow expected{TransportKind::udp, transport->local(),
                        Endpoint::v4(127, 0, 0, 1, phone.local_endpoint().port()), 0};
    EXPECT_EQ(receiver.flows.front(), expected);
}

TEST_F(UdpTransportTest, TakesADatagramOfTheLargestSize) {
    const auto transport = bind(kLoopback);
    phone_sends(*transport, std::string(65507, 'x'));
    until([&] { return receiver.received.size() == 1; });
    EXPECT_EQ(receiver.received.front().size(), 65507u);
}

TEST_F(UdpTransportTest, AnswersOverTheFlow) {
    const auto transport = bind(kLoopback);
    phone_sends(*transport, "question");
    until([&] { return !receiver.flows.empty(); });
    ASSERT_TRUE(transport->send(receiver.flows.front(), "answer"));
    EXPECT_EQ(phone_hears(), "answer");
}

TEST_F(UdpTransportTest, BoundToEveryAddressItAnswersFromTheOneThatWasAsked) {
    const auto transport = bind(Endpoint::v4(0, 0, 0, 0, 0));
    phone.connect({asio::ip::make_address_v4("127.0.0.2"), transport->local().port});
    phone.send(asio::buffer("question", 8));
    until([&] { return !receiver.flows.empty(); });
    EXPECT_EQ(receiver.flows.front().local, Endpoint::v4(127, 0, 0, 2, transport->local().port));
    EXPECT_TRUE(transport->is_alive(receiver.flows.front()));
    ASSERT_TRUE(transport->send(receiver.flows.front(), "answer"));
    EXPECT_EQ(phone_hears(), "answer") << "a connected socket hears only that address";
}

TEST_F(UdpTransportTest, AFirstRequestLeavesFromTheAddressOfTheRoute) {
    const auto transport = bind(Endpoint::v4(0, 0, 0, 0, 0));
    const auto flow = transport->open(TransportKind::udp, Endpoint::v4(127, 0, 0, 1, 5060));
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->local, Endpoint::v4(127, 0, 0, 1, transport->local().port));
    EXPECT_FALSE(transport->open(TransportKind::tcp, Endpoint::v4(127, 0, 0, 1, 5060)));
}

TEST_F(UdpTransportTest, AnAddressThatIsTakenIsSaid) {
    const auto transport = bind(kLoopback);
    const auto second = UdpTransport::bind(loop.io, transport->local());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::unavailable);
}

class TcpTransportTest : public SocketTest {
  protected:
    TcpLimits limits;
    std::unique_ptr<TcpTransport> transport;
    tcp::socket phone{loop.io};

    void listen() {
        auto listening = TcpTransport::listen(loop.io, loop.wheel, kLoopback, limits);
        ASSERT_TRUE(listening) << listening.error().detail;
        transport = std::move(*listening);
        transport->set_receiver(&receiver);
    }
    void connect() {
        listen();
        phone.connect({asio::ip::address_v4::loopback(), transport->local().port});
        until([&] { return transport->connections() == 1; });
    }
    void phone_sends(std::string_view bytes) { asio::write(phone, asio::buffer(bytes)); }
    std::string phone_hears(std::size_t size) {
        std::string bytes(size, '\0');
        asio::async_read(phone, asio::buffer(bytes), [](auto, auto) {});
        loop.io.restart();
        until([&] { return bytes.back() != '\0'; });
        return bytes;
    }
    bool is_closed(tcp::socket& socket) {
        char byte = 0;
        asio::error_code error;
        socket.non_blocking(true);
        until([&] {
            socket.read_some(asio::buffer(&byte, 1), error);
            return error != asio::error::would_block && error;
        });
        return true;
    }
};

TEST_F(TcpTransportTest, CutsTheStreamIntoMessagesWhereverThePacketsEnd) {
    connect();
    const auto first = options(1);
    const auto second = options(2);
    phone_sends(first + second.substr(0, 40));
    until([&] { return receiver.received.size() == 1; });
    EXPECT_EQ(receiver.received[0], first);
    phone_sends(second.substr(40));
    until([&] { return receiver.received.size() == 2; });
    EXPECT_EQ(receiver.received[1], second);
    EXPECT_EQ(receiver.flows[0], receiver.flows[1]);
    EXPECT_EQ(receiver.flows[0].local, transport->local());
    EXPECT_NE(receiver.flows[0].connection, 0u);
}

TEST_F(TcpTransportTest, AnswersOverTheConnection) {
    connect();
    phone_sends(options(1));
    until([&] { return !receiver.flows.empty(); });
    ASSERT_TRUE(transport->send(receiver.flows[0], "answer one, "));
    ASSERT_TRUE(transport->send(receiver.flows[0], "answer two"));
    EXPECT_EQ(phone_hears(22), "answer one, answer two");
}

TEST_F(TcpTransportTest, AnswersAPingWithAPong) {
    connect();
    phone_sends("\r\n\r\n");
    EXPECT_EQ(phone_hears(2), "\r\n");
    EXPECT_TRUE(receiver.received.empty());
}

TEST_F(TcpTransportTest, AnswersAPingThatComesInTwoSegments) {  // RFC 5626 §4.4.1
    connect();
    phone_sends("\r\n");
    until([&] { return transport->connections() == 1; });
    until([&] { return loop.io.poll() == 0; });
    phone_sends("\r\n");
    EXPECT_EQ(phone_hears(2), "\r\n");
}

TEST_F(TcpTransportTest, AHalfMessageThatTricklesInIsClosedAfter30Seconds) {
    connect();
    phone_sends(options(1));
    phone_sends("OPTIONS sip:");
    until([&] { return !receiver.flows.empty(); });
    loop.run_for(20s);
    phone_sends("example");
    until([&] { return loop.io.poll() == 0; });
    loop.run_for(9s);
    EXPECT_EQ(transport->connections(), 1u);
    loop.run_for(1100ms);
    EXPECT_EQ(transport->connections(), 0u);
    ASSERT_EQ(receiver.closed.size(), 1u);
    EXPECT_EQ(receiver.closed[0], receiver.flows[0]);
    EXPECT_TRUE(is_closed(phone));
    EXPECT_EQ(loop.wheel.running(), 0u);
}

TEST_F(TcpTransportTest, AConnectionThatSaysNothingIsClosedAfter30Seconds) {
    connect();
    loop.run_for(31s);
    EXPECT_EQ(transport->connections(), 0u);
}

TEST_F(TcpTransportTest, APhoneMayBeSilentForAnHourAfterItsMessage) {
    connect();
    phone_sends(options(1));
    until([&] { return !receiver.flows.empty(); });
    loop.run_for(3600s);
    EXPECT_EQ(transport->connections(), 1u);
    loop.run_for(500s);
    EXPECT_EQ(transport->connections(), 0u);
}

TEST_F(TcpTransportTest, WhatIsNotSipIsClosed) {
    connect();
    phone_sends("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nContent-Length: nine\r\n\r\n");
    EXPECT_TRUE(is_closed(phone));
    until([&] { return transport->connections() == 0; });
}

TEST_F(TcpTransportTest, TellsWhenThePeerCloses) {
    connect();
    phone_sends(options(1));
    until([&] { return !receiver.flows.empty(); });
    phone.close();
    until([&] { return !receiver.closed.empty(); });
    EXPECT_FALSE(transport->is_alive(receiver.flows[0]));
    const auto sent = transport->send(receiver.flows[0], "too late");
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Errc::unavailable);
}

TEST_F(TcpTransportTest, ConnectsToAPeerSendsWhatWasQueuedAndUsesTheConnectionAgain) {
    listen();
    tcp::acceptor trunk(loop.io, {asio::ip::address_v4::loopback(), 0});
    const auto remote = Endpoint::v4(127, 0, 0, 1, trunk.local_endpoint().port());
    const auto flow = transport->open(TransportKind::tcp, remote);
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->local, transport->local());
    ASSERT_TRUE(transport->send(*flow, "early"));
    bool accepted = false;
    trunk.async_accept(phone, [&](auto) { accepted = true; });
    until([&] { return accepted; });
    EXPECT_EQ(phone_hears(5), "early");
    EXPECT_EQ(transport->open(TransportKind::tcp, remote), *flow);
    EXPECT_EQ(transport->connections(), 1u);
}

TEST_F(TcpTransportTest, AConnectionThatIsRefusedIsToldAsClosed) {
    listen();
    tcp::acceptor nobody(loop.io, {asio::ip::address_v4::loopback(), 0});
    const auto remote = Endpoint::v4(127, 0, 0, 1, nobody.local_endpoint().port());
    nobody.close();
    const auto flow = transport->open(TransportKind::tcp, remote);
    ASSERT_TRUE(flow);
    until([&] { return !receiver.closed.empty(); });
    EXPECT_EQ(receiver.closed[0], *flow);
}

TEST_F(TcpTransportTest, APeerThatDoesNotReadIsClosedWhenItsQueueIsFull) {
    limits.queued_bytes = 64 * 1024;
    connect();
    phone_sends(options(1));
    until([&] { return !receiver.flows.empty(); });
    const std::string block(16 * 1024, 'x');
    Errc code{};
    for (int i = 0; i < 10'000 && code == Errc{}; ++i) {
        if (const auto sent = transport->send(receiver.flows[0], block); !sent)
            code = sent.error().code;
        loop.io.restart();
        loop.io.poll();
        if (!receiver.closed.empty()) break;
    }
    until([&] { return !receiver.closed.empty(); });
    EXPECT_EQ(code, Errc::too_many);
    EXPECT_EQ(transport->connections(), 0u);
}

TEST_F(TcpTransportTest, OneAddressMayNotTakeEveryConnection) {
    limits.connections_per_address = 1;
    connect();
    tcp::socket second(loop.io);
    second.connect({asio::ip::address_v4::loopback(), transport->local().port});
    EXPECT_TRUE(is_closed(second));
    EXPECT_EQ(transport->connections(), 1u);
}

TEST_F(SocketTest, ASetSendsOverTheSocketWhoseTheFlowIs) {
    TransportSet set;
    auto bound = UdpTransport::bind(loop.io, kLoopback);
    auto listening = TcpTransport::listen(loop.io, loop.wheel, kLoopback);
    ASSERT_TRUE(bound && listening);
    const auto udp_local = (*bound)->local();
    set.set_receiver(&receiver);
    set.add(std::move(*bound));
    set.add(std::move(*listening));
    const auto to_itself = set.open(TransportKind::udp, udp_local);
    ASSERT_TRUE(to_itself);
    ASSERT_TRUE(set.send(*to_itself, "hello"));
    until([&] { return !receiver.received.empty(); });
    EXPECT_EQ(receiver.received.front(), "hello");
    EXPECT_FALSE(set.send({TransportKind::tcp, udp_local, udp_local, 999}, "hello"));
    EXPECT_EQ(set.connections(), 0u);
}

}  // namespace
}  // namespace skyn3t::sip
