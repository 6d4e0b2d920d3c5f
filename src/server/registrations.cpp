#include "server/registrations.hpp"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/ask.hpp"

namespace skyn3t::server {
namespace {

std::string reachability_word(const sip::Reachability& reachability) {
    if (reachability.is_dead()) return std::string(cause_word(reachability));
    return reachability.state == sip::Reachability::State::answers ? "answers" : "unknown";
}

}  // namespace

void Registrations::list(std::optional<std::string> community,
                         rest::Done<rest::RegistrationList> done) {
    asio::post(parts_.services.executor, [this, community = std::move(community),
                                          done = std::move(done)] { done(read(community)); });
}

rest::RegistrationList Registrations::read(const std::optional<std::string>& community) const {
    rest::RegistrationList list;
    for (const auto& tenant : parts_.services.directory->all()) {
        if (community && tenant->community.code != *community) continue;
        for (const auto& bound : parts_.registrar.list(tenant->community.sid)) {
            const sip::Binding& binding = bound.binding;
            rest::RegistrationView view;
            view.community = tenant->community.code;
            view.username = bound.aor.user;
            view.domain = bound.aor.domain;
            view.contact = binding.contact;
            view.flow =
                fmt::format("{}:{}", uri_name(binding.source.transport), binding.source.peer.str());
            view.user_agent = binding.user_agent;
            view.registered = binding.registered;
            view.expires = binding.expires;
            view.has_old_password = parts_.credentials.is_replaced(bound);
            view.reachability = reachability_word(binding.reachability);
            if (binding.reachability.state != sip::Reachability::State::unknown)
                view.reachability_since = binding.reachability.since;
            view.reachability_status = binding.reachability.status;
            list.registrations.push_back(std::move(view));
        }
        for (const auto& failure : parts_.failures.list(tenant->community.sid))
            list.failures.push_back(to_view(failure, tenant->community.code));
    }
    if (!community)
        for (const auto& failure : parts_.failures.list(CommunitySid{}))
            list.failures.push_back(to_view(failure, {}));
    return list;
}

Result<std::size_t> Registrations::remove(const rest::RegistrationRemoval& removal) {
    struct Removed {
        CommunitySid community;
        std::size_t count = 0;
    };
    const auto removed = ask(parts_.services.executor, [this, removal]() -> Removed {
        const auto tenant = parts_.services.directory->of_code(removal.community);
        if (!tenant) return {};
        const CommunitySid& sid = tenant->community.sid;
        return {sid, parts_.registrar.forget_bindings(sid, removal.username, removal.contact)};
    });
    if (!removed) return tl::unexpected(removed.error());
    if (removed->count == 0)
        return fail(Errc::not_found, fmt::format("{} has no such registration", removal.username));
    log::info("registrations removed community={} user={} contact={} count={} actor={}",
              removal.community, skyn3t::quoted(removal.username), skyn3t::quoted(removal.contact),
              removed->count, skyn3t::quoted(removal.actor));
    store::AuditEntry entry;
    entry.time = parts_.services.wall();
    entry.actor = removal.actor;
    entry.action = "registrations.remove";
    entry.community = removed->community;
    entry.detail = fmt::format("user={} contact={} count={}", skyn3t::quoted(removal.username),
                               skyn3t::quoted(removal.contact), removed->count);
    if (const auto noted = parts_.audit.add(std::move(entry)); !noted)
        return tl::unexpected(noted.error());
    return removed->count;
}

}  // namespace skyn3t::server
