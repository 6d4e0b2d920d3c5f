#pragma once

#include <optional>
#include <string_view>

#include "model/secret.hpp"

namespace skyn3t::model {

enum class PasswordFault { too_short, no_upper_case, no_lower_case, no_digit, bad_character };

// Twilio's rule for a SIP credential (rest-api.md, 3.4): at least 12 characters, mixed case, a
// digit. We also refuse control characters and anything outside ASCII, which phones' configuration
// pages mangle, and more than 128.
[[nodiscard]] std::optional<PasswordFault> password_fault(std::string_view password);

// A new random password of 16 characters and about 67 bits that passes the rule and is easy to type
// on a phone: a capital, letters, then digits; no 0/O, 1/l/I; nothing but letters and digits.
[[nodiscard]] Secret generate_password();

}  // namespace skyn3t::model
