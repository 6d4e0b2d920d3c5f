#include "store/audit_store.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kAddAudit{
    "add_audit",
    "INSERT INTO audit (time_ms, actor, action, community_id, detail, id) "
    "VALUES (:time, :actor, :action, :community, :detail, "
    "NULLIF(CAST(:id AS TEXT), '')) ON CONFLICT (id) DO NOTHING"};
constexpr CommunityQuery kListAudit{
    "list_audit",
    "SELECT time_ms, actor, action, community_id, detail FROM audit "
    "WHERE community_id = :community ORDER BY time_ms DESC LIMIT :count"};
constexpr PlatformQuery kListAllAudit{
    "list_all_audit",
    "SELECT time_ms, actor, action, community_id, detail FROM audit "
    "ORDER BY time_ms DESC LIMIT :count"};

using AuditSid = Sid<"AE">;  // of Twilio's Monitor events

AuditEntry read_entry(const Row& row) {
    return {row.time(0), row.text(1), row.text(2), row.sid<CommunitySid>(3), row.text(4)};
}

}  // namespace

Result<void> AuditStore::add(Session& session, const AuditEntry& entry) {
    auto done = session.execute(kAddAudit, entry.community,
                                {{"time", entry.time},
                                 {"actor", entry.actor},
                                 {"action", entry.action},
                                 {"detail", entry.detail},
                                 {"id", entry.id}});
    if (!done) return tl::unexpected(done.error());
    if (*done == 0) return {};  // and told then
    auto news = entry;          // as it will be read
    news.time = std::chrono::floor<milliseconds>(entry.time);
    session.announce(std::move(news));
    return {};
}

Result<void> AuditStore::add(AuditEntry entry, Database::WriteDone done) {
    entry.id = AuditSid::generate().str();
    return database_.keep(std::move(entry), std::move(done));
}

Result<std::vector<AuditEntry>> AuditStore::list(const CommunitySid& community, std::size_t limit) {
    return database_.read([&](Session& session) {
        return session.query(kListAudit, community, {{"count", static_cast<std::int64_t>(limit)}},
                             read_entry);
    });
}

Result<std::vector<AuditEntry>> AuditStore::list_all(std::size_t limit) {
    return database_.read([&](Session& session) {
        return session.query(kListAllAudit, {{"count", static_cast<std::int64_t>(limit)}},
                             read_entry);
    });
}

}  // namespace skyn3t::store
