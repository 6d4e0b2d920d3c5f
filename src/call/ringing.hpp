#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call/dial_targets.hpp"
#include "call/leg.hpp"

namespace skyn3t::call {

// A leg for every contact that could be called. None: what was wrong with the last one.
struct RingingLegs {
    std::vector<std::unique_ptr<Leg>> legs;
    std::string refused;
};
[[nodiscard]] RingingLegs ring(std::vector<sip::OutgoingInvite> invites,
                               std::optional<sip::Codec> prefer, Services& services,
                               LegOwner& owner, const std::string& media_key);

}  // namespace skyn3t::call
