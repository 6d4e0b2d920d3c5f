#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace skyn3t {

// Bytes from OpenSSL's generator, good enough for keys. Throws std::runtime_error when there is no
// entropy.
void random_bytes(std::span<std::uint8_t> out);
// `octets` random bytes as twice as many lower-case hexadecimal digits.
[[nodiscard]] std::string random_hex(std::size_t octets);
[[nodiscard]] std::uint32_t random_u32();

}  // namespace skyn3t
