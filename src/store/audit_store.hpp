#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "store/audit_entry.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// Who did what. Entries are added only; each is announced (Session::announce).
class AuditStore {
  public:
    explicit AuditStore(Database& database) : database_(database) {}

    [[nodiscard]] Result<void> add(AuditEntry entry, Database::WriteDone done = {});
    // Inside a job, so that what was done and its entry are committed together.
    static Result<void> add(Session& session, const AuditEntry& entry);

    Result<std::vector<AuditEntry>> list(const CommunitySid& community, std::size_t limit = 100);
    Result<std::vector<AuditEntry>> list_all(std::size_t limit = 100);

  private:
    Database& database_;
};

}  // namespace skyn3t::store
