#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// "198.51.100.7", "198.51.100.0/24", "127.0.0.1:5080", "2001:db8::/32", "[2001:db8::1]:5060":
// addresses that a trunk or an edge sends from. Names are resolved by whoever has the
// configuration.
class AddressPattern {
  public:
    [[nodiscard]] static Result<AddressPattern> parse(std::string_view text);

    // A port in the pattern is asked of UDP only: a TCP client's is any.
    [[nodiscard]] bool matches(const Endpoint& source, TransportKind transport) const;

  private:
    Endpoint address_;  // port 0: any
    unsigned prefix_ = 0;
};

}  // namespace skyn3t::sip
