#include "sip/transport_set.hpp"

#include <utility>

namespace skyn3t::sip {

void TransportSet::add(std::unique_ptr<TransportLayer> transport) {
    transport->set_receiver(receiver_);
    transports_.push_back(std::move(transport));
}

void TransportSet::set_receiver(TransportReceiver* receiver) {
    receiver_ = receiver;
    for (auto& transport : transports_) transport->set_receiver(receiver);
}

Result<void> TransportSet::send(const Flow& flow, std::string_view bytes) {
    for (auto& transport : transports_)
        if (transport->is_alive(flow)) return transport->send(flow, bytes);
    return fail(Errc::unavailable, "no such flow: " + flow.str());
}

Result<Flow> TransportSet::open(TransportKind kind, const Endpoint& remote) {
    Result<Flow> flow =
        fail(Errc::unavailable, "nothing listens for " + std::string(via_name(kind)));
    for (auto& transport : transports_) {
        auto opened = transport->open(kind, remote);
        if (opened) return opened;
        flow = std::move(opened);
    }
    return flow;
}

bool TransportSet::is_alive(const Flow& flow) const {
    for (const auto& transport : transports_)
        if (transport->is_alive(flow)) return true;
    return false;
}

std::size_t TransportSet::connections() const {
    std::size_t count = 0;
    for (const auto& transport : transports_) count += transport->connections();
    return count;
}

std::uint64_t TransportSet::datagrams_lost() const {
    std::uint64_t count = 0;
    for (const auto& transport : transports_) count += transport->datagrams_lost();
    return count;
}

}  // namespace skyn3t::sip
