#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <memory>
#include <unordered_map>

#include "sip/tcp_connection.hpp"
#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

// One TCP listener and the connections of its peers, incoming and our own. A flow's local endpoint
// is always the listener's port, as Via and Contact must say it. Lives on the signalling thread.
class TcpTransport final : public TransportLayer, private TcpConnection::Owner {
  public:
    // Port 0 takes a free one. Errc::unavailable: the address is not ours, or taken.
    [[nodiscard]] static Result<std::unique_ptr<TcpTransport>> listen(asio::io_context& io,
                                                                      TimerWheel& wheel,
                                                                      const Endpoint& local,
                                                                      const TcpLimits& limits = {});
    ~TcpTransport() override;

    const Endpoint& local() const { return local_; }

    void set_receiver(TransportReceiver* receiver) override { receiver_ = receiver; }
    [[nodiscard]] Result<void> send(const Flow& flow, std::string_view bytes) override;
    [[nodiscard]] Result<Flow> open(TransportKind kind, const Endpoint& remote) override;
    [[nodiscard]] bool is_alive(const Flow& flow) const override;
    [[nodiscard]] std::size_t connections() const override { return connections_.size(); }

  private:
    TcpTransport(asio::ip::tcp::acceptor acceptor, TimerWheel& wheel, const TcpLimits& limits);
    void accept();
    void take(asio::ip::tcp::socket socket);
    TcpConnection& add(asio::ip::tcp::socket socket, Flow& flow);
    [[nodiscard]] std::size_t connections_from(const Endpoint& remote) const;
    void on_message(TcpConnection& connection, std::string text) override;
    void on_closed(TcpConnection& connection, std::string_view why) override;

    asio::ip::tcp::acceptor acceptor_;
    TimerWheel& wheel_;
    TcpLimits limits_;
    Endpoint local_;
    TransportReceiver* receiver_ = nullptr;
    std::unordered_map<ConnectionId, std::shared_ptr<TcpConnection>> connections_;
    std::unordered_map<Endpoint, std::size_t> per_address_;  // port 0
    std::unordered_map<Endpoint, ConnectionId> by_remote_;   // the newest to each endpoint
    Timer accept_again_;                                     // after running out of descriptors
};

}  // namespace skyn3t::sip
