#pragma once

#include <string>

#include "base/sid.hpp"
#include "model/alert.hpp"
#include "rest/json.hpp"
#include "store/audit_store.hpp"

// Monitor's resources (rest-api.md, section 9), as they are listed and as the stream of events
// tells them. `base`: scheme and authority of their addresses.
namespace skyn3t::rest {

[[nodiscard]] Json to_json(const model::Alert& alert, const AccountSid& account,
                           const std::string& base);
// An entry of the audit log is an Event.
[[nodiscard]] Json to_json(const store::AuditEntry& entry, const AccountSid& account,
                           const std::string& base);
// An entry has no SID of its own: what it says makes one.
[[nodiscard]] std::string event_sid(const store::AuditEntry& entry);

}  // namespace skyn3t::rest
