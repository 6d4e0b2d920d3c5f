#include <fmt/format.h>

#include <charconv>
#include <map>

#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

using model::CallRecord;

constexpr std::size_t kDefaultPageSize = 50;
constexpr std::size_t kMaxPageSize = 1000;

// What of a list's query is about pages, and the rest, which next_page_uri repeats.
struct Page {
    std::size_t number = 0;
    std::size_t size = kDefaultPageSize;
    std::optional<store::CallCursor> after;
    http::Params filters;
};

struct Refusal {
    int code;
    std::string message;
};
template <class T>
using Checked = tl::expected<T, Refusal>;

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "PA", the call's start in milliseconds, "-", its SID: where the page before ended.
std::string page_token(const CallRecord& last) {
    return fmt::format("PA{}-{}", store::to_milliseconds(last.start_time), last.sid.str());
}
std::optional<store::CallCursor> parse_page_token(std::string_view token) {
    const auto dash = token.find('-');
    if (!token.starts_with("PA") || dash == std::string_view::npos) return std::nullopt;
    const auto start = number(token.substr(2, dash - 2));
    auto sid = CallSid::parse(token.substr(dash + 1));
    if (!start || !sid || *start > 8'000'000'000'000) return std::nullopt;
    return store::CallCursor{store::from_milliseconds(static_cast<std::int64_t>(*start)),
                             std::move(*sid)};
}

// rest-api.md, 1.5.
Checked<Page> parse_page(const http::Params& query) {
    Page page;
    for (const auto& [name, value] : query) {
        if (name == "PageSize") {
            const auto size = number(value);
            if (!size || *size == 0 || *size > kMaxPageSize)
                return tl::unexpected(Refusal{20007, "PageSize must be from 1 to 1000"});
            page.size = *size;
        } else if (name == "Page") {
            const auto count = number(value);
            if (!count) return tl::unexpected(Refusal{20422, "Page must be a number"});
            page.number = *count;
        } else if (name == "PageToken") {
            page.after = parse_page_token(value);
            if (!page.after) return tl::unexpected(Refusal{21481, "Invalid PageToken"});
        } else {
            page.filters.add(name, value);
        }
    }
    if (page.number > 0 && !page.after)
        return tl::unexpected(Refusal{21481, "Page needs its PageToken: follow next_page_uri"});
    return page;
}

std::optional<Refusal> read_time(store::CallFilter& filter, const std::string& name,
                                 const std::string& value) {
    const auto date = parse_date(value);
    if (!date) return Refusal{20422, name + " must be YYYY-MM-DD or an ISO 8601 time in UTC"};
    const WallTime end = date->time + (date->is_day ? std::chrono::hours(24) : milliseconds(1));
    if (name != "StartTime<") filter.since = date->time;
    if (name != "StartTime>") filter.before = end;
    return std::nullopt;
}

Checked<store::CallFilter> parse_filter(const Page& page) {
    store::CallFilter filter;
    filter.limit = page.size;
    filter.after = page.after;
    for (const auto& [name, value] : page.filters) {
        std::optional<Refusal> refusal;
        if (name == "To") {
            filter.to = value;
        } else if (name == "From") {
            filter.from = value;
        } else if (name == "Status") {
            filter.status = model::parse_call_status(value);
            if (!filter.status) refusal = Refusal{20422, "Status is none of a call's"};
        } else if (name == "ParentCallSid") {
            const auto parent = CallSid::parse(value);
            if (!parent) refusal = Refusal{20423, "ParentCallSid is no call SID"};
            if (parent) filter.parent = *parent;
        } else if (name == "StartTime" || name == "StartTime>" || name == "StartTime<") {
            refusal = read_time(filter, name, value);
        } else if (name == "Failed") {
            filter.failed_only = is_true(value);
        }
        if (refusal) return tl::unexpected(*refusal);
    }
    return filter;
}

std::string formatted(const std::string& party) {
    const auto number_of = model::PhoneNumber::parse_e164(party);
    return number_of ? model::format_international(*number_of) : party;
}

Json to_json(const model::MediaStats& media) {
    return {{"codec", text_or_null(media.codec)},         {"packets_sent", media.packets_sent},
            {"packets_received", media.packets_received}, {"packets_lost", media.packets_lost},
            {"loss_percent", media.loss_percent},         {"jitter_ms", media.jitter_ms},
            {"round_trip_ms", media.round_trip_ms},       {"mos", media.mos}};
}

using Codes = std::map<CommunitySid, std::string>;

