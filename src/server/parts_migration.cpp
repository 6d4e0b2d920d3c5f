#include <fmt/format.h>

#include <algorithm>

#include "server/ask.hpp"
#include "server/parts.hpp"

// What moving communities between Twilio and this server stands on.
namespace skyn3t::server {

// Nothing as long as nobody has said how this server is reached from outside.
std::string Server::Parts::sip_address_for_twilio() const {
    if (config.sip.public_address.empty() || sip_addresses.empty()) return {};
    const bool has_udp = sip_addresses.contains("udp");
    return public_sip_server() + (has_udp ? "" : ";transport=tcp");
}

OwnDocuments::Moving Server::Parts::moving_documents() {
    OwnDocuments::Moving moving;
    moving.board = migration_board.get();
    moving.twilio_domain = twilio_domain();
    moving.sip_address = sip_address_for_twilio();
    moving.is_registered = [this](const CommunitySid& community, const std::string& user) {
        const auto seen = ask(loop.io().get_executor(), [this, community, user] {
            const auto bound = registrar->list(community);
            return std::any_of(bound.begin(), bound.end(),
                               [&](const auto& each) { return each.aor.user == user; });
        });
        return seen && *seen;
    };
    moving.came = [this](const CommunitySid& community, const std::string& dialled) {
        sightings.saw_here(community, dialled);
    };
    return moving;
}

Migrations::Parts Server::Parts::migration_parts() {
    Migrations::Parts parts{*communities_store,
                            *communities,
                            *migration_board,
                            places,
                            *provisioner,
                            *provision_store,
                            *calls_store,
                            *audit_store,
                            *verifications,
                            sightings,
                            clock,
                            pause};
    for (const auto& trunk : config.trunks) parts.trunks.insert(trunk.name);
    parts.sip_address = sip_address_for_twilio();
    parts.test_from = config.twilio.test_from;
    return parts;
}

}  // namespace skyn3t::server
