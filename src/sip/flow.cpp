#include "sip/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/ip/address.hpp>

namespace skyn3t::sip {
namespace {

Endpoint from_asio(const asio::ip::address& address, std::uint16_t port) {
    Endpoint endpoint;
    endpoint.port = port;
    if (address.is_v4() || address.to_v6().is_v4_mapped()) {
        const auto v4 = address.is_v4()
                            ? address.to_v4()
                            : asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        std::ranges::copy(v4.to_bytes(), endpoint.address.begin());
    } else {
        endpoint.is_v6 = true;
        endpoint.address = address.to_v6().to_bytes();
    }
    return endpoint;
}

// The finaliser of splitmix64: table keys, not secrets, but neighbouring ports must not collide.
// so mixing matters.
constexpr std::size_t mix(std::size_t seed, std::uint64_t value) {
    value += seed + 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

std::uint64_t word(const Endpoint& endpoint, std::size_t offset) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | endpoint.address[offset + i];
    return value;
}

}  // namespace

Endpoint Endpoint::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port) {
    Endpoint endpoint;
    endpoint.address = {a, b, c, d};
    endpoint.port = port;
    return endpoint;
}

std::optional<Endpoint> Endpoint::parse(std::string_view address, std::uint16_t port) {
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (address.find('%') != std::string_view::npos) return std::nullopt;  // a zone is local
    asio::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error) return std::nullopt;
    return from_asio(parsed, port);
}

std::string Endpoint::host() const {
    if (!is_v6) return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
    return asio::ip::address_v6(address).to_string();
}

std::string Endpoint::uri_host() const { return is_v6 ? "[" + host() + "]" : host(); }

std::string Endpoint::str() const { return fmt::format("{}:{}", uri_host(), port); }

bool Endpoint::is_unspecified() const {
    return std::ranges::all_of(address, [](std::uint8_t byte) { return byte == 0; });
}

std::string Flow::str() const {
    auto text = fmt::format("{} {} > {}", uri_name(transport), local.str(), remote.str());
    if (connection != 0) text += fmt::format(" #{}", connection);
    return text;
}

}  // namespace skyn3t::sip

std::size_t std::hash<skyn3t::sip::Endpoint>::operator()(
    const skyn3t::sip::Endpoint& endpoint) const noexcept {
    using namespace skyn3t::sip;
    const auto seed = mix(endpoint.port, word(endpoint, 0));
    return endpoint.is_v6 ? mix(seed, word(endpoint, 8)) : seed;
}

std::size_t std::hash<skyn3t::sip::Flow>::operator()(const skyn3t::sip::Flow& flow) const noexcept {
    using namespace skyn3t::sip;
    const auto remote = std::hash<Endpoint>{}(flow.remote);
    return mix(mix(remote, std::hash<Endpoint>{}(flow.local)),
               flow.connection << 1 | static_cast<std::uint64_t>(flow.transport));
}
