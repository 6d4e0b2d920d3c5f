#include "server/communities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/ask.hpp"

namespace skyn3t::server {

rest::CommunityView Communities::view(const model::Community& stored,
                                      const store::ProvisionStore::Marks& unprovisioned) const {
    rest::CommunityView view;
    view.community = stored;
    view.is_provisioned = !unprovisioned.contains(stored.sid);
    view.credential_list = parts_.tenancy.list_of(stored);
    for (const auto& role : stored.roles)
        view.phones.push_back({role.role, model::username(stored.number, role.role)});
    struct Seen {
        std::vector<rest::CommunityView::Phone> phones;
        std::vector<FailedLogins::Failure> failures;
    };
    const auto seen = ask(
        parts_.services.executor, [this, sid = stored.sid, phones = view.phones]() mutable -> Seen {
            const auto bindings = parts_.registrar.list(sid);
            for (auto& phone : phones) {
                show_reachability(phone, bindings);
                show_replacing(phone, bindings);
                const auto absence = parts_.bindings.absence(
                    {sid, phone.username, parts_.tenancy.domain().name, phone.role});
                if (phone.contacts > 0 || phone.offline_since || !absence) continue;
                phone.offline_since = absence->since;
                phone.offline_reason = removal_word(absence->reason);
            }
            return {std::move(phones), parts_.failures.list(sid)};
        });
    if (!seen) return view;
    view.phones = seen->phones;
    for (const auto& failure : seen->failures)
        view.failed_logins.push_back(to_view(failure, stored.code));
    return view;
}

// On the signalling thread. A contact that does not answer is none; without another, its phone has
// been offline since it ceased to.
void Communities::show_reachability(rest::CommunityView::Phone& phone,
                                    const std::vector<sip::RegisteredBinding>& bindings) {
    const sip::Reachability* dead = nullptr;
    for (const auto& bound : bindings) {
        if (bound.aor.user != phone.username) continue;
        const auto& reachability = bound.binding.reachability;
        if (!reachability.is_dead())
            ++phone.contacts;
        else if (dead == nullptr || reachability.since > dead->since)
            dead = &reachability;
    }
    if (phone.contacts > 0 || dead == nullptr) return;
    phone.offline_since = dead->since;
    phone.offline_reason = cause_word(*dead);
}

// On the signalling thread.
void Communities::show_replacing(rest::CommunityView::Phone& phone,
                                 const std::vector<sip::RegisteredBinding>& bindings) const {
    const auto* credential =
        parts_.credentials.find_user(parts_.tenancy.domain().name, phone.username);
    if (!credential || !credential->previous) return;
    phone.old_password_until = credential->previous->until;
    phone.contacts_with_old_password = static_cast<std::size_t>(
        std::count_if(bindings.begin(), bindings.end(), [&](const auto& bound) {
            return bound.aor.user == phone.username && parts_.credentials.is_replaced(bound);
        }));
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
    const auto unprovisioned = parts_.memory.unprovisioned();
    if (!unprovisioned) return tl::unexpected(unprovisioned.error());
    std::vector<rest::CommunityView> views;
    for (const auto& community : *stored) views.push_back(view(community, *unprovisioned));
    return views;
}

Result<std::optional<rest::CommunityView>> Communities::find(std::string_view code) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return std::optional<rest::CommunityView>();
    const auto unprovisioned = parts_.memory.unprovisioned();
    if (!unprovisioned) return tl::unexpected(unprovisioned.error());
    return std::optional(view(**stored, *unprovisioned));
}

Result<std::vector<rest::PhoneSettings>> Communities::secrets(std::string_view code,
                                                              const std::string& actor) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return fail(Errc::not_found, fmt::format("there is no community {}", code));
    const auto community = parts_.store.find_with_passwords((*stored)->sid);
    if (!community) return tl::unexpected(community.error());
    const Place* place = parts_.places.find((*community)->target);
    if (!place)
        return fail(Errc::unsupported,
                    "its phones are at Twilio, and this server has no Twilio account");
    std::vector<rest::PhoneSettings> phones;
    for (const auto& role : (*community)->roles) {
        auto phone = place->phones.settings();
        phone.role = role.role;
        phone.label = role.label;
        phone.username = model::username((*community)->number, role.role);
        phone.password = role.password.value_or(model::Secret{});
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
