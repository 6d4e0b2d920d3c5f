#pragma once

#include <mutex>

#include "rest/services.hpp"
#include "server/tenancy.hpp"
#include "speech/prompt_library.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {

// A community's recordings as the API sees them; after each change its prompts are published anew,
// so that the next call plays them. On the HTTP threads.
class Recordings final : public rest::Recordings {
  public:
    struct Parts {
        speech::RecordingStore& files;
        speech::PromptLibrary& prompts;
        const Tenancy& tenancy;
        store::AuditStore& audit;
        const Clock& clock;
        std::mutex& changing;  // held by whoever publishes prompts of a community
    };
    explicit Recordings(Parts parts) : parts_(parts) {}

    Result<std::vector<rest::RecordingView>> list(std::string_view code) override;
    Result<void> put(std::string_view code, const std::string& name, std::string_view sound,
                     const std::string& actor) override;
    Result<void> remove(std::string_view code, const std::string& name,
                        const std::string& actor) override;

  private:
    Result<call::TenantPtr> tenant(std::string_view code) const;
    Result<void> published(const call::Tenant& tenant, std::string_view action,
                           const std::string& name, const std::string& actor);

    Parts parts_;
};

}  // namespace skyn3t::server
