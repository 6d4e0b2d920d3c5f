#pragma once

#include <asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

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
    struct Block {
        asio::ip::address_v6 network;  // IPv4 as ::ffff:a.b.c.d
        unsigned prefix_length = 128;
    };
    static Result<Block> parse_block(std::string_view text);
    static bool contains(const Block& block, const asio::ip::address_v6& address);

    std::vector<Block> allowed_;
};

}  // namespace skyn3t::http
