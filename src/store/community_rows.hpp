#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/community.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"

// Reading of communities inside a transaction or on a reader; CommunityStore's own.
namespace skyn3t::store {

// A community as stored, its passwords still sealed. The account's own is none.
struct SealedCommunity {
    model::Community community;          // its roles hold no passwords
    std::vector<std::string> passwords;  // beside its roles; empty: none is known
};

[[nodiscard]] Result<std::vector<SealedCommunity>> read_communities(Session& session);
[[nodiscard]] Result<std::optional<SealedCommunity>> read_community(Session& session,
                                                                    const CommunitySid& community);
// One that was removed and is kept still, under the names that it had.
[[nodiscard]] Result<std::optional<SealedCommunity>> read_removed_community(
    Session& session, const CommunitySid& community);

// With the passwords that are known.
[[nodiscard]] Result<model::Community> unsealed(SealedCommunity sealed, const SecretBox& box);
// What a sealed password is bound to.
[[nodiscard]] std::string role_context(const CommunitySid& community, std::string_view role);

}  // namespace skyn3t::store
