#include "rest/user_names.hpp"

#include <fmt/format.h>

#include <limits>

namespace skyn3t::rest {
namespace {

using store::MappingPlace;
using store::Resource;
using store::ResourceKind;

// "+" and "%2B" are the same in a SIP user name (RFC 3261, section 25.1).
std::string same_user(std::string name) {
    for (auto at = name.find("%2"); at != std::string::npos; at = name.find("%2", at + 1))
        if (at + 2 < name.size() && (name[at + 2] == 'B' || name[at + 2] == 'b'))
            name.replace(at, 3, 1, '+');
    return name;
}

Checked<std::vector<Resource>> all_credentials(store::ResourceStore& store) {
    store::ResourcePage all;
    all.kind = ResourceKind::credential;
    all.limit = std::numeric_limits<std::int64_t>::max();
    auto found = store.list(all);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    return std::move(*found);
}

std::string user_of(const Resource& credential) {
    return same_user(credential.properties.value("username", std::string()));
}

// The other credential lists of the domains that `is_domain` names.
template <class Test>
Checked<std::set<std::string>> lists_of(store::ResourceStore& store, const std::string& but,
                                        Test is_domain) {
    const auto mappings = store.all_mappings();
    if (!mappings) return tl::unexpected(refusal_of(mappings.error()));
    std::set<std::string> lists;
    for (const auto& mapping : *mappings)
        if (mapping.place != MappingPlace::calls_addresses && mapping.list != but &&
            is_domain(mapping.domain))
            lists.insert(mapping.list);
    return lists;
}

}  // namespace

Checked<void> check_mapping_is_clear(store::ResourceStore& store, const std::string& domain,
                                     const std::string& list) {
    const auto others =
        lists_of(store, list, [&](const std::string& sid) { return sid == domain; });
    if (!others) return tl::unexpected(others.error());
    const auto credentials = all_credentials(store);
    if (!credentials) return tl::unexpected(credentials.error());
    std::set<std::string> users;
    for (const Resource& credential : *credentials)
        if (credential.parent == list) users.insert(user_of(credential));
    for (const Resource& credential : *credentials)
        if (others->contains(credential.parent) && users.contains(user_of(credential)))
            return refuse(21231, fmt::format("{} is also a user of {}, which is mapped to {} "
                                             "already",
                                             user_of(credential), credential.parent, domain));
    return {};
}

Checked<void> check_user_is_clear(store::ResourceStore& store, const std::string& list,
                                  const std::string& username) {
    const auto mappings = store.all_mappings();
    if (!mappings) return tl::unexpected(refusal_of(mappings.error()));
    std::set<std::string> domains;
    for (const auto& mapping : *mappings)
        if (mapping.list == list) domains.insert(mapping.domain);
    if (domains.empty()) return {};
    const auto others =
        lists_of(store, list, [&](const std::string& sid) { return domains.contains(sid); });
    if (!others) return tl::unexpected(others.error());
    const auto credentials = all_credentials(store);
    if (!credentials) return tl::unexpected(credentials.error());
    const std::string user = same_user(username);
    for (const Resource& credential : *credentials)
        if (others->contains(credential.parent) && user_of(credential) == user)
            return refuse(21243, "Username is in use in the same SIP domain");
    return {};
}

}  // namespace skyn3t::rest
