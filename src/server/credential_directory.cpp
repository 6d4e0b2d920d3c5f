#include "server/credential_directory.hpp"

namespace skyn3t::server {

CredentialDirectory::CredentialDirectory(const store::SipDomain& domain, Options options)
    : options_(options) {
    domain_.sid = domain.sid;
    domain_.name = domain.name;
    domain_.realm = domain.realm;
    domain_.offers_sha256 = options.offers_sha256;
}

void CredentialDirectory::set(const std::vector<store::StoredCommunity>& communities) {
    by_user_.clear();
    for (const auto& stored : communities) {
        for (const auto& credential : stored.credentials) {
            sip::Credential known;
            known.community = stored.community.sid;
            known.user = credential.username;
            known.role = credential.role;
            known.ha1_md5 = credential.ha1_md5.reveal();
            known.ha1_sha256 = credential.ha1_sha256.reveal();
            known.ha1_md5_escaped = credential.ha1_md5_escaped.reveal();
            known.ha1_sha256_escaped = credential.ha1_sha256_escaped.reveal();
            known.offers_sha256 = options_.offers_sha256;
            by_user_.emplace(known.user, std::move(known));
        }
    }
}

const sip::Domain* CredentialDirectory::find_domain(std::string_view) const { return &domain_; }

const sip::Credential* CredentialDirectory::find_credential(const sip::Domain&,
                                                            std::string_view user) const {
    const auto found = by_user_.find(std::string(user));
    return found == by_user_.end() ? nullptr : &found->second;
}

}  // namespace skyn3t::server
