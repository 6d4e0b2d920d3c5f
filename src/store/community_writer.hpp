#pragma once

#include <vector>

#include "store/community_rows.hpp"
#include "store/community_store.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Writes communities and all that is derived from them inside the writer's transaction;
// CommunityStore's own.
class CommunityWriter {
  public:
    CommunityWriter(Session& session, const SecretBox& box, const AccountSid& account,
                    const SipDomain& domain, WallTime now)
        : session_(session), box_(box), account_(account), domain_(domain), now_(now) {}

    // The sids of what was put, in its order.
    Result<std::vector<CommunitySid>> apply(const ModelChange& change);
    // Every HA1 again, for the domain's realm.
    Result<void> renew_ha1();

  private:
    Result<void> remove(const CommunitySid& community, const std::string& actor);
    Result<void> release_names(const CommunitySid& community);
    Result<CommunitySid> put(const model::Community& community, const std::string& actor);
    Result<void> put_head(const model::Community& community, bool is_new);
    Result<void> put_roles(const model::Community& community);
    Result<void> put_number(const model::Community& community, bool is_new);
    Result<CredentialListSid> put_list(const model::Community& community,
                                       const SealedCommunity* before);
    Result<void> put_credentials(const model::Community& community, const CredentialListSid& list,
                                 const SealedCommunity* before);
    Result<model::Secret> password_for(const model::Community& community, const model::Role& role,
                                       const SealedCommunity* before) const;
    Result<void> write_credential(const CommunitySid& community, const StoredCredential& credential,
                                  const model::Secret& password);
    Result<void> audit(const CommunitySid& community, const std::string& actor,
                       const std::string& action, const std::string& detail);

    Session& session_;
    const SecretBox& box_;
    const AccountSid& account_;
    const SipDomain& domain_;
    const WallTime now_;
};

}  // namespace skyn3t::store
