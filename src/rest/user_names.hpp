#pragma once

#include <set>
#include <string>

#include "rest/resource_context.hpp"
#include "store/resource_store.hpp"

// A phone is found by its user name among the lists of a domain, so that a domain may know a user
// name only once (DESIGN.md, "Who sent it").
namespace skyn3t::rest {

// "+" and "%2B" are the same in a SIP user name (RFC 3261, section 25.1); with "+".
[[nodiscard]] std::string same_user(std::string name);

// 21231 when a user name of `list` is also in another list that `domain` is mapped to.
[[nodiscard]] Checked<void> check_mapping_is_clear(store::ResourceStore& store,
                                                   const std::string& domain,
                                                   const std::string& list);
// 21243 when a domain of `list` has another list with this user.
[[nodiscard]] Checked<void> check_user_is_clear(store::ResourceStore& store,
                                                const std::string& list,
                                                const std::string& username);

}  // namespace skyn3t::rest
