#include "speech/digest.hpp"

#include <openssl/sha.h>

#include <array>

#include "base/encoding.hpp"

namespace skyn3t::speech {

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes.data(), bytes.size(), digest.data());
    return to_hex(digest);
}

std::string sha256_hex(std::string_view text) {
    return sha256_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace skyn3t::speech
