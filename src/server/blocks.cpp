#include "server/blocks.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/ask.hpp"

namespace skyn3t::server {

Result<std::vector<rest::BlockView>> Blocks::list() {
    const auto entries =
        ask(parts_.executor, [&limiter = parts_.limiter] { return limiter.list(); });
    if (!entries) return tl::unexpected(entries.error());
    std::vector<rest::BlockView> views;
    for (const auto& entry : *entries)
        views.push_back({std::string(sip::name_of(entry.scope)), entry.address, entry.user,
                         entry.failures, entry.blocked_for});
    return views;
}

Result<std::size_t> Blocks::clear(const std::string& address, const std::string& user,
                                  const std::string& actor) {
    const auto cleared = ask(parts_.executor, [&limiter = parts_.limiter, address, user] {
        return limiter.clear(address, user);
    });
    if (!cleared) return tl::unexpected(cleared.error());
    log::info("guessing limits cleared address={} user={} count={} actor={}",
              skyn3t::quoted(address), skyn3t::quoted(user), *cleared, skyn3t::quoted(actor));
    store::AuditEntry entry;
    entry.time = parts_.clock.wall();
    entry.actor = actor;
    entry.action = "blocks.clear";
    entry.detail = fmt::format("address={} user={} count={}", skyn3t::quoted(address),
                               skyn3t::quoted(user), *cleared);
    if (const auto noted = parts_.audit.add(std::move(entry)); !noted)
        return tl::unexpected(noted.error());
    return *cleared;
}

}  // namespace skyn3t::server
