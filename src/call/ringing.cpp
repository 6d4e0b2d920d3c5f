#include "call/ringing.hpp"

namespace skyn3t::call {

RingingLegs ring(std::vector<sip::OutgoingInvite> invites, std::optional<sip::Codec> prefer,
                 Services& services, LegOwner& owner, const Tenant& tenant) {
    RingingLegs ringing;
    for (auto& invite : invites) {
        auto places = services.limits.take({tenant.community.sid}, services.settings.caps);
        if (!places) {
            ringing.full = std::move(places.error());
            break;
        }
        auto leg = std::make_unique<Leg>(services, owner, tenant.community.code);
        leg->keep(std::move(*places));
        auto address = invite.flow.remote.str();
        if (const auto called = leg->call(std::move(invite), prefer); called) {
            ringing.legs.push_back(std::move(leg));
            ringing.addresses.push_back(std::move(address));
        } else {
            ringing.refused = called.error().detail;
        }
    }
    return ringing;
}

}  // namespace skyn3t::call
