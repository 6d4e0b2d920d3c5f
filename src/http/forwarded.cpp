#include "http/forwarded.hpp"

#include "base/text.hpp"

namespace skyn3t::http {
namespace {

// "203.0.113.9", and as some proxies write it "203.0.113.9:41234" or "[2001:db8::9]:41234".
std::optional<asio::ip::address> parse_hop(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        text = text.substr(1, end - 1);
    } else if (text.find(':') == text.rfind(':')) {
        text = text.substr(0, text.find(':'));
    }
    std::error_code error;
    const auto address = asio::ip::make_address(std::string(text), error);
    if (error) return std::nullopt;
    return address;
}

}  // namespace

asio::ip::address client_address(const asio::ip::address& peer, const Headers& headers,
                                 const Networks& trusted) {
    if (!trusted.contains(peer)) return peer;
    std::string hops;  // several fields are one list (RFC 9110, section 5.3)
    for (const auto& [name, value] : headers)
        if (iequals(name, "X-Forwarded-For")) hops += "," + value;
    asio::ip::address client = peer;
    std::string_view rest = hops;
    while (!rest.empty() && trusted.contains(client)) {
        const auto comma = rest.rfind(',');
        const auto hop = parse_hop(trim(rest.substr(comma + 1)));
        rest = rest.substr(0, comma);
        if (!hop) break;
        client = *hop;
    }
    return client;
}

}  // namespace skyn3t::http
