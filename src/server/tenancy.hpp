#pragma once

#include <memory>

#include "call/calls.hpp"
#include "server/credential_directory.hpp"
#include "server/published.hpp"
#include "sip/registrar.hpp"
#include "store/community_store.hpp"

namespace skyn3t::server {

// What calls and registrations run on, made from the store: loaded at start, and again after each
// change.
class Tenancy {
  public:
    Tenancy(store::CommunityStore& store, store::SipDomain domain,
            CredentialDirectory& credentials);

    // Reads the store and shows the new state to every reader; the signalling thread follows when
    // it runs `on_loop`.
    struct Loaded {
        std::shared_ptr<const call::Directory> directory;
        std::vector<store::StoredCommunity> communities;
    };
    [[nodiscard]] Result<Loaded> load();
    // On the signalling thread.
    void take(Loaded loaded, call::Services& services);

    const Published<call::Directory>& directory() const { return directory_; }
    const store::SipDomain& domain() const { return domain_; }

  private:
    store::CommunityStore& store_;
    store::SipDomain domain_;
    CredentialDirectory& credentials_;
    Published<call::Directory> directory_;
};

}  // namespace skyn3t::server
