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
    std::vector<std::string> addresses;  // beside them: where each rings, "192.168.1.21:5060"
    std::string refused;
    std::optional<CallLimits::Full> full;  // no place was left for a further one
};
[[nodiscard]] RingingLegs ring(std::vector<sip::OutgoingInvite> invites,
                               std::optional<sip::Codec> prefer, Services& services,
                               LegOwner& owner, const Tenant& tenant);

}  // namespace skyn3t::call
