#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/handle.hpp"

namespace skyn3t::sip {

struct NonceSettings {
    std::vector<std::uint8_t> key{};  // empty: a random one, and nonces do not survive a restart
    seconds lifetime{300};
    std::size_t remembered = 16384;  // nonces in use whose counts are kept
};

// Makes nonces and tells ours from others', and keeps the count of each that is in use.
//
// A nonce is hexadecimal: 4 octets of wall time in seconds, 8 random ones, and 16 of an
// HMAC-SHA-256 over both and the scope; so giving one out costs no memory, and a flood of requests
// fills nothing. A nonce enters the book only with the first good response to it. A book that is
// full forgets the oldest nonce and, so that nothing can be played again, refuses every unknown
// nonce that is not younger than the youngest one forgotten.
class NonceBook {
  public:
    enum class Status { good, stale };

    NonceBook(const Clock& clock, NonceSettings settings);

    // `scope`: where and for whom it is good, the domain and the address that asked.
    [[nodiscard]] std::string make(std::string_view scope) const;
    // Is it ours, for this scope, and not expired? One that is not ours counts as stale too: after
    // a restart with another key, a phone must be told that its password is not what is wrong.
    [[nodiscard]] Status check(std::string_view nonce, std::string_view scope) const;
    // Uses the nonce, which passed check(), with this count: stale when that was used before, or is
    // too old to tell (64 below the highest). Call it only after the response proved right.
    [[nodiscard]] Status use(std::string_view nonce, std::uint32_t count);
    // A response without count (no qop): good once.
    [[nodiscard]] Status use_once(std::string_view nonce);
    std::size_t remembered() const { return book_.size(); }

  private:
    struct Counts {
        std::uint32_t highest;
        std::uint64_t seen;  // bit n: highest - n was used (RFC 4303 section 3.4.3 does it alike)
    };
    struct Id {
        std::uint32_t issued;
        std::uint64_t random;
    };
    static Id id_of(std::string_view nonce);
    std::uint32_t now() const;
    void sign(std::span<std::uint8_t> nonce, std::string_view scope,
              std::span<std::uint8_t> mac) const;
    Status enter(Id id, Counts counts);
    void make_room();

    const Clock& clock_;
    NonceSettings settings_;
    SteadyTime started_;
    std::uint32_t started_wall_ = 0;
    Handle<EVP_MAC_CTX, EVP_MAC_CTX_free> mac_;
    std::unordered_map<std::uint64_t, Counts> book_;
    std::deque<Id> order_;         // as they entered
    std::uint32_t forgotten_ = 0;  // issue time of the youngest nonce forgotten
};

}  // namespace skyn3t::sip
