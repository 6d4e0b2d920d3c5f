#include "sip/credentials.hpp"

#include <algorithm>

namespace skyn3t::sip {

const AllowedAddress* Domain::find_address(const Endpoint& source, TransportKind transport) const {
    const auto found = std::ranges::find_if(call_addresses, [&](const AllowedAddress& each) {
        return each.pattern.matches(source, transport);
    });
    return found == call_addresses.end() ? nullptr : &*found;
}

}  // namespace skyn3t::sip
