#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip/credentials.hpp"
#include "store/community_store.hpp"

namespace skyn3t::server {

// The phones' credentials in memory, for the signalling thread; replaced as a whole after a change.
class CredentialDirectory final : public sip::CredentialSource {
  public:
    struct Options {
        bool offers_sha256 = false;  // to lists that say nothing else
        std::array<std::uint8_t, 32>
            key{};  // the same after a restart; see offers_sha256_to_unknown
    };
    CredentialDirectory(const store::SipDomain& domain, Options options);

    void set(const std::vector<store::StoredCommunity>& communities);

    // There is one domain; a request for any other host is for it (phones often send an address).
    const sip::Domain* find_domain(std::string_view host) const override;
    const sip::Credential* find_credential(const sip::Domain& domain,
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
    bool offers_sha256(store::Sha256Offer setting) const;

    sip::Domain domain_;
    Options options_;
    std::unordered_map<std::string, sip::Credential> by_user_;
    std::unordered_map<std::string, bool> offers_by_number_;  // of each list: of its users' number
    double offering_share_ = 0;                               // of all lists: 0 to 1
};

}  // namespace skyn3t::server
