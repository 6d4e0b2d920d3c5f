#include "sip/tcp_transport.hpp"

#include <asio/ip/v6_only.hpp>
#include <atomic>
#include <utility>

#include "base/log.hpp"
#include "sip/socket_address.hpp"

namespace skyn3t::sip {
namespace {

using asio::ip::tcp;

// Over all transports, so that an id names one connection only.
ConnectionId next_connection_id() {
    static std::atomic<ConnectionId> next{1};
    return next++;
}

Endpoint endpoint_of(const tcp::endpoint& endpoint) {
    return Endpoint::parse(endpoint.address().to_string(), endpoint.port()).value_or(Endpoint{});
}

Endpoint without_port(Endpoint endpoint) {
    endpoint.port = 0;
    return endpoint;
}

}  // namespace

Result<std::unique_ptr<TcpTransport>> TcpTransport::listen(asio::io_context& io, TimerWheel& wheel,
                                                           const Endpoint& local,
                                                           const TcpLimits& limits) {
    tcp::acceptor acceptor(io);
    const tcp::endpoint endpoint(asio::ip::make_address(local.host()), local.port);
    asio::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && local.is_v6) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (error) return fail(Errc::unavailable, "tcp " + local.str() + ": " + error.message());
    return std::unique_ptr<TcpTransport>(new TcpTransport(std::move(acceptor), wheel, limits));
}

TcpTransport::TcpTransport(tcp::acceptor acceptor, TimerWheel& wheel, const TcpLimits& limits)
    : acceptor_(std::move(acceptor)),
      wheel_(wheel),
      limits_(limits),
      local_(endpoint_of(acceptor_.local_endpoint())),
      accept_again_(wheel, [this] { accept(); }) {
    accept();
}

TcpTransport::~TcpTransport() {
    for (auto& [id, connection] : connections_) connection->close();
}

void TcpTransport::accept() {
    acceptor_.async_accept([this](const asio::error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted) return;  // `this` may be gone
        if (error) {
            log::error("cannot accept a tcp connection error={}", error.message());
            accept_again_.start_after(std::chrono::seconds(1));
            return;
        }
        take(std::move(socket));
        accept();
    });
}

void TcpTransport::take(tcp::socket socket) {
    asio::error_code error;
    const auto remote = socket.remote_endpoint(error);
    const auto local = error ? tcp::endpoint{} : socket.local_endpoint(error);
    if (error) return;  // it is gone already
    Flow flow{TransportKind::tcp, endpoint_of(local), endpoint_of(remote), 0};
    if (connections_.size() >= limits_.connections ||
        connections_from(flow.remote) >= limits_.connections_per_address) {
        log::warn("tcp connection refused, too many remote={}", flow.remote.str());
        return;
    }
    add(std::move(socket), flow).start(flow);
}

TcpConnection& TcpTransport::add(tcp::socket socket, Flow& flow) {
    flow.connection = next_connection_id();
    TcpConnection::Owner& owner = *this;
    const auto connection =
        std::make_shared<TcpConnection>(std::move(socket), wheel_, limits_, owner);
    connections_.emplace(flow.connection, connection);
    ++per_address_[without_port(flow.remote)];
    by_remote_[flow.remote] = flow.connection;
    return *connection;
}

std::size_t TcpTransport::connections_from(const Endpoint& remote) const {
    const auto found = per_address_.find(without_port(remote));
    return found == per_address_.end() ? 0 : found->second;
}

Result<void> TcpTransport::send(const Flow& flow, std::string_view bytes) {
    const auto found = connections_.find(flow.connection);
    if (found == connections_.end()) return fail(Errc::unavailable, "the connection is closed");
    if (!found->second->send(bytes)) return fail(Errc::too_many, "the peer does not read");
    return {};
}

Result<Flow> TcpTransport::open(TransportKind kind, const Endpoint& remote) {
    if (kind != TransportKind::tcp || remote.is_v6 != local_.is_v6)
        return fail(Errc::unavailable, "no listener for " + remote.str());
    const auto known = by_remote_.find(remote);
    if (known != by_remote_.end()) return connections_.at(known->second)->flow();
    if (connections_.size() >= limits_.connections)
        return fail(Errc::too_many, "too many tcp connections");
    Flow flow{TransportKind::tcp, local_, remote, 0};
    if (local_.is_unspecified()) {
        const auto source = source_towards(remote);
        if (!source) return tl::unexpected(source.error());
        flow.local.address = source->address;
    }
    add(tcp::socket(acceptor_.get_executor()), flow).connect(flow);
    return flow;
}

bool TcpTransport::is_alive(const Flow& flow) const {
    return flow.transport == TransportKind::tcp && connections_.contains(flow.connection);
}

void TcpTransport::on_message(TcpConnection& connection, std::string text) {
    if (receiver_ != nullptr) receiver_->on_received(std::move(text), connection.flow());
}

void TcpTransport::on_closed(TcpConnection& connection, std::string_view why) {
    const Flow flow = connection.flow();
    log::debug("tcp connection closed flow=\"{}\" why={}", flow.str(), why);
    const auto address = per_address_.find(without_port(flow.remote));
    if (address != per_address_.end() && --address->second == 0) per_address_.erase(address);
    const auto newest = by_remote_.find(flow.remote);
    if (newest != by_remote_.end() && newest->second == flow.connection) by_remote_.erase(newest);
    connections_.erase(flow.connection);
    if (receiver_ != nullptr) receiver_->on_connection_closed(flow);
}

}  // namespace skyn3t::sip
