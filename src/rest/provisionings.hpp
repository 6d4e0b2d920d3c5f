#pragma once

#include <vector>

#include "rest/json.hpp"
#include "rest/provisioning.hpp"

namespace skyn3t::rest {

[[nodiscard]] Json to_json(const CommunityProgress& community);
[[nodiscard]] Json to_json(const std::vector<CommunityProgress>& communities);
[[nodiscard]] Json to_json(const ProvisioningView& view);
// A target that cannot be read.
[[nodiscard]] http::Response why_response(const Sentence& why);

}  // namespace skyn3t::rest
