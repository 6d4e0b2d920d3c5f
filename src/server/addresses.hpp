#pragma once

#include <string>
#include <vector>

#include "sip/address_pattern.hpp"
#include "sip/flow.hpp"

namespace skyn3t::server {

// What address we show to whom: the public one, except to peers of the local networks and of this
// machine, who see the one that they reached.
class Addresses {
  public:
    // Empty `public_address`: everyone sees the one that they reached.
    Addresses(std::string public_address, std::vector<sip::AddressPattern> local_networks);

    [[nodiscard]] sip::Endpoint shown(const sip::Flow& flow) const;

  private:
    std::string public_address_;
    std::vector<sip::AddressPattern> local_networks_;
};

}  // namespace skyn3t::server
