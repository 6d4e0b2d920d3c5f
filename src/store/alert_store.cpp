#include "store/alert_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <nlohmann/json.hpp>

namespace skyn3t::store {
namespace {

using nlohmann::ordered_json;

#define SKYN3T_ALERT_COLUMNS \
    "sid, call_sid, community_id, time_ms, error_code, detail, request_url, request_method"
// An unset filter lets everything through; the casts tell PostgreSQL the types of what is compared
// with itself only.
#define SKYN3T_ALERT_FILTER                              \
    "time_ms >= :since AND time_ms < :before "           \
    "AND (CAST(:level AS TEXT) = '' OR level = :level) " \
    "AND (CAST(:call AS TEXT) = '' OR call_sid = :call) "
#define SKYN3T_ALERT_OLDER                                                      \
    "AND (time_ms < :from_time OR (time_ms = :from_time AND sid < :from_sid)) " \
    "ORDER BY time_ms DESC, sid DESC LIMIT :count"
#define SKYN3T_ALERT_NEWER                                                      \
    "AND (time_ms > :from_time OR (time_ms = :from_time AND sid > :from_sid)) " \
    "ORDER BY time_ms, sid LIMIT :count"

constexpr CommunityQuery kAddAlert{
    "add_alert",
    "INSERT INTO alerts (sid, call_sid, community_id, time_ms, error_code, level, detail, "
    "request_url, request_method) "
    "VALUES (:sid, :call, :community, :time, :code, :level, :detail, :url, :method) "
    "ON CONFLICT (sid) DO NOTHING"};
constexpr CommunityQuery kFindAlert{"find_alert", "SELECT " SKYN3T_ALERT_COLUMNS
                                                  " FROM alerts WHERE community_id = :community "
                                                  "AND sid = :sid"};
constexpr PlatformQuery kFindAnyAlert{
    "find_any_alert", "SELECT " SKYN3T_ALERT_COLUMNS " FROM alerts WHERE sid = :sid"};
constexpr CommunityQuery kOlderAlerts{"list_older_alerts",
                                      "SELECT " SKYN3T_ALERT_COLUMNS
                                      " FROM alerts WHERE community_id = :community "
                                      "AND " SKYN3T_ALERT_FILTER SKYN3T_ALERT_OLDER};
constexpr CommunityQuery kNewerAlerts{"list_newer_alerts",
                                      "SELECT " SKYN3T_ALERT_COLUMNS
                                      " FROM alerts WHERE community_id = :community "
                                      "AND " SKYN3T_ALERT_FILTER SKYN3T_ALERT_NEWER};
constexpr PlatformQuery kAllOlder{"list_all_older_alerts",
                                  "SELECT " SKYN3T_ALERT_COLUMNS
                                  " FROM alerts WHERE " SKYN3T_ALERT_FILTER SKYN3T_ALERT_OLDER};
constexpr PlatformQuery kAllNewer{"list_all_newer_alerts",
                                  "SELECT " SKYN3T_ALERT_COLUMNS
                                  " FROM alerts WHERE " SKYN3T_ALERT_FILTER SKYN3T_ALERT_NEWER};
constexpr PlatformQuery kPruneAlerts{"prune_alerts", "DELETE FROM alerts WHERE time_ms < :before"};

// The same answer of an application, call after call, is stored once, and once more a day to say
// that it is still in use.
constexpr CommunityQuery kKeepBody{
    "keep_exchange_body",
    "INSERT INTO exchange_bodies (community_id, hash, body, used_ms) "
    "VALUES (:community, :hash, :body, :time) "
    "ON CONFLICT (community_id, hash) DO UPDATE SET used_ms = excluded.used_ms "
    "WHERE exchange_bodies.used_ms < excluded.used_ms - 86400000"};
constexpr CommunityQuery kAddExchange{
    "add_exchange",
    "INSERT INTO call_exchanges (call_sid, community_id, time_ms, position, method, url, "
    "parameters, status, duration_ms, content_type, body, body_hash, error_code) "
    "SELECT CAST(:call AS TEXT), CAST(:community AS TEXT), CAST(:time AS BIGINT), "
    "CAST(:position AS BIGINT), CAST(:method AS TEXT), CAST(:url AS TEXT), "
    "CAST(:parameters AS TEXT), CAST(:status AS BIGINT), CAST(:duration AS BIGINT), "
    "CAST(:content_type AS TEXT), '', CAST(:body_hash AS TEXT), CAST(:code AS BIGINT) "
    "WHERE NOT EXISTS (SELECT 1 FROM call_exchanges WHERE call_sid = :call "
    "AND time_ms = :time AND position = :position)"};
constexpr CommunityQuery kExchanges{
    "list_exchanges",
    "SELECT call_sid, call_exchanges.community_id, time_ms, method, url, parameters, status, "
    "duration_ms, content_type, COALESCE(exchange_bodies.body, call_exchanges.body), error_code "
    "FROM call_exchanges LEFT JOIN exchange_bodies "
    "ON exchange_bodies.community_id = call_exchanges.community_id "
    "AND exchange_bodies.hash = call_exchanges.body_hash "
    "WHERE call_exchanges.community_id = :community AND call_sid = :call "
    "ORDER BY time_ms, position"};
constexpr PlatformQuery kPruneExchanges{"prune_exchanges",
                                        "DELETE FROM call_exchanges WHERE time_ms < :before"};

constexpr PlatformQuery kPruneBodies{"prune_exchange_bodies",
                                     "DELETE FROM exchange_bodies WHERE used_ms < :before"};

std::string hash_of(const std::string& body) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

// Cut where a character ends.
std::string cut(std::string text) {
    if (text.size() <= AlertStore::kMaxText) return text;
    std::size_t end = AlertStore::kMaxText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
    text.resize(end);
    return text;
}

std::string parameters_text(const model::Exchange& exchange) {
    auto list = ordered_json::array();
    std::size_t octets = 0;
    for (const auto& [name, value] : exchange.parameters) {
        octets += name.size() + value.size();
        if (octets > AlertStore::kMaxText) break;
        list.push_back({name, value});
    }
    return list.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> read_parameters(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> all;
    const auto list = ordered_json::parse(text, nullptr, false);
    if (!list.is_array()) return all;
    for (const auto& pair : list)
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
            all.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    return all;
}

model::Alert read_alert(const Row& row) {
    return {row.sid<AlertSid>(0),
            row.sid<CallSid>(1),
            row.sid<CommunitySid>(2),
            row.time(3),
            static_cast<int>(row.integer(4)),
            row.text(5),
            row.text(6),
            row.text(7)};
}

model::Exchange read_exchange(const Row& row) {
    return {row.sid<CallSid>(0),
            row.sid<CommunitySid>(1),
            row.time(2),
            row.text(3),
            row.text(4),
            read_parameters(row.text(5)),
            static_cast<int>(row.integer(6)),
            std::chrono::milliseconds(row.integer(7)),
            row.text(8),
            row.text(9),
            static_cast<int>(row.integer(10))};
}

// The newest moment and the highest SID there can be.
constexpr WallTime kNever = WallTime{} + std::chrono::hours(24 * 365 * 200);

// `run(params)` with what the filter says, as text and numbers that live until it has run.
template <class Run>
auto with_alert_filter(const AlertFilter& filter, Run run) {
    const AlertFilter::Cursor start = filter.from.value_or(AlertFilter::Cursor{kNever, "~"});
    const std::string level(filter.level ? to_string(*filter.level) : "");
    return run({{"since", filter.since.value_or(WallTime{})},
                {"before", filter.before.value_or(kNever)},
                {"level", level},
                {"call", filter.call.str()},
                {"from_time", start.time},
                {"from_sid", start.sid},
                {"count", static_cast<std::int64_t>(filter.limit)}});
}

Result<std::vector<model::Alert>> newest_first(Result<std::vector<model::Alert>> found,
                                               const AlertFilter& filter) {
    if (found && filter.newer) std::reverse(found->begin(), found->end());
    return found;
}

}  // namespace

Result<void> AlertStore::add(model::Alert alert, Database::WriteDone done) {
    return database_.keep(std::move(alert), std::move(done));
}

Result<void> AlertStore::write(Session& session, const model::Alert& alert) {
    auto added = session.execute(kAddAlert, alert.community,
                                 {{"sid", alert.sid},
                                  {"call", alert.call},
                                  {"time", alert.time},
                                  {"code", alert.code},
                                  {"level", to_string(model::level_of(alert.code))},
                                  {"detail", alert.detail},
                                  {"url", alert.request_url},
                                  {"method", alert.request_method}});
    if (!added) return tl::unexpected(added.error());
    return {};
}

Result<void> AlertStore::add(model::Exchange exchange, Database::WriteDone done) {
    // Two within one millisecond stay in their order.
    static std::atomic<std::int64_t> last_position{0};
    exchange.body = cut(std::move(exchange.body));
    return database_.keep(ExchangeFact{std::move(exchange), ++last_position}, std::move(done));
}

Result<void> AlertStore::write(Session& session, const ExchangeFact& fact) {
    const auto& exchange = fact.exchange;
    const auto parameters = parameters_text(exchange);
    const auto body_hash = exchange.body.empty() ? std::string() : hash_of(exchange.body);
    if (!body_hash.empty())
        if (auto kept = session.execute(
                kKeepBody, exchange.community,
                {{"hash", body_hash}, {"body", exchange.body}, {"time", exchange.time}});
            !kept)
            return tl::unexpected(kept.error());
    auto added = session.execute(kAddExchange, exchange.community,
                                 {{"call", exchange.call},
                                  {"time", exchange.time},
                                  {"position", fact.position},
                                  {"method", exchange.method},
                                  {"url", exchange.url},
                                  {"parameters", parameters},
                                  {"status", exchange.status},
                                  {"duration", exchange.duration.count()},
                                  {"content_type", exchange.content_type},
                                  {"body_hash", body_hash},
                                  {"code", exchange.error_code}});
    if (!added) return tl::unexpected(added.error());
    return {};
}

Result<void> AlertStore::prune(WallTime before, Database::WriteDone done) {
    return database_.write(
        [before](Session& session) -> Result<void> {
            for (const auto* query : {&kPruneAlerts, &kPruneExchanges})
                if (auto gone = session.execute(*query, {{"before", before}}); !gone)
                    return tl::unexpected(gone.error());
            // The day that kKeepBody may be late.
            auto gone =
                session.execute(kPruneBodies, {{"before", before - std::chrono::hours(24)}});
            if (!gone) return tl::unexpected(gone.error());
            return {};
        },
        std::move(done));
}

Result<std::vector<model::Alert>> AlertStore::list(const CommunitySid& community,
                                                   const AlertFilter& filter) {
    auto found = database_.read([&](Session& session) {
        return with_alert_filter(filter, [&](Params params) {
            return session.query(filter.newer ? kNewerAlerts : kOlderAlerts, community, params,
                                 read_alert);
        });
    });
    return newest_first(std::move(found), filter);
}

Result<std::vector<model::Alert>> AlertStore::list_all(const AlertFilter& filter) {
    auto found = database_.read([&](Session& session) {
        return with_alert_filter(filter, [&](Params params) {
            return session.query(filter.newer ? kAllNewer : kAllOlder, params, read_alert);
        });
    });
    return newest_first(std::move(found), filter);
}

Result<std::optional<model::Alert>> AlertStore::find(const CommunitySid& community,
                                                     const AlertSid& sid) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindAlert, community, {{"sid", sid}}, read_alert);
    });
}

Result<std::optional<model::Alert>> AlertStore::find_any(const AlertSid& sid) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindAnyAlert, {{"sid", sid}}, read_alert);
    });
}

Result<std::vector<model::Exchange>> AlertStore::exchanges(const CommunitySid& community,
                                                           const CallSid& call) {
    return database_.read([&](Session& session) {
        return session.query(kExchanges, community, {{"call", call}}, read_exchange);
    });
}

}  // namespace skyn3t::store
