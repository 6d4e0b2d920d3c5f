#pragma once

#include <string>
#include <string_view>

namespace skyn3t::rest {

// A key's secret: shown once, kept as a hash. It is random, so that a plain hash is enough.
[[nodiscard]] std::string make_key_secret();                         // 32 letters and digits
[[nodiscard]] std::string hash_key_secret(std::string_view secret);  // SHA-256, hexadecimal

}  // namespace skyn3t::rest
