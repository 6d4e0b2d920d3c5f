#include "call/ringing.hpp"

namespace skyn3t::call {

RingingLegs ring(std::vector<sip::OutgoingInvite> invites, std::optional<sip::Codec> prefer,
                 Services& services, LegOwner& owner, const std::string& media_key) {
    RingingLegs ringing;
    for (auto& invite : invites) {
        auto leg = std::make_unique<Leg>(services, owner, media_key);
        if (const auto called = leg->call(std::move(invite), prefer); called)
            ringing.legs.push_back(std::move(leg));
        else
            ringing.refused = called.error().detail;
    }
    return ringing;
}

}  // namespace skyn3t::call
