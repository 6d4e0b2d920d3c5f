#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sip/message.hpp"

// Digits in INFO requests: no standard, but what gateways have done since Cisco's.
namespace skyn3t::call {

// application/dtmf-relay ("Signal=5") or application/dtmf (the digit alone): old gateways send
// nothing else. Some write 10 and 11 for star and hash, as RFC 4733 numbers them.
[[nodiscard]] std::optional<char> digit_of_info(const sip::Message& request);
// The body of an INFO with this digit, of type application/dtmf-relay.
[[nodiscard]] std::string dtmf_relay(char digit, std::chrono::milliseconds length);

}  // namespace skyn3t::call
