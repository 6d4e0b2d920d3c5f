#include "store/alert_store.hpp"

#include <algorithm>
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
    "VALUES (:sid, :call, :community, :time, :code, :level, :detail, :url, :method)"};
constexpr CommunityQuery kFindAlert{"find_alert", "SELECT " SKYN3T_ALERT_COLUMNS
                                             " FROM alerts WHERE community_id = :community "
                                             "AND sid = :sid"};
constexpr PlatformQuery kFindAnyAlert{"find_any_alert",
                                 "SELECT " SKYN3T_ALERT_COLUMNS " FROM alerts WHERE sid = :sid"};
constexpr CommunityQuery kOlderAlerts{"list_older_alerts", "SELECT " SKYN3T_ALERT_COLUMNS
                                                     " FROM alerts WHERE community_id = :community "
                                                     "AND " SKYN3T_ALERT_FILTER SKYN3T_ALERT_OLDER};
constexpr CommunityQuery kNewerAlerts{"list_newer_alerts", "SELECT " SKYN3T_ALERT_COLUMNS
                                                     " FROM alerts WHERE community_id = :community "
                                                     "AND " SKYN3T_ALERT_FILTER SKYN3T_ALERT_NEWER};
constexpr PlatformQuery kAllOlder{"list_all_older_alerts",
                                  "SELECT " SKYN3T_ALERT_COLUMNS
                                  " FROM alerts WHERE " SKYN3T_ALERT_FILTER SKYN3T_ALERT_OLDER};
constexpr PlatformQuery kAllNewer{"list_all_newer_alerts",
                                  "SELECT " SKYN3T_ALERT_COLUMNS
                                  " FROM alerts WHERE " SKYN3T_ALERT_FILTER SKYN3T_ALERT_NEWER};
constexpr PlatformQuery kPruneAlerts{"prune_alerts", "DELETE FROM alerts WHERE time_ms < :before"};

constexpr CommunityQuery kAddExchange{
    "add_exchange",
    "INSERT INTO call_exchanges (call_sid, community_id, time_ms, position, method, url, "
    "parameters, status, duration_ms, content_type, body, error_code) "
    "VALUES (:call, :community, :time, :position, :method, :url, :parameters, :status, :duration, "
    ":content_type, :body, :code)"};
constexpr CommunityQuery kExchanges{
    "list_exchanges",
    "SELECT call_sid, community_id, time_ms, method, url, parameters, status, duration_ms, "
    "content_type, body, error_code FROM call_exchanges "
    "WHERE community_id = :community AND call_sid = :call ORDER BY time_ms, position"};
constexpr PlatformQuery kPruneExchanges{"prune_exchanges",
                                        "DELETE FROM call_exchanges WHERE time_ms < :before"};

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
    return database_.write(
        [alert = std::move(alert)](Session& session) -> Result<void> {
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
        },
        std::move(done));
}

Result<void> AlertStore::add(model::Exchange exchange, Database::WriteDone done) {
    // Two within one millisecond stay in their order.
    static std::atomic<std::int64_t> last_position{0};
    exchange.body = cut(std::move(exchange.body));
    auto parameters = parameters_text(exchange);
    return database_.write(
        [exchange = std::move(exchange), parameters = std::move(parameters),
         position = ++last_position](Session& session) -> Result<void> {
            auto added = session.execute(kAddExchange, exchange.community,
                                         {{"call", exchange.call},
                                          {"time", exchange.time},
                                          {"position", position},
                                          {"method", exchange.method},
                                          {"url", exchange.url},
                                          {"parameters", parameters},
                                          {"status", exchange.status},
                                          {"duration", exchange.duration.count()},
                                          {"content_type", exchange.content_type},
                                          {"body", exchange.body},
                                          {"code", exchange.error_code}});
            if (!added) return tl::unexpected(added.error());
            return {};
        },
        std::move(done));
}

Result<void> AlertStore::prune(WallTime before, Database::WriteDone done) {
    return database_.write(
        [before](Session& session) -> Result<void> {
            for (const auto* query : {&kPruneAlerts, &kPruneExchanges})
                if (auto gone = session.execute(*query, {{"before", before}}); !gone)
                    return tl::unexpected(gone.error());
            return {};
        },
        std::move(done));
}

Result<std::vector<model::Alert>> AlertStore::list(const CommunitySid& community,
                                                   const AlertFilter& filter) {
    auto found = database_.read([&](Session& session) {
        return with_alert_filter(filter, [&](Params params) {
            return session.query(filter.newer ? kNewerAlerts : kOlderAlerts, community, params, read_alert);
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
