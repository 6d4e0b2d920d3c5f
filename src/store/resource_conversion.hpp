#pragma once

#include "base/result.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// Of migration 2: the rows of version 1's tables, as resources. Never changed, as the schema is
// not.
[[nodiscard]] Result<void> convert_to_resources(Session& session);

}  // namespace skyn3t::store
