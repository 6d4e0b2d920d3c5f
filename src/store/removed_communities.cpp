#include "store/community_rows.hpp"
#include "store/community_store.hpp"

// Communities that were removed and can be had back for a time.
namespace skyn3t::store {
namespace {

constexpr PlatformQuery kRemovedSince{
    "removed_communities",
    "SELECT sid, removed_code, name, removed_number, removed_ms FROM communities "
    "WHERE removed_ms > :since ORDER BY removed_ms DESC, sid"};
constexpr PlatformQuery kRemovedBefore{
    "forgotten_communities",
    "SELECT sid FROM communities WHERE removed_ms IS NOT NULL AND removed_ms <= :since"};
// With its roles and their passwords.
constexpr CommunityQuery kForget{
    "forget_community",
    "DELETE FROM communities WHERE sid = :community AND removed_ms IS NOT NULL"};

}  // namespace

Result<std::vector<RemovedCommunity>> CommunityStore::removed() {
    const WallTime since = database_.clock().wall() - kRemovedKept;
    return database_.read([&](Session& session) {
        return session.query(kRemovedSince, {{"since", since}}, [](const Row& row) {
            return RemovedCommunity{row.sid<CommunitySid>(0), row.text(1), row.text(2), row.text(3),
                                    row.time(4)};
        });
    });
}

Result<std::optional<model::Community>> CommunityStore::find_removed(
    const CommunitySid& community) {
    auto sealed = database_.read(
        [&](Session& session) { return read_removed_community(session, community); });
    if (!sealed) return tl::unexpected(sealed.error());
    if (!*sealed) return std::optional<model::Community>{};
    auto found = unsealed(std::move(**sealed), box_);
    if (!found) return tl::unexpected(found.error());
    return std::optional(std::move(*found));
}

Result<std::vector<CommunitySid>> CommunityStore::forget_removed() {
    const WallTime since = database_.clock().wall() - kRemovedKept;
    auto old = database_.read([&](Session& session) {
        return session.query(kRemovedBefore, {{"since", since}},
                             [](const Row& row) { return row.sid<CommunitySid>(0); });
    });
    if (!old || old->empty()) return old;
    auto done = database_.write_and_wait([&](Session& session) -> Result<void> {
        for (const CommunitySid& each : *old)
            if (auto gone = session.execute(kForget, each); !gone)
                return tl::unexpected(gone.error());
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return old;
}

}  // namespace skyn3t::store
