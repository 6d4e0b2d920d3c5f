#pragma once

#include <mutex>

#include "base/worker.hpp"
#include "rest/services.hpp"
#include "server/tenancy.hpp"
#include "speech/prompt_library.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {

// A community's recordings as the API sees them; after each change its prompts are published anew,
// so that the next call plays them. On the HTTP threads; changes are made by the worker that
// changes communities.
class Recordings final : public rest::Recordings {
  public:
    struct Parts {
        speech::RecordingStore& files;
        speech::PromptLibrary& prompts;
        const Tenancy& tenancy;
        store::AuditStore& audit;
        const Clock& clock;
        Worker& changes;       // ends before all of these
        std::mutex& changing;  // held by whoever publishes prompts of a community
    };
    explicit Recordings(Parts parts) : parts_(parts) {}

    Result<std::vector<rest::RecordingView>> list(std::string_view code) override;
    void put(rest::RecordingChange change, std::string sound, rest::Done<void> done) override;
    void remove(rest::RecordingChange change, rest::Done<void> done) override;

  private:
    Result<call::TenantPtr> tenant(std::string_view code) const;
    Result<void> put_now(const rest::RecordingChange& change, std::string_view sound);
    Result<void> remove_now(const rest::RecordingChange& change);
    Result<void> published(const call::Tenant& tenant, std::string_view action,
                           const rest::RecordingChange& change);

    Parts parts_;
};

}  // namespace skyn3t::server
