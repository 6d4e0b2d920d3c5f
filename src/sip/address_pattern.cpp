#include "sip/address_pattern.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sip/header.hpp"

namespace skyn3t::sip {
namespace {

bool same_prefix(const Endpoint& a, const Endpoint& b, unsigned bits) {
    for (std::size_t i = 0; bits > 0; ++i) {
        const unsigned here = bits < 8 ? bits : 8;
        const unsigned mask = 0xff00u >> here & 0xffu;
        if (((a.address[i] ^ b.address[i]) & mask) != 0) return false;
        bits -= here;
    }
    return true;
}

// Splits at a port's colon, which an IPv6 address without brackets cannot have.
std::size_t port_colon(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return colon;
    if (text.front() == '[') return text[colon - 1] == ']' ? colon : std::string_view::npos;
    return text.find(':') == colon ? colon : std::string_view::npos;
}

}  // namespace

Result<AddressPattern> AddressPattern::parse(std::string_view text) {
    const auto bad = [&] {
        return fail(
            Errc::invalid_argument,
            fmt::format("{} is not an address, a CIDR block or address:port", quoted(text)));
    };
    std::string_view address = trim(text);
    if (address.empty()) return bad();
    AddressPattern pattern;
    std::optional<std::uint64_t> prefix;
    std::uint16_t port = 0;
    if (const auto slash = address.find('/'); slash != std::string_view::npos) {
        const auto bits = parse_number(address.substr(slash + 1), 128);
        if (!bits) return bad();
        prefix = *bits;
        address = address.substr(0, slash);
    } else if (const auto colon = port_colon(address); colon != std::string_view::npos) {
        const auto number = parse_number(address.substr(colon + 1), 65535);
        if (!number || *number == 0) return bad();
        port = static_cast<std::uint16_t>(*number);
        address = address.substr(0, colon);
    }
    const auto endpoint = Endpoint::parse(address, port);
    if (!endpoint) return bad();
    const unsigned bits = endpoint->is_v6 ? 128 : 32;
    if (prefix && *prefix > bits) return bad();
    pattern.address_ = *endpoint;
    pattern.prefix_ = prefix ? static_cast<unsigned>(*prefix) : bits;
    return pattern;
}

bool AddressPattern::matches(const Endpoint& source, TransportKind transport) const {
    if (source.is_v6 != address_.is_v6) return false;
    if (!same_prefix(source, address_, prefix_)) return false;
    return address_.port == 0 || transport != TransportKind::udp || source.port == address_.port;
}

}  // namespace skyn3t::sip
