#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/community_store.hpp"
#include "store/session.hpp"

// Reading of communities inside a transaction or on a reader; CommunityStore's own.
namespace skyn3t::store {

// A credential as stored, its password still sealed.
struct SealedCredential {
    StoredCredential credential;
    std::string password;
};
struct SealedCommunity {
    StoredCommunity stored;
    std::vector<std::string> passwords;  // beside stored.credentials
};

[[nodiscard]] Result<std::vector<SealedCommunity>> read_communities(Session& session);
[[nodiscard]] Result<std::optional<SealedCommunity>> read_community(Session& session,
                                                                    const CommunitySid& community);
[[nodiscard]] Result<std::optional<SipDomain>> read_domain(Session& session);

// What a sealed password is bound to.
[[nodiscard]] std::string credential_context(const CredentialSid& sid);

}  // namespace skyn3t::store
