#include "store/call_store.hpp"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "model/phone_number.hpp"

namespace skyn3t::store {
namespace {

using nlohmann::ordered_json;

#define SKYN3T_CALL_COLUMNS                                                                  \
    "sid, parent_sid, community_id, from_address, to_address, direction, status, start_ms, " \
    "answer_ms, end_ms, sip_call_id, sip_code, end_reason, error_code, media, node, price, " \
    "price_unit"
// The name that a verification calls under (verify/prober.cpp), as the log has it.
#define SKYN3T_IS_VERIFICATION "from_address IN ('verificación', 'verificaci%C3%B3n')"
// An unset filter lets everything through; the casts tell PostgreSQL the types of what is compared
// with itself only.
#define SKYN3T_CALL_FILTER                                                                     \
    "start_ms >= :since AND start_ms < :before "                                               \
    "AND (CAST(:any_end AS BIGINT) = 1 OR end_ms >= :ended_since AND end_ms < :ended_before) " \
    "AND (CAST(:status AS TEXT) = '' OR status = :status) "                                    \
    "AND (CAST(:failed AS BIGINT) = 0 OR error_code <> 0 "                                     \
    "     OR status IN ('failed', 'busy', 'no-answer')) "                                      \
    "AND (CAST(:refused AS BIGINT) = 0 OR end_reason IN ('not_a_trunk', 'unknown_number', "    \
    "     'too_many_calls', 'too_many_of_community', 'too_many_of_number', "                   \
    "     'too_many_of_phone')) "                                                              \
    "AND (CAST(:any_parent AS BIGINT) = 1 OR parent_sid = :parent) "                           \
    "AND (CAST(:from_is AS TEXT) = '' OR from_address IN (:from_is, :from_plus)) "             \
    "AND (CAST(:to_is AS TEXT) = '' OR to_address IN (:to_is, :to_plus)) "                     \
    "AND (CAST(:number AS TEXT) = '' OR from_address = :number OR to_address = :number "       \
    "     OR from_address LIKE :phone OR to_address LIKE :phone) "                             \
    "AND (CAST(:all_kinds AS BIGINT) = 1 OR NOT (" SKYN3T_IS_VERIFICATION                      \
    "     OR parent_sid <> '' AND EXISTS (SELECT 1 FROM calls AS parents "                     \
    "        WHERE parents.sid = calls.parent_sid AND parents.direction = 'inbound' "          \
    "        AND parents." SKYN3T_IS_VERIFICATION "))) "
#define SKYN3T_OLDER_CALLS                                                          \
    SKYN3T_CALL_FILTER                                                              \
    "AND (start_ms < :from_start OR (start_ms = :from_start AND sid < :from_sid)) " \
    "ORDER BY start_ms DESC, sid DESC LIMIT :count"
#define SKYN3T_NEWER_CALLS                                                          \
    SKYN3T_CALL_FILTER                                                              \
    "AND (start_ms > :from_start OR (start_ms = :from_start AND sid > :from_sid)) " \
    "ORDER BY start_ms, sid LIMIT :count"

// A call never moves to another community, except from "none yet" when its number becomes known.
constexpr CommunityQuery kSave{
    "save_call",
    "INSERT INTO calls (sid, parent_sid, community_id, from_address, to_address, direction, "
    "status, start_ms, answer_ms, end_ms, duration_s, sip_call_id, sip_code, end_reason, "
    "error_code, media, node) "
    "VALUES (:sid, :parent, :community, :from_is, :to_is, :direction, :status, :start, :answer, "
    ":end, :duration, :sip_call_id, :sip_code, :end_reason, :error_code, :media, :node) "
    "ON CONFLICT (sid) DO UPDATE SET parent_sid = excluded.parent_sid, "
    "community_id = excluded.community_id, from_address = excluded.from_address, "
    "to_address = excluded.to_address, status = excluded.status, start_ms = excluded.start_ms, "
    "answer_ms = excluded.answer_ms, end_ms = excluded.end_ms, duration_s = excluded.duration_s, "
    "sip_call_id = excluded.sip_call_id, sip_code = excluded.sip_code, "
    "end_reason = excluded.end_reason, error_code = excluded.error_code, media = excluded.media, "
    "node = excluded.node "
    "WHERE (calls.community_id = excluded.community_id OR calls.community_id = '') "
    "AND (calls.end_ms IS NULL OR excluded.end_ms IS NOT NULL)"};
constexpr CommunityQuery kHasEnded{"has_call_ended",
                                   "SELECT sid FROM calls WHERE sid = :sid AND end_ms IS NOT NULL "
                                   "AND (community_id = :community OR community_id = '')"};
constexpr CommunityQuery kSetPrice{"set_call_price",
                                   "UPDATE calls SET price = :price, price_unit = :unit "
                                   "WHERE community_id = :community AND sid = :sid"};
constexpr PlatformQuery kUnpriced{
    "unpriced_calls",
    "SELECT " SKYN3T_CALL_COLUMNS
    " FROM calls WHERE node = :node AND price = '' AND end_ms >= :since AND duration_s > 0 "
    "ORDER BY end_ms, sid LIMIT :count"};
constexpr CommunityQuery kAddEvent{
    "add_call_event",
    "INSERT INTO call_events (call_sid, community_id, time_ms, kind, detail, position) "
    "SELECT CAST(:call AS TEXT), CAST(:community AS TEXT), CAST(:time AS BIGINT), "
    "CAST(:kind AS TEXT), CAST(:detail AS TEXT), CAST(:position AS BIGINT) "
    "WHERE NOT EXISTS (SELECT 1 FROM call_events WHERE call_sid = :call AND time_ms = :time "
    "AND position = :position)"};
constexpr CommunityQuery kFindCall{"find_call", "SELECT " SKYN3T_CALL_COLUMNS
                                                " FROM calls WHERE community_id = :community "
                                                "AND sid = :sid"};
constexpr CommunityQuery kListCalls{
    "list_calls", "SELECT " SKYN3T_CALL_COLUMNS
                  " FROM calls WHERE community_id = :community AND " SKYN3T_OLDER_CALLS};
constexpr CommunityQuery kListNewer{
    "list_newer_calls", "SELECT " SKYN3T_CALL_COLUMNS
                        " FROM calls WHERE community_id = :community AND " SKYN3T_NEWER_CALLS};
constexpr CommunityQuery kEvents{
    "call_events",
    "SELECT call_sid, community_id, time_ms, kind, detail FROM call_events "
    "WHERE community_id = :community AND call_sid = :call ORDER BY time_ms, position"};
constexpr PlatformQuery kFindAnyCall{"find_any_call",
                                     "SELECT " SKYN3T_CALL_COLUMNS " FROM calls WHERE sid = :sid"};
constexpr PlatformQuery kListAllCalls{
    "list_all_calls", "SELECT " SKYN3T_CALL_COLUMNS " FROM calls WHERE " SKYN3T_OLDER_CALLS};
constexpr PlatformQuery kListAllNewer{
    "list_all_newer_calls", "SELECT " SKYN3T_CALL_COLUMNS " FROM calls WHERE " SKYN3T_NEWER_CALLS};
constexpr PlatformQuery kEventsOf{
    "events_of_any_call",
    "SELECT call_sid, community_id, time_ms, kind, detail FROM call_events "
    "WHERE call_sid = :call ORDER BY time_ms, position"};
// A node died with all its calls, whosever they were. The last event is the last moment that is
// known of a call.
constexpr PlatformQuery kInterrupted{
    "interrupted_calls",
    "SELECT sid, community_id, start_ms, answer_ms, "
    "(SELECT MAX(time_ms) FROM call_events WHERE call_sid = calls.sid) "
    "FROM calls WHERE node = :node AND status IN ('queued', 'ringing', 'in-progress')"};
constexpr CommunityQuery kClose{
    "close_interrupted_call",
    "UPDATE calls SET status = 'failed', end_reason = :reason, end_ms = :end, "
    "duration_s = :duration WHERE community_id = :community AND sid = :sid"};

std::string to_text(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string media_text(const model::MediaStats& media) {
    if (media == model::MediaStats{}) return {};
    return to_text({{"codec", media.codec},
                    {"packets_sent", media.packets_sent},
                    {"packets_received", media.packets_received},
                    {"packets_lost", media.packets_lost},
                    {"loss_percent", media.loss_percent},
                    {"jitter_ms", media.jitter_ms},
                    {"round_trip_ms", media.round_trip_ms},
                    {"mos", media.mos}});
}

model::MediaStats media_from(const std::string& text) {
    model::MediaStats media;
    const auto json = ordered_json::parse(text, nullptr, false);
    if (!json.is_object()) return media;
    media.codec = json.value("codec", "");
    media.packets_sent = json.value("packets_sent", std::uint64_t{0});
    media.packets_received = json.value("packets_received", std::uint64_t{0});
    media.packets_lost = json.value("packets_lost", std::uint64_t{0});
    media.loss_percent = json.value("loss_percent", 0.0);
    media.jitter_ms = json.value("jitter_ms", 0.0);
    media.round_trip_ms = json.value("round_trip_ms", 0.0);
    media.mos = json.value("mos", 0.0);
    return media;
}

// [["said", "Bienvenido"], ...]: a list, since order counts and a key may come twice.
std::string detail_text(const model::CallEvent& event) {
    if (event.detail.empty()) return {};
    auto json = ordered_json::array();
    for (const auto& [key, value] : event.detail) json.push_back(ordered_json::array({key, value}));
    return to_text(json);
}

model::CallEvent read_event(const Row& row) {
    model::CallEvent event{
        row.sid<CallSid>(0), row.sid<CommunitySid>(1), row.time(2), row.text(3), {}};
    for (const auto& pair : ordered_json::parse(row.text(4), nullptr, false))
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
            event.detail.emplace_back(pair[0], pair[1]);
    return event;
}

model::CallRecord read_call(const Row& row) {
    model::CallRecord call;
    call.sid = row.sid<CallSid>(0);
    call.parent_sid = row.sid<CallSid>(1);
    call.community = row.sid<CommunitySid>(2);
    call.from = row.text(3);
    call.to = row.text(4);
    call.direction = model::parse_direction(row.text(5)).value_or(model::Direction::inbound);
    call.status = model::parse_call_status(row.text(6)).value_or(model::CallStatus::failed);
    call.start_time = row.time(7);
    call.answer_time = row.optional_time(8);
    call.end_time = row.optional_time(9);
    call.sip_call_id = row.text(10);
    call.sip_code = static_cast<int>(row.integer(11));
    call.end_reason = model::parse_end_reason(row.text(12));
    call.error_code = static_cast<int>(row.integer(13));
    call.media = media_from(row.text(14));
    call.node = row.text(15);
    call.price = row.text(16);
    call.price_unit = row.text(17);
    return call;
}

Result<void> save_call(Session& session, const model::CallRecord& call) {
    const std::string media = media_text(call.media);
    const std::string_view reason = call.end_reason ? model::to_string(*call.end_reason) : "";
    auto done = session.execute(kSave, call.community,
                                {{"sid", call.sid},
                                 {"parent", call.parent_sid},
                                 {"from_is", call.from},
                                 {"to_is", call.to},
                                 {"direction", model::to_string(call.direction)},
                                 {"status", model::to_string(call.status)},
                                 {"start", call.start_time},
                                 {"answer", call.answer_time},
                                 {"end", call.end_time},
                                 {"duration", call.duration().count()},
                                 {"sip_call_id", call.sip_call_id},
                                 {"sip_code", call.sip_code},
                                 {"end_reason", reason},
                                 {"error_code", call.error_code},
                                 {"media", media},
                                 {"node", call.node}});
    if (!done) return tl::unexpected(done.error());
    if (*done > 0) return {};
    // Of a call that has ended, an older row that comes late.
    auto ended = session.query_one(kHasEnded, call.community, {{"sid", call.sid}},
                                   [](const Row& row) { return row.text(0); });
    if (!ended) return tl::unexpected(ended.error());
    if (!*ended) return fail(Errc::conflict, "the call belongs to another community");
    return {};
}

Result<void> insert_events(Session& session, const std::vector<CallFact::Line>& story) {
    for (const auto& [event, position] : story) {
        const std::string detail = detail_text(event);
        auto done = session.execute(kAddEvent, event.community,
                                    {{"call", event.call},
                                     {"time", event.time},
                                     {"kind", event.kind},
                                     {"detail", detail},
                                     {"position", position}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

CallFact with_story(std::optional<model::CallRecord> record, std::vector<model::CallEvent> events) {
    static std::atomic<std::int64_t> position{0};
    CallFact fact{std::move(record), {}};
    for (auto& event : events) fact.story.push_back({std::move(event), position++});
    return fact;
}

// What the statements with SKYN3T_CALL_FILTER are given; it keeps the text that Param refers to.
template <class Ask>
auto with_call_filter(const CallFilter& filter, Ask ask) {
    constexpr std::int64_t kEver = INT64_MAX;
    const std::string_view status = filter.status ? model::to_string(*filter.status) : "";
    const std::string parent = filter.parent ? filter.parent->str() : std::string();
    const auto& from = filter.newer_than ? filter.newer_than : filter.after;
    const std::string from_sid = from ? from->sid.str() : std::string();
    const std::string from_plus = model::with_plus(filter.from);
    const std::string to_plus = model::with_plus(filter.to);
    const std::string phone = filter.number.empty() ? "" : "sip:" + filter.number + "%";
    const auto count = static_cast<std::int64_t>(std::clamp<std::size_t>(filter.limit, 1, 1001));
    return ask(
        {{"since", filter.since ? to_milliseconds(*filter.since) : 0},
         {"before", filter.before ? to_milliseconds(*filter.before) : kEver},
         {"status", status},
         {"failed", filter.failed_only ? 1 : 0},
         {"refused", filter.refused_only ? 1 : 0},
         {"any_parent", filter.parent ? 0 : 1},
         {"parent", parent},
         {"from_is", filter.from},
         {"from_plus", from_plus},
         {"to_is", filter.to},
         {"to_plus", to_plus},
         {"number", filter.number},
         {"phone", phone},
         {"all_kinds", filter.hides_verifications ? 0 : 1},
         {"any_end", filter.ended_since || filter.ended_before ? 0 : 1},
         {"ended_since", filter.ended_since ? to_milliseconds(*filter.ended_since) : 0},
         {"ended_before", filter.ended_before ? to_milliseconds(*filter.ended_before) : kEver},
         {"from_start", from ? to_milliseconds(from->start) : kEver},
         {"from_sid", from_sid},
         {"count", count}});
}

struct Interrupted {
    CallSid sid;
    CommunitySid community;
    WallTime start;
    std::optional<WallTime> answer, last;
};

Result<void> close_one(Session& session, const Interrupted& call) {
    model::CallRecord closed;
    closed.answer_time = call.answer;
    closed.end_time =
        std::max({call.start, call.answer.value_or(call.start), call.last.value_or(call.start)});
    auto done = session.execute(kClose, call.community,
                                {{"reason", model::to_string(model::EndReason::server_restarted)},
                                 {"end", closed.end_time},
                                 {"duration", closed.duration().count()},
                                 {"sid", call.sid}});
    if (!done) return tl::unexpected(done.error());
    return {};
}

}  // namespace

Result<void> CallStore::save(model::CallRecord record, Database::WriteDone done) {
    return save(std::move(record), {}, std::move(done));
}

Result<void> CallStore::save(model::CallRecord record, std::vector<model::CallEvent> events,
                             Database::WriteDone done) {
    return database_.keep(with_story(std::move(record), std::move(events)), std::move(done));
}

Result<void> CallStore::add_events(std::vector<model::CallEvent> events, Database::WriteDone done) {
    return database_.keep(with_story({}, std::move(events)), std::move(done));
}

Result<void> CallStore::write(Session& session, const CallFact& fact) {
    if (fact.record)
        if (auto saved = save_call(session, *fact.record); !saved) return saved;
    return insert_events(session, fact.story);
}

Result<void> CallStore::set_price(const model::CallRecord& call, std::string price,
                                  std::string unit) {
    return database_.write([community = call.community, sid = call.sid, price = std::move(price),
                            unit = std::move(unit)](Session& session) -> Result<void> {
        auto done =
            session.execute(kSetPrice, community, {{"price", price}, {"unit", unit}, {"sid", sid}});
        if (!done) return tl::unexpected(done.error());
        return {};
    });
}

Result<std::vector<model::CallRecord>> CallStore::unpriced(const std::string& node, WallTime since,
                                                           std::size_t count) {
    return database_.read([&](Session& session) {
        return session.query(
            kUnpriced,
            {{"node", node}, {"since", since}, {"count", static_cast<std::int64_t>(count)}},
            read_call);
    });
}

Result<std::optional<model::CallRecord>> CallStore::find(const CommunitySid& community,
                                                         const CallSid& call) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindCall, community, {{"sid", call}}, read_call);
    });
}

Result<std::vector<model::CallRecord>> CallStore::list(const CommunitySid& community,
                                                       const CallFilter& filter) {
    auto calls = database_.read([&](Session& session) {
        return with_call_filter(filter, [&](Params params) {
            return session.query(filter.newer_than ? kListNewer : kListCalls, community, params,
                                 read_call);
        });
    });
    if (calls && filter.newer_than) std::reverse(calls->begin(), calls->end());
    return calls;
}

Result<std::vector<model::CallEvent>> CallStore::events(const CommunitySid& community,
                                                        const CallSid& call) {
    return database_.read([&](Session& session) {
        return session.query(kEvents, community, {{"call", call}}, read_event);
    });
}

Result<std::optional<model::CallRecord>> CallStore::find_any(const CallSid& call) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindAnyCall, {{"sid", call}}, read_call);
    });
}

