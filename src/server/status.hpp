#pragma once

#include <functional>
#include <string>

#include "call/calls.hpp"
#include "http/certificate.hpp"
#include "rest/services.hpp"
#include "server/credential_directory.hpp"
#include "server/event_hub.hpp"
#include "sip/digest_server.hpp"
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
    };
    explicit Status(Parts parts) : parts_(parts) {}

    rest::Health health() override;
    std::string metrics() override;

  private:
    Parts parts_;
};

class Registrations final : public rest::Registrations {
  public:
    Registrations(call::Services& services, const sip::Registrar& registrar,
                  const CredentialDirectory& credentials)
        : services_(services), registrar_(registrar), credentials_(credentials) {}
    void list(std::optional<std::string> community,
              rest::Done<std::vector<rest::RegistrationView>> done) override;

  private:
    call::Services& services_;
    const sip::Registrar& registrar_;
    const CredentialDirectory& credentials_;
};

}  // namespace skyn3t::server
