#pragma once

#include <functional>
#include <string>

#include "call/calls.hpp"
#include "http/certificate.hpp"
#include "rest/services.hpp"
#include "server/event_hub.hpp"
#include "server/failed_logins.hpp"
#include "sip/digest_server.hpp"
#include "sip/reachability_watch.hpp"
#include "store/database.hpp"

namespace skyn3t::server {

// Health and figures, asked of the signalling thread by the HTTP threads.
class Status final : public rest::Status {
  public:
    struct Parts {
        call::Services& services;
        call::Calls& calls;
        sip::Registrar& registrar;
        const sip::DigestServer& digest;
        store::Database& database;
        const Clock& clock;
        const EventHub& events;
        const http::Certificate* certificate;  // none without TLS
        std::function<bool()> is_draining;     // asked on the signalling thread
        const FailedLogins& failed_logins;
        const sip::ReachabilityWatch* reachability;  // none when bindings are not asked
    };
    explicit Status(Parts parts) : parts_(parts) {}

    rest::Health health() override;
    std::string metrics() override;

  private:
    Parts parts_;
};

}  // namespace skyn3t::server
