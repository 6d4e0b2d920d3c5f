#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/community.hpp"
#include "sip/binding.hpp"
#include "sip/credentials.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::server {

// The SIP domains with the users of the lists that are mapped to them.
struct CredentialTable {
    // A user whose password before the last change is still good.
    struct Replacing {
        std::string domain, user;
        std::string sid;  // of the credential
    };
    std::vector<Replacing> replacing;
    struct InDomain {
        sip::Domain domain;
        std::unordered_map<std::string, sip::Credential> users;  // by user name
    };
    std::map<std::string, InDomain, std::less<>> domains;  // by name, lower case
    std::string default_domain;                            // of a request that names none of them
    // Of SHA-256 (RFC 8760), which a list may offer or not: by the number in its users' names, and
    // of all mapped lists, 0 to 1.
    std::unordered_map<std::string, bool> offers_by_number;
    double offering_share = 0;
};

// What the table is made of.
struct CredentialParts {
    const std::vector<const store::Resource*>& resources;  // the kinds that matter are picked
    const std::vector<store::DomainMapping>& mappings;     // the oldest first
    const std::vector<model::Community>& communities;      // a phone's role is theirs to say
    std::string default_domain;
    std::string realm;           // of every domain: HA1 depends on it
    bool offers_sha256 = false;  // to lists that say nothing else
};
[[nodiscard]] CredentialTable make_credential_table(const CredentialParts& parts);

// The phones' credentials in memory, for the signalling thread; replaced as a whole after a change.
class CredentialDirectory final : public sip::CredentialSource {
  public:
    // `key`: the same after a restart; see offers_sha256_to_unknown.
    using Key = std::array<std::uint8_t, 32>;
    explicit CredentialDirectory(const Key& key) : key_(key) {}

    void set(CredentialTable table) { table_ = std::move(table); }
    const CredentialTable& table() const { return table_; }
    // The user's credential of the domain's name; null: none.
    const sip::Credential* find_user(std::string_view domain, std::string_view user) const;
    // Was it made with a password that has been changed since?
    bool is_replaced(const sip::RegisteredBinding& bound) const;

    const sip::Domain* find_domain(std::string_view host) const override;
    const sip::Credential* find_credential(const sip::Domain& domain,
                                           std::string_view user) const override;
    const sip::Credential* find_in_other_domain(const sip::Domain& domain,
                                                std::string_view user) const override;
    // What a challenge offers is seen by anybody who sends a user name, so that lists with
    // different settings would tell which users there are. Therefore a name that no list has looks
    // like one of a list's. Of a community's number ("+56229145248-x") every name is offered what
    // its phones are, whatever the role: the number is public, the roles are not. Any other number
    // gets what a keyed hash of it says, yes as often as lists do: the same at every try and after
    // every restart, and for all names of that number alike. While no list differs from the
    // others, all see the same.
    bool offers_sha256_to_unknown(const sip::Domain& domain, std::string_view user) const override;

  private:
    const Key key_;
    CredentialTable table_;
};

}  // namespace skyn3t::server
