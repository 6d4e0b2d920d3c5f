#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "sip/binding.hpp"
#include "sip/credentials.hpp"
#include "sip/digest.hpp"
#include "sip/guess_limiter.hpp"
#include "sip/nonce.hpp"
#include "sip/reply.hpp"

namespace skyn3t::sip {

struct DigestSettings {
    enum class Kind : std::uint16_t { www = 401, proxy = 407 };
    Kind challenge = Kind::www;     // credentials are accepted in either header
    bool allow_without_qop = true;  // RFC 2069 answers; each needs a nonce of its own
    NonceSettings nonce{};
    GuessLimiter::Limits limits{};
};

enum class Purpose : std::uint8_t { registration, call };

// Credentials that proved nothing, for those who run the server. Whoever sent them never sees which
// part is wrong.
struct FailedProof {
    // `domain`: the user is one of another domain. `use`: its list is not mapped to this purpose.
    enum class Wrong : std::uint8_t { user, domain, use, password };
    Wrong wrong = Wrong::user;
    Endpoint source;
    std::string_view user;  // unescaped, as the phone wrote it; views into the request
    std::string_view domain;
    std::string_view user_agent;
    CommunitySid community;  // the user's; empty when nobody has that name
    Purpose purpose = Purpose::registration;
};
[[nodiscard]] std::string_view name_of(FailedProof::Wrong wrong);

// Digest authentication of requests (RFC 3261 section 22, RFC 7616, RFC 8760). A nonce is proved
// ours before anything is looked up; an unknown user costs and sees the same as a wrong password.
// On the signalling thread.
class DigestServer {
  public:
    // The pointers are CredentialSource's: used before control goes back to the loop.
    struct Accepted {
        const Domain* domain;
        const Credential* credential;
        std::uint32_t generation = 0;  // of the password that was proved
    };
    using Result = std::variant<Accepted, Challenge, Refuse>;

    DigestServer(const CredentialSource& source, const Clock& clock, DigestSettings settings);

    // Whether a community has a phone that is registered from the source. Its users are then never
    // blocked there: a building is one address. The users of others are.
    using IsAtHome = std::function<bool(const CommunitySid& community)>;
    // `source`: who sent it.
    [[nodiscard]] Result check(const Message& request, Purpose purpose, const Endpoint& source,
                               const IsAtHome& is_at_home);
    // Told of every wrong user, domain or password.
    void on_failed_proof(std::function<void(const FailedProof&)> told) { told_ = std::move(told); }
    // The domain that a request is for; null while there is none at all.
    [[nodiscard]] const Domain* domain_of(const Message& request) const;
    // Has the request credentials for our realm? Others' say nothing about who sent it.
    [[nodiscard]] bool has_credentials(const Message& request) const;

    // Does the directory still hold this user, in this community, for this purpose?
    [[nodiscard]] bool allows(const AddressOfRecord& aor, Purpose purpose) const;

    GuessLimiter& limiter() { return limiter_; }
    const GuessLimiter& limiter() const { return limiter_; }

  private:
    enum class Freshness : std::uint8_t { first, stale };

    struct Proof {
        const Message& request;
        const DigestParams& given;
        DigestAlgorithm algorithm;
        std::string_view user;
    };
    // Null: nobody's.
    Accepted verify(const Proof& proof, Purpose purpose, const Domain& domain) const;
    bool proves(const Proof& proof, const PasswordDigests* password) const;
    struct Asker {
        const Domain& domain;
        const Endpoint& source;
        std::string_view user;
    };
    Challenge challenge(const Asker& asker, Freshness freshness) const;
    void note_failure(const Proof& proof, Purpose purpose, const Asker& asker, bool is_at_home);

    const CredentialSource& source_;
    const Clock& clock_;
    DigestSettings settings_;
    NonceBook nonces_;
    GuessLimiter limiter_;
    std::function<void(const FailedProof&)> told_;
    std::string dummy_ha1_md5_;
    std::string dummy_ha1_sha256_;
};

}  // namespace skyn3t::sip
