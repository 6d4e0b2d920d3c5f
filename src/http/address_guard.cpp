#include "http/address_guard.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skyn3t::http {
namespace {

using asio::ip::address_v4;
using asio::ip::address_v6;

// The IANA special-purpose address registries (RFC 6890), multicast and what is reserved.
constexpr std::array kRefused = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/128",        "::1/128",         "64:ff9b:1::/48", "100::/64",       "2001::/23",
    "2001:db8::/32", "3fff::/20",       "5f00::/16",      "fc00::/7",       "fe80::/10",
    "fec0::/10",     "ff00::/8"};

address_v6 mapped(const address_v6::bytes_type& octets, std::size_t at) {
    const address_v4::bytes_type four{octets[at], octets[at + 1], octets[at + 2], octets[at + 3]};
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address_v4(four));
}

// What an address really leads to: the IPv4 host behind NAT64 (RFC 6052, 64:ff9b::/96), 6to4 (RFC
// 3056, 2002::/16) and the old IPv4-compatible form.
address_v6 unwrap(const address_v6& address) {
    const auto octets = address.to_bytes();
    const auto is_zero = [&](std::size_t from, std::size_t to) {
        return std::all_of(octets.begin() + static_cast<std::ptrdiff_t>(from),
                           octets.begin() + static_cast<std::ptrdiff_t>(to),
                           [](auto octet) { return octet == 0; });
    };
    const bool is_nat64 = octets[0] == 0 && octets[1] == 0x64 && octets[2] == 0xff &&
                          octets[3] == 0x9b && is_zero(4, 12);
    const bool is_compatible = is_zero(0, 12) && !(is_zero(12, 15) && octets[15] <= 1);
    if (is_nat64 || is_compatible) return mapped(octets, 12);
    if (octets[0] == 0x20 && octets[1] == 0x02) return mapped(octets, 2);
    return address;
}

}  // namespace

Result<AddressGuard> AddressGuard::parse(const std::vector<std::string>& allow) {
    auto networks = Networks::parse(allow);
    if (!networks) return tl::unexpected(networks.error());
    AddressGuard guard;
    guard.allowed_ = std::move(*networks);
    return guard;
}

bool AddressGuard::permits(const asio::ip::address& address) const {
    static const Networks refused =
        Networks::parse(std::vector<std::string>(kRefused.begin(), kRefused.end())).value();
    const address_v6 real = unwrap(to_v6(address));
    return allowed_.contains(real) || !refused.contains(real);
}

}  // namespace skyn3t::http
