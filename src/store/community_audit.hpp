#pragma once

#include <string>

#include "model/community.hpp"

namespace skyn3t::store {

// What a change made of a community, for the audit: JSON with "before" and "after" of what differs,
// as they are declared. Of passwords it says whose changed.
[[nodiscard]] std::string audit_detail(const model::Community* before,
                                       const model::Community* after);

}  // namespace skyn3t::store
