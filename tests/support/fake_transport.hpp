#pragma once

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sip/transport_layer.hpp"
#include "support/fake_clock.hpp"

namespace skyn3t::test {

class FakeTransport;

// One message on its way, as the script sees it.
struct Packet {
    SteadyTime sent;
    sip::Flow flow;  // the sender's: local is who sends
    std::string bytes;
};

// What a script does with a packet.
struct Fate {
    unsigned copies = 1;  // 0: lost, 2: duplicated
    std::chrono::milliseconds delay{0};
};

// A network in memory on simulated time. Without a script every packet arrives at once, once and in
// order. TCP does the same over connections that close() cuts.
class FakeNetwork {
  public:
    explicit FakeNetwork(FakeLoop& loop) : loop_(loop) {}

    std::function<Fate(const Packet&)> script;
    std::vector<Packet> log;  // of all that was sent, lost ones too

  private:
    friend class FakeTransport;
    struct Connection {
        FakeTransport* ends[2];
        sip::Flow flows[2];
    };

    void carry(Packet packet, std::function<void(std::string)> arrive) {
        const Fate fate = script ? script(packet) : Fate{};
        for (unsigned copy = 0; copy < fate.copies; ++copy) {
            auto deliver = [arrive, bytes = packet.bytes] { arrive(bytes); };
            if (fate.delay.count() == 0) {
                asio::post(loop_.io, std::move(deliver));
                continue;
            }
            auto& timer =
                delayed_.emplace_back(std::make_unique<Timer>(loop_.wheel, std::move(deliver)));
            timer->start_after(fate.delay);
        }
        log.push_back(std::move(packet));
    }

    FakeLoop& loop_;
    std::map<std::string, FakeTransport*> hosts_;  // by "address:port"
    std::map<sip::ConnectionId, Connection> connections_;
    sip::ConnectionId next_connection_ = 1;
    std::list<std::unique_ptr<Timer>> delayed_;
};

// One host's UDP socket and TCP listener on the fake network.
class FakeTransport final : public sip::TransportLayer {
  public:
    FakeTransport(FakeNetwork& network, const sip::Endpoint& local)
        : network_(network), local_(local) {
        network_.hosts_[local.str()] = this;
    }
    ~FakeTransport() override { network_.hosts_.erase(local_.str()); }

    const sip::Endpoint& local() const { return local_; }
    sip::Flow udp_to(const sip::Endpoint& remote) const {
        return {sip::TransportKind::udp, local_, remote, 0};
    }

    void set_receiver(sip::TransportReceiver* receiver) override { receiver_ = receiver; }

    Result<void> send(const sip::Flow& flow, std::string_view bytes) override {
        Packet packet{network_.loop_.clock.now(), flow, std::string(bytes)};
        if (flow.transport == sip::TransportKind::udp) {
            network_.carry(std::move(packet), [&network = network_, flow](std::string text) {
                const auto host = network.hosts_.find(flow.remote.str());
                if (host == network.hosts_.end()) return;
                host->second->receive(std::move(text),
                                      {flow.transport, flow.remote, flow.local, 0});
            });
            return {};
        }
        if (!is_alive(flow)) return fail(Errc::unavailable, "connection closed");
        network_.carry(std::move(packet), [this, &network = network_, flow](std::string text) {
            const auto open = network.connections_.find(flow.connection);
            if (open == network.connections_.end()) return;
            const std::size_t peer = open->second.ends[0] == this ? 1 : 0;
            open->second.ends[peer]->receive(std::move(text), open->second.flows[peer]);
        });
        return {};
    }

    Result<sip::Flow> open(sip::TransportKind kind, const sip::Endpoint& remote) override {
        if (kind == sip::TransportKind::udp) return udp_to(remote);
        for (const auto& [id, connection] : network_.connections_)
            for (std::size_t end : {0u, 1u})
                if (connection.ends[end] == this && connection.flows[end].remote == remote)
                    return connection.flows[end];
        const auto host = network_.hosts_.find(remote.str());
        if (host == network_.hosts_.end()) return fail(Errc::unavailable, "nobody listens there");
        const auto id = network_.next_connection_++;
        sip::Endpoint from = local_;
        from.port = static_cast<std::uint16_t>(40000 + id);
        const sip::Flow ours{kind, local_, remote, id};
        network_.connections_[id] = {{this, host->second}, {ours, {kind, remote, from, id}}};
        return ours;
    }

    bool is_alive(const sip::Flow& flow) const override {
        return flow.transport == sip::TransportKind::udp ||
               network_.connections_.contains(flow.connection);
    }
    std::size_t connections() const override {
        std::size_t count = 0;
        for (const auto& [id, connection] : network_.connections_)
            count += connection.ends[0] == this || connection.ends[1] == this ? 1 : 0;
        return count;
    }

    // Both ends see the connection closed.
    void close(sip::ConnectionId id) {
        const auto found = network_.connections_.find(id);
        if (found == network_.connections_.end()) return;
        const auto connection = found->second;
        network_.connections_.erase(found);
        for (std::size_t end : {0u, 1u})
            asio::post(network_.loop_.io, [connection, end] {
                if (auto* receiver = connection.ends[end]->receiver_)
                    receiver->on_connection_closed(connection.flows[end]);
            });
    }

  private:
    void receive(std::string bytes, const sip::Flow& flow) {
        if (receiver_ != nullptr) receiver_->on_received(std::move(bytes), flow);
    }

    FakeNetwork& network_;
    sip::Endpoint local_;
    sip::TransportReceiver* receiver_ = nullptr;
};

}  // namespace skyn3t::test
