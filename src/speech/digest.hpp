#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace skyn3t::speech {

// SHA-256 in lower-case hexadecimal.
[[nodiscard]] std::string sha256_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace skyn3t::speech
