#pragma once

#include <vector>

#include "provision/manifest.hpp"
#include "provision/plan.hpp"

namespace skyn3t::provision {

// A number that would go from one community to another in one apply would be two communities' for a
// while: refused, with the applies that do it. (A code cannot: a community is known by it.) Pure.
// `actual` as for make_plan.
[[nodiscard]] std::vector<Finding> moved_names(const Manifest& manifest, const Plan& plan,
                                               const std::vector<model::Community>& actual);

}  // namespace skyn3t::provision
