#include "store/ha1.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "base/encoding.hpp"

namespace skyn3t::store {
namespace {

std::string hash(const EVP_MD* algorithm, const std::string& text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, algorithm, nullptr) != 1)
        throw std::runtime_error("OpenSSL lacks a digest algorithm");
    return to_hex({digest.data(), size});
}

}  // namespace

Ha1 make_ha1(std::string_view username, std::string_view realm, const model::Secret& password) {
    const std::string text =
        std::string(username) + ":" + std::string(realm) + ":" + password.reveal();
    return {model::Secret(hash(EVP_md5(), text)), model::Secret(hash(EVP_sha256(), text))};
}

}  // namespace skyn3t::store
