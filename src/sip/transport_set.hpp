#pragma once

#include <memory>
#include <vector>

#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

// Several sockets as one network: the one whose a flow is, the first that fits for a new one.
// Signalling thread.
class TransportSet final : public TransportLayer {
  public:
    void add(std::unique_ptr<TransportLayer> transport);

    void set_receiver(TransportReceiver* receiver) override;
    [[nodiscard]] Result<void> send(const Flow& flow, std::string_view bytes) override;
    [[nodiscard]] Result<Flow> open(TransportKind kind, const Endpoint& remote) override;
    [[nodiscard]] bool is_alive(const Flow& flow) const override;
    [[nodiscard]] std::size_t connections() const override;
    [[nodiscard]] std::uint64_t datagrams_lost() const override;

  private:
    std::vector<std::unique_ptr<TransportLayer>> transports_;
    TransportReceiver* receiver_ = nullptr;
};

}  // namespace skyn3t::sip
