#pragma once

#include "base/result.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Of migration 12: takes the digests out of the stored credentials. Never changed, as the schema is
// not.
[[nodiscard]] Result<void> remove_stored_digests(Session& session);

}  // namespace skyn3t::store
