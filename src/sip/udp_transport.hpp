#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <memory>

#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

// One UDP socket. Bound to an unspecified address it still tells to which address a datagram came,
// and answers from that one. Lives on the signalling thread.
class UdpTransport final : public TransportLayer {
  public:
    // Port 0 takes a free one. Errc::unavailable: the address is not ours, or taken.
    [[nodiscard]] static Result<std::unique_ptr<UdpTransport>> bind(asio::io_context& io,
                                                                    const Endpoint& local);
    ~UdpTransport() override;

    const Endpoint& local() const { return local_; }

    void set_receiver(TransportReceiver* receiver) override { receiver_ = receiver; }
    [[nodiscard]] Result<void> send(const Flow& flow, std::string_view bytes) override;
    [[nodiscard]] Result<Flow> open(TransportKind kind, const Endpoint& remote) override;
    [[nodiscard]] bool is_alive(const Flow& flow) const override;
    [[nodiscard]] std::size_t connections() const override { return 0; }
    [[nodiscard]] std::uint64_t datagrams_lost() const override { return lost_; }

  private:
    struct Batch;  // the buffers of one recvmmsg()

    explicit UdpTransport(asio::ip::udp::socket socket);
    void wait();
    bool receive_batch();  // false when the socket has no more

    asio::ip::udp::socket socket_;
    Endpoint local_;
    std::uint64_t lost_ = 0;
    TransportReceiver* receiver_ = nullptr;
    std::unique_ptr<Batch> batch_;
};

}  // namespace skyn3t::sip
