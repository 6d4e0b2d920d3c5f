#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/secret.hpp"
#include "store/audit_store.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::store {

// What requests to a community's web server are signed with (X-Twilio-Signature), so that the
// community can check them without the account's AuthToken (ADR 14). From any thread.
class SigningSecrets {
  public:
    // `account`: the AuthToken, for what belongs to no declared community.
    SigningSecrets(Database& database, const SecretBox& box, model::Secret account)
        : database_(database), box_(box), account_(std::move(account)) {}

    // Reads those that were rotated. Before anybody asks.
    Result<void> load();

    // 32 hexadecimal digits. Without a database: one that was never rotated follows from the
    // server's secret key. Asked on the signalling thread as well.
    [[nodiscard]] model::Secret of(const CommunitySid& community) const;
    // A new one, used from the next request on. Waits for the database.
    Result<model::Secret> rotate(const CommunitySid& community, const AuditEntry& audit);

  private:
    Database& database_;
    const SecretBox& box_;
    const model::Secret account_;
    mutable std::mutex mutex_;
    std::map<CommunitySid, model::Secret> rotated_;
};

}  // namespace skyn3t::store
