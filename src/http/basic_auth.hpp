#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace skyn3t::http {

// RFC 7617.
struct BasicCredentials {
    std::string user;
    std::string password;
};

[[nodiscard]] std::string basic_authorization(const BasicCredentials& credentials);  // "Basic ..."
// What the Authorization header says; nothing when it is absent, another scheme or malformed.
[[nodiscard]] std::optional<BasicCredentials> basic_credentials(const Headers& headers);
// In time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace skyn3t::http
