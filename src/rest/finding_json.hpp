#pragma once

#include <vector>

#include "provision/finding.hpp"
#include "rest/json.hpp"

namespace skyn3t::rest {

[[nodiscard]] Json to_json(const provision::Finding& finding);
[[nodiscard]] Json to_json(const std::vector<provision::Finding>& findings);

}  // namespace skyn3t::rest
