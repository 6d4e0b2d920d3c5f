#pragma once

#include <vector>

#include "base/result.hpp"
#include "model/migration.hpp"
#include "store/audit_store.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::store {

// Communities that are moving between Twilio and this server. Any thread but the signalling one.
class MigrationStore {
  public:
    MigrationStore(Database& database, const SecretBox& box) : database_(database), box_(box) {}

    Result<std::vector<model::Migration>> all();
    // Inserts or replaces; with the audit's entry, in one transaction. Committed when it returns.
    Result<void> put(const model::Migration& migration, const AuditEntry& entry);
    Result<void> remove(const CommunitySid& community, const AuditEntry& entry);
    // What calls came to; nobody waits for it.
    [[nodiscard]] Result<void> note_outcomes(const CommunitySid& community,
                                             const model::Outcomes& outcomes);

  private:
    Database& database_;
    const SecretBox& box_;
};

}  // namespace skyn3t::store
