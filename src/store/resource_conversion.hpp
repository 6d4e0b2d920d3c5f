#pragma once

#include "base/result.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Of migration 2: the rows of version 1's tables, as resources. Never changed, as the schema is
// not.
[[nodiscard]] Result<void> convert_to_resources(Session& session);
// Of migration 14: the hash of a key's secret becomes the key's unique name.
[[nodiscard]] Result<void> convert_keys(Session& session);

}  // namespace skyn3t::store
