#pragma once

#include <vector>

#include "store/community_rows.hpp"
#include "store/community_store.hpp"
#include "store/derived_resources.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Writes declared communities inside the writer's transaction; CommunityStore's own.
class CommunityWriter {
  public:
    CommunityWriter(Session& session, const SecretBox& box, const AccountSid& account,
                    const Derivation& derivation)
        : session_(session),
          box_(box),
          account_(account),
          derivation_(derivation),
          now_(derivation.now) {}

    // The sids of what was put, in its order.
    Result<std::vector<CommunitySid>> apply(const ModelChange& change);

  private:
    Result<void> remove(const CommunitySid& community, const std::string& actor);
    Result<void> release_names(const model::Community& before);
    Result<CommunitySid> put(const model::Community& wanted, const model::Community* before,
                             const std::string& actor);
    Result<void> put_head(const model::Community& community, bool is_new);
    Result<void> put_roles(const model::Community& community);
    Result<void> audit(const model::Community* before, const model::Community* after,
                       const std::string& actor);

    Session& session_;
    const SecretBox& box_;
    const AccountSid& account_;
    const Derivation& derivation_;
    const WallTime now_;
};

}  // namespace skyn3t::store