// What Twilio has no field for, under one name of ours.
Json ours(const CallRecord& call, const Codes& codes) {
    const auto code = codes.find(call.community);
    Json out{{"community_code", code == codes.end() ? Json(nullptr) : Json(code->second)},
             {"error_code", call.error_code == 0 ? Json(nullptr) : Json(call.error_code)},
             {"end_reason", nullptr},
             {"end_reason_es", nullptr},
             {"end_reason_en", nullptr},
             {"answer_time", call.answer_time ? Json(rfc2822(*call.answer_time)) : Json(nullptr)},
             {"sip_call_id", text_or_null(call.sip_call_id)},
             {"sip_code", call.sip_code == 0 ? Json(nullptr) : Json(call.sip_code)},
             {"media", to_json(call.media)}};
    if (call.end_reason) {
        out["end_reason"] = to_string(*call.end_reason);
        out["end_reason_es"] = sentence_es(*call.end_reason);
        out["end_reason_en"] = sentence_en(*call.end_reason);
    }
    return out;
}

Json to_json(const CallRecord& call, const AccountSid& account, const Codes& codes) {
    const bool is_over = model::is_final(call.status);
    return {{"sid", call.sid.str()},
            {"account_sid", account.str()},
            {"parent_call_sid", text_or_null(call.parent_sid.str())},
            {"to", call.to},
            {"to_formatted", formatted(call.to)},
            {"from", call.from},
            {"from_formatted", formatted(call.from)},
            {"phone_number_sid", nullptr},
            {"status", to_string(call.status)},
            {"direction", to_string(call.direction)},
            {"start_time", rfc2822(call.start_time)},
            {"end_time", call.end_time ? Json(rfc2822(*call.end_time)) : Json(nullptr)},
            {"duration", is_over ? Json(std::to_string(call.duration().count())) : Json(nullptr)},
            {"queue_time", "0"},
            {"price", nullptr},
            {"price_unit", nullptr},
            {"answered_by", nullptr},
            {"annotation", nullptr},
            {"api_version", "2010-04-01"},
            {"forwarded_from", nullptr},
            {"caller_name", nullptr},
            {"group_sid", nullptr},
            {"trunk_sid", nullptr},
            {"date_created", rfc2822(call.start_time)},
            {"date_updated",
             rfc2822(call.end_time.value_or(call.answer_time.value_or(call.start_time)))},
            {"uri",
             fmt::format("/2010-04-01/Accounts/{}/Calls/{}.json", account.str(), call.sid.str())},
            {"subresource_uris", Json::object()},
            {"skyn3t", ours(call, codes)}};
}

// The resources of calls: Twilio's list and instance, and the story, which is ours.
class Calls {
  public:
    Calls(AccountSid account, const ApiServices& services)
        : account_(std::move(account)),
          calls_(services.calls),
          communities_(services.communities) {}

    http::Response list(const http::Request& request) const {
        const auto refuse = [&](const Refusal& refusal) {
            return http::error_response(400, refusal.code, refusal.message, request.path);
        };
        const auto page = parse_page(request.query);
        if (!page) return refuse(page.error());
        auto filter = parse_filter(*page);
        if (!filter) return refuse(filter.error());
        const auto found = select(*page, *filter);
        if (!found) return error_response(found.error(), request.path);

        bool has_more = false;
        if (found->size() == page->size) {
            filter->after = store::CallCursor{found->back().start_time, found->back().sid};
            filter->limit = 1;
            const auto next = select(*page, *filter);
            has_more = next && !next->empty();
        }
        return json_response(page_body(*page, *found, has_more));
    }

    http::Response get(const http::Request& request) const {
        const auto sid = CallSid::parse(request.path_value("Sid"));
        if (!sid) return not_found(request.path);
        const auto call = calls_.find_any(*sid);
        if (!call) return error_response(call.error(), request.path);
        if (!*call) return not_found(request.path);
        return json_response(to_json(**call, account_, codes()));
    }

