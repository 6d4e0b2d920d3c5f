#include "server/addresses.hpp"

#include <algorithm>
#include <utility>

namespace skyn3t::server {
namespace {

// RFC 1918 and this machine, when the configuration names none.
std::vector<sip::AddressPattern> with_defaults(std::vector<sip::AddressPattern> networks) {
    const bool configured = !networks.empty();
    for (const char* network :
         {"127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}) {
        networks.push_back(*sip::AddressPattern::parse(network));
        if (configured && std::string_view(network) == "::1") break;
    }
    return networks;
}

}  // namespace

Addresses::Addresses(std::string public_address, std::vector<sip::AddressPattern> local_networks)
    : public_address_(std::move(public_address)),
      local_networks_(with_defaults(std::move(local_networks))) {}

sip::Endpoint Addresses::shown(const sip::Flow& flow) const {
    if (public_address_.empty()) return flow.local;
    const bool is_local = std::any_of(
        local_networks_.begin(), local_networks_.end(),
        [&](const auto& network) { return network.matches(flow.remote, flow.transport); });
    if (is_local) return flow.local;
    return sip::Endpoint::parse(public_address_, flow.local.port).value_or(flow.local);
}

}  // namespace skyn3t::server
