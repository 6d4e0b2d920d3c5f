#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sip/header.hpp"
#include "sip/message.hpp"

// Computing of RFC 2617, RFC 7616 and RFC 8760, for both sides. Policy (nonces, replay, limits) is
// the server's. Thread-safe: each thread has its own hash context.
namespace skyn3t::sip {

enum class DigestAlgorithm : std::uint8_t { md5, sha256, sha512_256 };  // weakest first

[[nodiscard]] std::string_view name_of(DigestAlgorithm algorithm);
// Empty means MD5 (RFC 7616 §3.3). nullopt for what we do not compute, "-sess" forms among them.
[[nodiscard]] std::optional<DigestAlgorithm> digest_algorithm_of(std::string_view name);

// A hash in lower-case hexadecimal, without an allocation.
class HexDigest {
  public:
    [[nodiscard]] std::string_view view() const { return {digits_.data(), size_}; }
    operator std::string_view() const { return view(); }  // NOLINT: it is one

  private:
    friend class DigestHash;
    std::array<char, 64> digits_{};
    std::size_t size_ = 0;
};

// H(username:realm:password): what is stored instead of the password.
[[nodiscard]] HexDigest digest_ha1(DigestAlgorithm algorithm, std::string_view username,
                                   std::string_view realm, std::string_view password);

struct DigestInput {
    DigestAlgorithm algorithm = DigestAlgorithm::md5;
    std::string_view ha1;
    std::string_view method;
    std::string_view uri;
    std::string_view nonce;
    std::string_view nc;      // these three only
    std::string_view cnonce;  // with a qop
    std::string_view qop;     // "auth", or empty as in RFC 2069
};
[[nodiscard]] HexDigest digest_response(const DigestInput& input);

// In time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

// A challenge that we can answer, with its own copy of the text, since it outlives the response it
// came in.
struct DigestChallenge {
    DigestAlgorithm algorithm = DigestAlgorithm::md5;
    std::string algorithm_name;  // empty when the challenge named none
    std::string realm, nonce, opaque;
    bool has_qop = false;  // and "auth" is among them
    bool stale = false;
    bool is_proxy = false;  // answer with Proxy-Authorization

    [[nodiscard]] HeaderId answer_header() const {
        return is_proxy ? HeaderId::proxy_authorization : HeaderId::authorization;
    }
};
// The strongest challenge of a 401 or 407 that we can answer (RFC 8760 §2.4); unsupported names
// what was offered.
[[nodiscard]] Result<DigestChallenge> strongest_challenge(const Message& response);

struct DigestClient {
    std::string_view username;
    std::string_view password;
    std::string_view method;
    std::string_view uri;  // the Request-URI
    std::uint32_t nonce_count = 1;
    std::string_view cnonce;  // used with qop only
};
// The value of the (Proxy-)Authorization field.
[[nodiscard]] std::string answer_challenge(const DigestChallenge& challenge,
                                           const DigestClient& client);

}  // namespace skyn3t::sip
