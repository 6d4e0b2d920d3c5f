#include "http/networks.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/text.hpp"

namespace skyn3t::http {

asio::ip::address_v6 to_v6(const asio::ip::address& address) {
    return address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                           : address.to_v6();
}

std::string network_of(const asio::ip::address& address) {
    if (address.is_v4()) return address.to_string();
    if (address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    auto octets = address.to_v6().to_bytes();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    return asio::ip::address_v6(octets).to_string() + "/64";
}

Result<Networks::Block> Networks::parse_block(std::string_view text) {
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
    return Block{to_v6(address).to_bytes(), 128 - width + length};
}

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
    Networks networks;
    for (const auto& text : texts) {
        auto block = parse_block(trim(text));
        if (!block) return tl::unexpected(block.error());
        networks.blocks_.push_back(*block);
    }
    return networks;
}

bool Networks::contains(const asio::ip::address& address) const {
    const auto octets = to_v6(address).to_bytes();
    return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
        for (unsigned bit = 0; bit < block.prefix_length; bit += 8) {
            const unsigned left = std::min(8u, block.prefix_length - bit);
            const unsigned mask = (0xffu << (8 - left)) & 0xffu;
            if (((block.network[bit / 8] ^ octets[bit / 8]) & mask) != 0) return false;
        }
        return true;
    });
}

}  // namespace skyn3t::http
