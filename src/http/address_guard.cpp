#include "http/address_guard.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

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

address_v6 to_v6(const asio::ip::address& address) {
    return address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                           : address.to_v6();
}

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

Result<AddressGuard::Block> AddressGuard::parse_block(std::string_view text) {
    const auto slash = text.find('/');
    std::error_code error;
    const auto address = asio::ip::make_address(std::string(text.substr(0, slash)), error);
    if (error)
        return fail(Errc::invalid_argument, "not an address or CIDR block: " + quoted(text, 60));

    const unsigned width = address.is_v4() ? 32 : 128;
    unsigned length = width;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, code] =
            std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (code != std::errc{} || end != digits.data() + digits.size() || length > width)
            return fail(Errc::invalid_argument, "bad prefix length in " + quoted(text, 60));
    }
    return Block{to_v6(address), 128 - width + length};
}

bool AddressGuard::contains(const Block& block, const address_v6& address) {
    const auto network = block.network.to_bytes();
    const auto octets = address.to_bytes();
    for (unsigned bit = 0; bit < block.prefix_length; bit += 8) {
        const unsigned left = std::min(8u, block.prefix_length - bit);
        const unsigned mask = (0xffu << (8 - left)) & 0xffu;
        if (((network[bit / 8] ^ octets[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

Result<AddressGuard> AddressGuard::parse(const std::vector<std::string>& allow) {
    AddressGuard guard;
    for (const auto& text : allow) {
        auto block = parse_block(trim(text));
        if (!block) return tl::unexpected(block.error());
        guard.allowed_.push_back(*block);
    }
    return guard;
}

bool AddressGuard::permits(const asio::ip::address& address) const {
    static const std::vector<Block> refused = [] {
        std::vector<Block> blocks;
        for (const char* text : kRefused) blocks.push_back(parse_block(text).value());
        return blocks;
    }();
    const address_v6 real = unwrap(to_v6(address));
    const auto holds = [&](const Block& block) { return contains(block, real); };
    return std::any_of(allowed_.begin(), allowed_.end(), holds) ||
           std::none_of(refused.begin(), refused.end(), holds);
}

}  // namespace skyn3t::http