Result<std::vector<model::CallRecord>> CallStore::list_all(const CallFilter& filter) {
    auto calls = database_.read([&](Session& session) {
        return with_call_filter(filter, [&](Params params) {
            return session.query(filter.newer_than ? kListAllNewer : kListAllCalls, params,
                                 read_call);
        });
    });
    if (calls && filter.newer_than) std::reverse(calls->begin(), calls->end());
    return calls;
}

Result<std::vector<model::CallEvent>> CallStore::events_of(const CallSid& call) {
    return database_.read([&](Session& session) {
        return session.query(kEventsOf, {{"call", call}}, read_event);
    });
}

Result<std::int64_t> CallStore::close_interrupted(const std::string& node) {
    std::int64_t closed = 0;
    auto done = database_.write_and_wait([&](Session& session) -> Result<void> {
        auto calls = session.query(kInterrupted, {{"node", node}}, [](const Row& row) {
            return Interrupted{row.sid<CallSid>(0), row.sid<CommunitySid>(1), row.time(2),
                               row.optional_time(3), row.optional_time(4)};
        });
        if (!calls) return tl::unexpected(calls.error());
        for (const Interrupted& call : *calls)
            if (auto one = close_one(session, call); !one) return one;
        closed = static_cast<std::int64_t>(calls->size());
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return closed;
}

}  // namespace skyn3t::store
