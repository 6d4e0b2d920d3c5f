#pragma once

#include <asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skyn3t::http {

// Addresses and CIDR blocks, of IPv4 and IPv6; an IPv4 address is the same as its ::ffff: form.
class Networks {
  public:
    // Errc::invalid_argument names the one that is neither.
    [[nodiscard]] static Result<Networks> parse(const std::vector<std::string>& texts);

    [[nodiscard]] bool contains(const asio::ip::address& address) const;
    bool empty() const { return blocks_.empty(); }

  private:
    struct Block {
        asio::ip::address_v6::bytes_type network{};
        unsigned prefix_length = 128;
    };
    static Result<Block> parse_block(std::string_view text);

    std::vector<Block> blocks_;
};

// Whose address it is: an IPv6 client has at least 2^64 of them (RFC 6177), so all of a /64 are
// one.
[[nodiscard]] std::string network_of(const asio::ip::address& address);

// IPv4 as ::ffff:a.b.c.d.
[[nodiscard]] asio::ip::address_v6 to_v6(const asio::ip::address& address);

}  // namespace skyn3t::http