    // /v1/Calls/{Sid}/Events: the call, the legs that it dialled, and what happened in all of them
    // by time.
    http::Response story(const http::Request& request) const {
        const auto sid = CallSid::parse(request.path_value("Sid"));
        if (!sid) return not_found(request.path);
        const auto call = calls_.find_any(*sid);
        if (!call) return error_response(call.error());
        if (!*call) return not_found(request.path);
        store::CallFilter of_parent;
        of_parent.parent = *sid;
        const auto children = calls_.list_all(of_parent);
        if (!children) return error_response(children.error());

        const Codes names = codes();
        Json legs = Json::array();
        std::vector<model::CallEvent> events;
        for (const auto& child : *children) {
            legs.push_back(to_json(child, account_, names));
            if (auto error = append_events(child.sid, events)) return error_response(*error);
        }
        // Last: what is said in the very millisecond in which a leg ends is said because it ended.
        if (auto error = append_events(*sid, events)) return error_response(*error);
        std::stable_sort(events.begin(), events.end(),
                         [](const auto& a, const auto& b) { return a.time < b.time; });
        return json_response({{"call", to_json(**call, account_, names)},
                              {"children", legs},
                              {"events", events_body(events, (*call)->start_time)}});
    }

  private:
    Result<std::vector<CallRecord>> select(const Page& page,
                                           const store::CallFilter& filter) const {
        const auto code = page.filters.find("CommunityCode");
        if (!code) return calls_.list_all(filter);
        const auto community = communities_.find(*code);
        if (!community) return tl::unexpected(community.error());
        if (!*community)
            return fail(Errc::not_found, fmt::format("There is no community {}", *code));
        return calls_.list((*community)->community.sid, filter);
    }

    Codes codes() const {
        Codes out;
        if (const auto views = communities_.list())
            for (const auto& view : *views) out.emplace(view.community.sid, view.community.code);
        return out;
    }

    std::optional<Error> append_events(const CallSid& sid,
                                       std::vector<model::CallEvent>& out) const {
        auto events = calls_.events_of(sid);
        if (!events) return events.error();
        out.insert(out.end(), std::make_move_iterator(events->begin()),
                   std::make_move_iterator(events->end()));
        return std::nullopt;
    }

    static Json events_body(const std::vector<model::CallEvent>& events, WallTime start) {
        Json list = Json::array();
        for (const auto& event : events) {
            Json detail = Json::object();
            for (const auto& [name, value] : event.detail) detail[name] = value;
            const auto offset = std::chrono::duration_cast<milliseconds>(event.time - start);
            list.push_back({{"call_sid", event.call.str()},
                            {"date_created", iso8601(event.time)},
                            {"milliseconds", offset.count()},
                            {"kind", event.kind},
                            {"detail", detail}});
        }
        return list;
    }

    std::string page_uri(const Page& page, std::size_t number_of_page,
                         const std::string& token) const {
        http::Params query = page.filters;
        query.add("PageSize", std::to_string(page.size));
        query.add("Page", std::to_string(number_of_page));
        if (!token.empty()) query.add("PageToken", token);
        return fmt::format("/2010-04-01/Accounts/{}/Calls.json?{}", account_.str(),
                           http::encode_form(query));
    }

    Json page_body(const Page& page, const std::vector<CallRecord>& found, bool has_more) const {
        const Codes names = codes();
        Json list = Json::array();
        for (const auto& call : found) list.push_back(to_json(call, account_, names));
        const std::size_t start = page.number * page.size;
        const std::string token =
            page.after ? fmt::format("PA{}-{}", store::to_milliseconds(page.after->start),
                                     page.after->sid.str())
                       : "";
        return {
            {"first_page_uri", page_uri(page, 0, "")},
            {"end", found.empty() ? start : start + found.size() - 1},
            // Tokens lead forward only: the one before the second page is known, earlier ones are
            // not kept.
            {"previous_page_uri", page.number == 1 ? Json(page_uri(page, 0, "")) : Json(nullptr)},
            {"calls", list},
            {"uri", page_uri(page, page.number, token)},
            {"page_size", page.size},
            {"start", start},
            {"next_page_uri", has_more
                                  ? Json(page_uri(page, page.number + 1, page_token(found.back())))
                                  : Json(nullptr)},
            {"page", page.number}};
    }

    AccountSid account_;
    store::CallStore& calls_;
    Communities& communities_;
};

}  // namespace

void add_calls(http::Router& router, const AccountSid& account, const ApiServices& services) {
    const auto calls =
        std::make_shared<const Calls>(account, services);  // shared by the three handlers
    router.add_sync("GET", "/2010-04-01/Accounts/{AccountSid}/Calls.json",
                    [calls](const http::Request& request) { return calls->list(request); });
    router.add_sync("GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
                    [calls](const http::Request& request) { return calls->get(request); });
    router.add_sync("GET", "/v1/Calls/{Sid}/Events",
                    [calls](const http::Request& request) { return calls->story(request); });
}

}  // namespace skyn3t::rest
