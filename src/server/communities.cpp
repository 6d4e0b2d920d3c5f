#include "server/communities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/ask.hpp"

namespace skyn3t::server {

rest::CommunityView Communities::view(const model::Community& stored) const {
    rest::CommunityView view;
    view.community = stored;
    view.credential_list = parts_.tenancy.list_of(stored);
    for (const auto& role : stored.roles)
        view.phones.push_back({role.role, model::username(stored.number, role.role), 0, {}, {}});
    const auto seen =
        ask(parts_.services.executor, [this, sid = stored.sid, phones = view.phones]() mutable {
            const auto bindings = parts_.registrar.list(sid);
            for (auto& phone : phones) {
                phone.contacts = static_cast<std::size_t>(std::count_if(
                    bindings.begin(), bindings.end(),
                    [&](const auto& bound) { return bound.aor.user == phone.username; }));
                const auto absence = parts_.bindings.absence(
                    {sid, phone.username, parts_.tenancy.domain().name, phone.role});
                if (phone.contacts > 0 || !absence) continue;
                phone.offline_since = absence->since;
                phone.offline_reason = removal_word(absence->reason);
            }
            return phones;
        });
    if (seen) view.phones = *seen;
    return view;
}

Result<std::vector<rest::CommunityName>> Communities::names() {
    const auto directory = parts_.tenancy.directory().get();
    std::vector<rest::CommunityName> names;
    for (const auto& tenant : directory->all())
        names.push_back(
            {tenant->community.sid, tenant->community.code, tenant->community.number.str()});
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.code < b.code; });
    return names;
}

Result<std::vector<rest::CommunityView>> Communities::list() {
    const auto stored = parts_.store.all();
    if (!stored) return tl::unexpected(stored.error());
    std::vector<rest::CommunityView> views;
    for (const auto& community : *stored) views.push_back(view(community));
    return views;
}

Result<std::optional<rest::CommunityView>> Communities::find(std::string_view code) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return std::optional<rest::CommunityView>();
    return std::optional(view(**stored));
}

Result<std::vector<rest::PhoneSettings>> Communities::secrets(std::string_view code,
                                                              const std::string& actor) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return fail(Errc::not_found, fmt::format("there is no community {}", code));
    const auto community = parts_.store.find_with_passwords((*stored)->sid);
    if (!community) return tl::unexpected(community.error());
    std::vector<rest::PhoneSettings> phones;
    for (const auto& role : (*community)->roles) {
        rest::PhoneSettings phone;
        phone.role = role.role;
        phone.label = role.label;
        phone.username = model::username((*community)->number, role.role);
        phone.password = role.password.value_or(model::Secret{});
        phone.domain = parts_.tenancy.domain().name;
        phone.server = parts_.sip_server;
        phone.transport = parts_.transport;
        phone.expiry = parts_.expiry;
        phones.push_back(std::move(phone));
    }
    store::AuditEntry entry;
    entry.time = parts_.services.wall();
    entry.actor = actor;
    entry.action = "secrets.show";
    entry.community = (*community)->sid;
    if (const auto noted = parts_.audit.add(std::move(entry)); !noted)
        return tl::unexpected(noted.error());
    return phones;
}

}  // namespace skyn3t::server
