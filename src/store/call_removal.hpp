#pragma once

#include "store/audit_store.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// Forgets a call, its story and its exchanges. Waits: not on the signalling thread.
// Errc::not_found.
Result<void> remove_call(Database& database, const CommunitySid& community, const CallSid& call,
                         const AuditEntry& audit);

}  // namespace skyn3t::store
