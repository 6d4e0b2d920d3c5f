#pragma once

#include <optional>
#include <string>

#include "call/services.hpp"
#include "rest/services.hpp"
#include "server/credential_directory.hpp"
#include "server/failed_logins.hpp"
#include "sip/registrar.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {

// The phones' bindings and failed log-ins, as the API sees them. On the HTTP threads; what it asks
// lives on the signalling thread.
class Registrations final : public rest::Registrations {
  public:
    struct Parts {
        call::Services& services;
        sip::Registrar& registrar;
        const CredentialDirectory& credentials;
        const FailedLogins& failures;
        store::AuditStore& audit;
    };
    explicit Registrations(Parts parts) : parts_(parts) {}

    void list(std::optional<std::string> community,
              rest::Done<rest::RegistrationList> done) override;
    Result<std::size_t> remove(const rest::RegistrationRemoval& removal) override;

  private:
    rest::RegistrationList read(const std::optional<std::string>& community) const;

    Parts parts_;
};

}  // namespace skyn3t::server
