#include "server/credential_directory.hpp"

#include <openssl/hmac.h>

#include <stdexcept>

namespace skyn3t::server {
namespace {

// "+56229145248" of "+56229145248-office"; a name without a hyphen is its own.
std::string number_of(std::string_view user) { return std::string(user.substr(0, user.find('-'))); }

// A number from 0 to 1 that nobody without the key can tell.
double fraction_of(const std::array<std::uint8_t, 32>& key, std::string_view text) {
    std::array<std::uint8_t, 32> hash{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(),
             &size) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 failed");
    return static_cast<double>(hash[0] << 16 | hash[1] << 8 | hash[2]) / (1 << 24);
}

}  // namespace

CredentialDirectory::CredentialDirectory(const store::SipDomain& domain, Options options)
    : options_(options) {
    domain_.sid = domain.sid;
    domain_.name = domain.name;
    domain_.realm = domain.realm;
    set({});
}

void CredentialDirectory::set(const std::vector<store::StoredCommunity>& communities) {
    by_user_.clear();
    offers_by_number_.clear();
    std::size_t offering = 0;
    for (const auto& stored : communities) {
        const bool offers = offers_sha256(stored.sha256);
        offering += offers ? 1 : 0;
        for (const auto& credential : stored.credentials) {
            sip::Credential known;
            known.community = stored.community.sid;
            known.user = credential.username;
            known.role = credential.role;
            known.ha1_md5 = credential.ha1_md5.reveal();
            known.ha1_sha256 = credential.ha1_sha256.reveal();
            known.ha1_md5_escaped = credential.ha1_md5_escaped.reveal();
            known.ha1_sha256_escaped = credential.ha1_sha256_escaped.reveal();
            known.offers_sha256 = offers;
            offers_by_number_.emplace(number_of(known.user), offers);
            by_user_.emplace(known.user, std::move(known));
        }
    }
    offering_share_ = communities.empty()
                          ? (options_.offers_sha256 ? 1 : 0)
                          : static_cast<double>(offering) / static_cast<double>(communities.size());
}

bool CredentialDirectory::offers_sha256(store::Sha256Offer setting) const {
    if (setting == store::Sha256Offer::as_server) return options_.offers_sha256;
    return setting == store::Sha256Offer::yes;
}

bool CredentialDirectory::offers_sha256_to_unknown(const sip::Domain&,
                                                   std::string_view user) const {
    if (offering_share_ == 0 || offering_share_ == 1) return offering_share_ == 1;
    const auto number = number_of(user);
    const bool by_hash = fraction_of(options_.key, number) < offering_share_;
    const auto known = offers_by_number_.find(number);
    return known != offers_by_number_.end() ? known->second : by_hash;
}

const sip::Domain* CredentialDirectory::find_domain(std::string_view) const { return &domain_; }

const sip::Credential* CredentialDirectory::find_credential(const sip::Domain&,
                                                            std::string_view user) const {
    const auto found = by_user_.find(std::string(user));
    return found == by_user_.end() ? nullptr : &found->second;
}

}  // namespace skyn3t::server
