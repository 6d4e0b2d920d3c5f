#include "http/basic_auth.hpp"

#include <openssl/crypto.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace skyn3t::http {

std::string basic_authorization(const BasicCredentials& credentials) {
    const std::string pair = credentials.user + ":" + credentials.password;
    const std::vector<std::uint8_t> octets(pair.begin(), pair.end());
    return "Basic " + to_base64(octets);
}

std::optional<BasicCredentials> basic_credentials(const Headers& headers) {
    const auto value = headers.find("Authorization");
    if (!value || value->size() < 6 || !iequals(value->substr(0, 6), "basic ")) return std::nullopt;
    const auto octets = from_base64(trim(value->substr(6)));
    if (!octets) return std::nullopt;
    const std::string pair(octets->begin(), octets->end());
    const auto colon = pair.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return BasicCredentials{pair.substr(0, colon), pair.substr(colon + 1)};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace skyn3t::http
