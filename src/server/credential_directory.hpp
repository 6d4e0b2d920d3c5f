#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "sip/credentials.hpp"
#include "store/community_store.hpp"

namespace skyn3t::server {

// The phones' credentials in memory, for the signalling thread; replaced as a whole after a change.
class CredentialDirectory final : public sip::CredentialSource {
  public:
    struct Options {
        bool offers_sha256 = false;
    };
    CredentialDirectory(const store::SipDomain& domain, Options options);

    void set(const std::vector<store::StoredCommunity>& communities);

    // There is one domain; a request for any other host is for it (phones often send an address).
    const sip::Domain* find_domain(std::string_view host) const override;
    const sip::Credential* find_credential(const sip::Domain& domain,
                                           std::string_view user) const override;

  private:
    sip::Domain domain_;
    Options options_;
    std::unordered_map<std::string, sip::Credential> by_user_;
};

}  // namespace skyn3t::server
