#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "sip/address_pattern.hpp"

namespace skyn3t::sip {

// An entry of an IP access control list that is mapped to a domain.
struct AllowedAddress {
    AddressPattern pattern;
    int prefix = 32;
    CommunitySid community;  // the list's: of who calls from there without credentials
};

// A SIP domain resource, as the signalling thread sees it.
struct Domain {
    DomainSid sid;
    std::string name;   // the host in an address-of-record, lower case
    std::string realm;  // HA1 depends on it: renaming it invalidates every password
    bool accepts_registrations = true;
    // Who may call it (rest-api.md, 3.1): with both, both must pass; with neither, nobody may.
    bool calls_need_credentials = true;
    bool calls_need_address = false;
    std::vector<AllowedAddress> call_addresses{};  // the narrowest first

    // Null: no list has the address.
    const AllowedAddress* find_address(const Endpoint& source, TransportKind transport) const;
};

// What proves a password. HA1 is of the user name as it is; `_escaped` of the name spelled with
// %2B, since a phone that spells it so hashes it so.
struct PasswordDigests {
    std::string md5;     // 32 hexadecimal digits
    std::string sha256;  // 64 of them; empty when none is stored
    // Empty when not stored: such a phone is then accepted only if it hashes the plain spelling.
    std::string md5_escaped, sha256_escaped;
};

// One phone's user name and secret, in a list that is mapped to a domain.
struct Credential {
    CommunitySid community;
    std::string user;  // unescaped: "+56229145248-office"
    std::string role;
    PasswordDigests password;
    std::uint32_t generation = 0;  // of the password: one more with each change
    // The password of the generation before, which phones may use until then.
    struct Previous {
        PasswordDigests password;
        WallTime until{};
    };
    std::optional<Previous> previous{};
    // The oldest password with which a binding may have been made.
    std::uint32_t oldest_generation() const { return previous ? generation - 1 : generation; }
    bool for_calls = true;
    bool for_registrations = true;
    bool offers_sha256 = false;  // the list's setting: SHA-256 first, then MD5 (RFC 8760)
};

// The directory of users, in memory; implemented by the server. Called on the signalling thread;
// what it returns is used before control goes back to the loop, and not kept.
class CredentialSource {
  public:
    virtual ~CredentialSource() = default;
    // The domain named by `host`, otherwise the default one (phones often send an address).
    // nullptr only while there is no domain at all.
    virtual const Domain* find_domain(std::string_view host) const = 0;
    // The user of that domain, whatever the credential is allowed for. `user` is unescaped.
    virtual const Credential* find_credential(const Domain& domain,
                                              std::string_view user) const = 0;
    // The user of that name in a domain other than this one, to tell an operator that a phone was
    // given the wrong domain. Null while there is none.
    virtual const Credential* find_in_other_domain(const Domain& domain,
                                                   std::string_view user) const = 0;
    // Whether a user that no list has is offered SHA-256. Asked for every user, so that nothing but
    // the answer differs; it must not tell the users that there are from those that there are not.
    virtual bool offers_sha256_to_unknown(const Domain& domain, std::string_view user) const = 0;
};

}  // namespace skyn3t::sip
