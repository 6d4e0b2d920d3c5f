#pragma once

#include <asio/ip/address.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/networks.hpp"

namespace skyn3t::http {

// Which addresses a webhook may reach: tenants choose URLs, so private, loopback, link-local (with
// the clouds' metadata services), shared, documentation, multicast and reserved ones are refused
// unless allowed by configuration.
class AddressGuard {
  public:
    AddressGuard() = default;
    // Addresses or CIDR blocks, as in `webhooks.allow`. Errc::invalid_argument names the one that
    // is neither.
    [[nodiscard]] static Result<AddressGuard> parse(const std::vector<std::string>& allow);

    [[nodiscard]] bool permits(const asio::ip::address& address) const;

  private:
    Networks allowed_;
};

}  // namespace skyn3t::http
