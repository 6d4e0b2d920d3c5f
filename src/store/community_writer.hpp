#pragma once

#include <vector>

#include "store/community_rows.hpp"
#include "store/community_store.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Writes declared communities inside the writer's transaction; CommunityStore's own. What calls run
// on is made of them by provisioning, through the API (ADR 9).
class CommunityWriter {
  public:
    CommunityWriter(Session& session, const SecretBox& box, const AccountSid& account, WallTime now)
        : session_(session), box_(box), account_(account), now_(now) {}

    // The sids of what was put, in its order.
    Result<std::vector<CommunitySid>> apply(const ModelChange& change);

  private:
    Result<void> remove(const CommunitySid& community, const std::string& actor);
    Result<void> restore(const CommunitySid& sid, const ModelChange& change);
    Result<void> release_names(const model::Community& before);
    Result<CommunitySid> put(const model::Community& wanted, const model::Community* before,
                             const ModelChange& change);
    Result<void> note_unprovisioned(const model::Community& community,
                                    const model::Community* before, const ModelChange& change);
    Result<void> put_head(const model::Community& community, bool is_new);
    Result<void> put_roles(const model::Community& community);
    Result<void> claim_names(const model::Community& community);
    Result<void> audit(const model::Community* before, const model::Community* after,
                       const std::string& actor);

    Session& session_;
    const SecretBox& box_;
    const AccountSid& account_;
    const WallTime now_;
};

}  // namespace skyn3t::store
