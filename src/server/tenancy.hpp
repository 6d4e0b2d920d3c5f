#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/worker.hpp"
#include "call/calls.hpp"
#include "rest/services.hpp"
#include "server/credential_directory.hpp"
#include "server/pause.hpp"
#include "server/published.hpp"
#include "server/stored_documents.hpp"
#include "sip/registrar.hpp"
#include "store/community_store.hpp"
#include "store/provision_store.hpp"
#include "store/sip_domain.hpp"

namespace skyn3t::server {

// What calls and registrations run on (ADR 9), made of the declared communities and the resources:
// loaded at start, and again after each change. Any thread but the signalling one, whose directory
// and credentials it replaces.
class Tenancy final : public rest::ResourceChanges {
  public:
    struct Parts {
        store::CommunityStore& communities;
        store::ResourceStore& resources;
        store::ProvisionStore& memory;
        CredentialDirectory& credentials;
        const store::SecretBox& box;
        store::SipDomain domain;
        bool offers_sha256 = false;                         // to phones of every list
        model::MayDial may_dial = model::MayDial::chile();  // of the account's own community
    };
    explicit Tenancy(Parts parts);
    ~Tenancy() override;

    // What runs on it; it outlives this.
    struct Running {
        call::Services& services;
        call::Calls& calls;
        sip::Registrar& registrar;
        std::function<void()> credentials_changed;  // on the signalling thread
    };
    // At start, before the signalling thread runs.
    [[nodiscard]] Result<void> open(const Running& running);
    // After communities have changed: everything again. Returns once the next call sees it.
    [[nodiscard]] Result<void> reload();
    // After resources have changed: what ResourceStore says was touched. When it cannot be read it
    // is tried again until it can: a password that was revoked must not stay good.
    [[nodiscard]] Result<void> changed() override;
    // Nothing is tried again from now on. Before what runs on it ends.
    void end();

    // While one is alive, changed() waits for its end: a batch of changes is seen at once.
    class Hold {
      public:
        explicit Hold(Tenancy& tenancy);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

      private:
        Tenancy& tenancy_;
    };

    const Published<call::Directory>& directory() const { return directory_; }
    const Published<StoredDocuments>& documents() const { return shown_documents_; }
    const store::SipDomain& domain() const { return parts_.domain; }
    // The community's list [CODE]_Credentials; none when it is not there.
    CredentialListSid list_of(const model::Community& community) const;

  private:
    struct Made {
        std::shared_ptr<const call::Directory> directory;
        CredentialTable credentials;
    };
    Result<void> read_and_show();
    void try_again_later();
    Result<void> read_all();
    Result<void> read_touched(const store::ResourceStore::Touched& touched);
    Result<void> read_resource(const std::string& sid);
    Result<void> read_mapping(const store::DomainMapping& mapping);
    void keep(store::Resource resource);
    void forget_resource(const std::string& sid);
    Made make() const;
    void take(Made made);
    Result<void> show();

    Parts parts_;
    std::optional<Running> running_;
    Published<call::Directory> directory_;
    Published<StoredDocuments> shown_documents_;

    mutable std::mutex mutex_;  // of what follows
    unsigned holds_ = 0;
    bool is_held_back_ = false;
    std::vector<model::Community> communities_;
    std::vector<call::TenantPtr> tenants_;  // beside communities_
    std::vector<store::OldName> old_names_;
    call::TenantPtr own_;
    std::unordered_map<std::string, store::Resource> resources_;  // by SID
    std::vector<store::DomainMapping> mappings_;                  // the oldest first
    StoredDocuments documents_;
    bool is_trying_again_ = false;
    Pause pause_;
    std::unique_ptr<Worker> retries_;  // none after end()
};

}  // namespace skyn3t::server
