#include "server/tenancy.hpp"

#include <utility>

namespace skyn3t::server {

Tenancy::Tenancy(store::CommunityStore& store, store::SipDomain domain,
                 CredentialDirectory& credentials)
    : store_(store),
      domain_(std::move(domain)),
      credentials_(credentials),
      directory_(
          std::make_shared<const call::Directory>(domain_.name, std::vector<model::Community>{})) {}

Result<Tenancy::Loaded> Tenancy::load() {
    auto stored = store_.all();
    if (!stored) return tl::unexpected(stored.error());
    std::vector<model::Community> communities;
    for (const auto& entry : *stored) communities.push_back(entry.community);
    auto directory = std::make_shared<const call::Directory>(domain_.name, std::move(communities));
    directory_.set(directory);
    return Loaded{std::move(directory), std::move(*stored)};
}

void Tenancy::take(Loaded loaded, call::Services& services) {
    services.directory = std::move(loaded.directory);
    credentials_.set(loaded.communities);
}

}  // namespace skyn3t::server
