#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Who gets what a transport receives: the user agent. Called on the signalling thread, never from
// within send() or open().
class TransportReceiver {
  public:
    // One whole message, or what pretends to be one: a datagram, or a message cut from a stream.
    virtual void on_received(std::string bytes, const Flow& flow) = 0;
    // A TCP connection is gone, or could not be made. What was queued on it is lost.
    virtual void on_connection_closed(const Flow& flow) = 0;

  protected:
    ~TransportReceiver() = default;
};

// Moves whole messages. One socket, a set of them, or a network in memory
// (tests/support/fake_transport.hpp).
class TransportLayer {
  public:
    virtual ~TransportLayer() = default;

    virtual void set_receiver(TransportReceiver* receiver) = 0;
    // Sends one message over a flow that came from here. A datagram that the socket's buffer cannot
    // take now is lost, as it would be further on. Errc::unavailable: the connection is gone, or
    // the socket refuses; Errc::too_many: the peer does not read, the connection is being closed.
    [[nodiscard]] virtual Result<void> send(const Flow& flow, std::string_view bytes) = 0;
    // The flow for a first request to `remote`. For TCP the open connection to that endpoint, or a
    // new one, which may still fail later. Errc::unavailable: no socket of that kind, or no route.
    [[nodiscard]] virtual Result<Flow> open(TransportKind kind, const Endpoint& remote) = 0;
    // Whether send() may succeed: a UDP flow of a socket that is open, or an open TCP connection.
    [[nodiscard]] virtual bool is_alive(const Flow& flow) const = 0;
    // Open TCP connections.
    [[nodiscard]] virtual std::size_t connections() const = 0;
    // Datagrams that were lost because the socket's buffer was full.
    [[nodiscard]] virtual std::uint64_t datagrams_lost() const { return 0; }
};

}  // namespace skyn3t::sip
