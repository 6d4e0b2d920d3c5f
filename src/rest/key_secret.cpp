#include "rest/key_secret.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace skyn3t::rest {

std::string make_key_secret() {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // Without the bias of a plain modulus: what lies above the last whole multiple is drawn again.
    constexpr auto kSize = static_cast<std::uint32_t>(kAlphabet.size());
    constexpr std::uint32_t kLimit = UINT32_MAX - UINT32_MAX % kSize;
    std::string secret;
    while (secret.size() < 32)
        if (const std::uint32_t drawn = random_u32(); drawn < kLimit)
            secret += kAlphabet[drawn % kSize];
    return secret;
}

std::string hash_key_secret(std::string_view secret) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(secret.data(), secret.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL lacks SHA-256");
    return to_hex({digest.data(), size});
}

}  // namespace skyn3t::rest
