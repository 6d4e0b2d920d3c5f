#include "store/usage_store.hpp"

namespace skyn3t::store {
namespace {

constexpr std::int64_t kDay = 86'400'000;

#define SKYN3T_USAGE                                                                        \
    "SELECT start_ms / 86400000, direction, "                                               \
    "CASE WHEN direction = 'inbound' AND from_address LIKE 'sip:%' THEN 1 "                 \
    "WHEN direction <> 'inbound' AND to_address LIKE 'sip:%' THEN 1 ELSE 0 END, COUNT(*), " \
    "CAST(SUM((duration_s + 59) / 60) AS BIGINT) FROM calls WHERE end_ms IS NOT NULL "      \
    "AND start_ms >= :since AND start_ms < :before "
constexpr PlatformQuery kUsageOfAll{"usage_of_all",
                                    SKYN3T_USAGE "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"};
constexpr CommunityQuery kOfCommunity{
    "usage_of_community",
    SKYN3T_USAGE "AND community_id = :community GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"};

CallUsage read_usage(const Row& row) {
    return {row.integer(0), model::parse_direction(row.text(1)).value_or(model::Direction::inbound),
            row.flag(2), row.integer(3), row.integer(4)};
}

}  // namespace

Result<std::vector<CallUsage>> UsageStore::calls(const std::optional<CommunitySid>& community,
                                                 std::int64_t since_day, std::int64_t before_day) {
    const std::int64_t since = since_day * kDay, before = before_day * kDay;
    return database_.read([&](Session& session) {
        if (community)
            return session.query(kOfCommunity, *community, {{"since", since}, {"before", before}},
                                 read_usage);
        return session.query(kUsageOfAll, {{"since", since}, {"before", before}}, read_usage);
    });
}

}  // namespace skyn3t::store
