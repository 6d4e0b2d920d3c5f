#include "store/call_removal.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kRemoveCalls{
    "remove_call", "DELETE FROM calls WHERE community_id = :community AND sid = :sid"};
constexpr CommunityQuery kRemoveEvents{
    "remove_call_events",
    "DELETE FROM call_events WHERE community_id = :community AND call_sid = :sid"};
constexpr CommunityQuery kRemoveExchanges{
    "remove_call_exchanges",
    "DELETE FROM call_exchanges WHERE community_id = :community AND call_sid = :sid"};

}  // namespace

Result<void> remove_call(Database& database, const CommunitySid& community, const CallSid& call,
                         const AuditEntry& audit) {
    return database.write_and_wait([&](Session& session) -> Result<void> {
        const auto removed = session.execute(kRemoveCalls, community, {{"sid", call}});
        if (!removed) return tl::unexpected(removed.error());
        if (*removed == 0) return fail(Errc::not_found, "there is no such call");
        for (const auto* query : {&kRemoveEvents, &kRemoveExchanges})
            if (auto gone = session.execute(*query, community, {{"sid", call}}); !gone)
                return tl::unexpected(gone.error());
        return AuditStore::add(session, audit);
    });
}

}  // namespace skyn3t::store
