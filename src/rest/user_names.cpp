#include "rest/user_names.hpp"

#include <fmt/format.h>

namespace skyn3t::rest {
namespace {

using store::MappingPlace;
using ListUser = store::ResourceStore::ListUser;

Checked<std::vector<ListUser>> all_users(store::ResourceStore& store) {
    auto users = store.list_users();
    if (!users) return tl::unexpected(refusal_of(users.error()));
    for (ListUser& each : *users) each.user = same_user(std::move(each.user));
    return std::move(*users);
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

std::string same_user(std::string name) {
    for (auto at = name.find("%2"); at != std::string::npos; at = name.find("%2", at + 1))
        if (at + 2 < name.size() && (name[at + 2] == 'B' || name[at + 2] == 'b'))
            name.replace(at, 3, 1, '+');
    return name;
}

Checked<void> check_mapping_is_clear(store::ResourceStore& store, const std::string& domain,
                                     const std::string& list) {
    const auto others =
        lists_of(store, list, [&](const std::string& sid) { return sid == domain; });
    if (!others) return tl::unexpected(others.error());
    const auto users = all_users(store);
    if (!users) return tl::unexpected(users.error());
    std::set<std::string> own;
    for (const ListUser& each : *users)
        if (each.list == list) own.insert(each.user);
    for (const ListUser& each : *users)
        if (own.contains(each.user) && others->contains(each.list))
            return refuse(21231,
                          fmt::format("{} is also a user of {}, which is mapped to {} already",
                                      each.user, each.list, domain));
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
    const auto users = all_users(store);
    if (!users) return tl::unexpected(users.error());
    const std::string user = same_user(username);
    for (const ListUser& each : *users)
        if (each.user == user && others->contains(each.list))
            return refuse(21243, "Username is in use in the same SIP domain");
    return {};
}

}  // namespace skyn3t::rest
