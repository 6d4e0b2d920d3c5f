#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace skyn3t::sip {

enum class TransportKind : std::uint8_t { udp, tcp };

// "UDP" or "TCP", as a Via says it.
[[nodiscard]] constexpr std::string_view via_name(TransportKind kind) {
    return kind == TransportKind::udp ? "UDP" : "TCP";
}
// "udp" or "tcp", as a URI's transport parameter says it.
[[nodiscard]] constexpr std::string_view uri_name(TransportKind kind) {
    return kind == TransportKind::udp ? "udp" : "tcp";
}

// An IP address and a port. An IPv4 address is kept as four bytes, an IPv6 one as sixteen; an IPv4
// address mapped into IPv6 (::ffff:a.b.c.d) becomes IPv4, so that one peer has one endpoint.
struct Endpoint {
    std::array<std::uint8_t, 16> address{};  // the first four bytes for IPv4, the rest is zero
    std::uint16_t port = 0;
    bool is_v6 = false;

    [[nodiscard]] static Endpoint v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                                     std::uint16_t port);
    // Of "192.0.2.1", "2001:db8::1" or "[2001:db8::1]", never a name. nullopt for anything else.
    [[nodiscard]] static std::optional<Endpoint> parse(std::string_view address,
                                                       std::uint16_t port);

    std::string host() const;      // "192.0.2.1", "2001:db8::1"
    std::string uri_host() const;  // the same, an IPv6 address in brackets
    std::string str() const;       // "192.0.2.1:5060", "[2001:db8::1]:5060"
    bool is_unspecified() const;   // 0.0.0.0 or ::
    bool operator==(const Endpoint&) const = default;
};

// Names one TCP connection of this process; never used again. 0 is none: UDP, or "connect when
// needed".
using ConnectionId = std::uint64_t;

// Where a message came from, and so where its answers and later requests to the same peer go. A
// value: it does not keep a connection open, and sending over a flow whose connection is gone
// fails.
struct Flow {
    TransportKind transport = TransportKind::udp;
    Endpoint local;
    Endpoint remote;
    ConnectionId connection = 0;

    std::string str() const;  // "udp 192.0.2.1:5060 > 198.51.100.7:5060", TCP with "#12" behind
    bool operator==(const Flow&) const = default;
};

}  // namespace skyn3t::sip

template <>
struct std::hash<skyn3t::sip::Endpoint> {
    std::size_t operator()(const skyn3t::sip::Endpoint& endpoint) const noexcept;
};
template <>
struct std::hash<skyn3t::sip::Flow> {
    std::size_t operator()(const skyn3t::sip::Flow& flow) const noexcept;
};
