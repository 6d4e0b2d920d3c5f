#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rest/call_json.hpp"
#include "rest/caller.hpp"
#include "rest/paging.hpp"
#include "rest/resource_type.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

using model::CallRecord;

// "StartTime>" and the like: the inequality is a part of the name (rest-api.md, 1.7). A day without
// one is that day, with one it is included.
Checked<void> read_time(std::string_view name, const std::string& value,
                        std::optional<WallTime>& since, std::optional<WallTime>& before) {
    const auto date = parse_date(value);
    if (!date)
        return refuse(20422, fmt::format("{} must be YYYY-MM-DD or an ISO 8601 time in UTC", name));
    if (!name.ends_with('<')) since = date->time;
    if (!name.ends_with('>'))
        before = date->time + (date->is_day ? std::chrono::hours(24) : milliseconds(1));
    return {};
}

Checked<void> read_filter(store::CallFilter& filter, const std::string& name,
                          const std::string& value) {
    if (name == "To") {
        filter.to = trim(value);  // an unescaped "+" is a blank in a query
    } else if (name == "From") {
        filter.from = trim(value);
    } else if (name == "Status") {
        filter.status = model::parse_call_status(value);
        if (!filter.status) return refuse(20422, "Status is none of a call's");
    } else if (name == "ParentCallSid") {
        const auto parent = CallSid::parse(value);
        if (!parent) return refuse(20423, "ParentCallSid is no call SID");
        filter.parent = *parent;
    } else if (name == "StartTime" || name == "StartTime>" || name == "StartTime<") {
        return read_time(name, value, filter.since, filter.before);
    } else if (name == "EndTime" || name == "EndTime>" || name == "EndTime<") {
        return read_time(name, value, filter.ended_since, filter.ended_before);
    } else if (name == "Number") {  // ours, as are the two below
        const auto reading = model::NumberReading::parse(value);
        filter.number = reading ? reading->number.str() : value;
        std::erase(filter.number, '%');
    } else if (name == "Verifications") {
        filter.hides_verifications = !is_true(value);
    } else if (name == "Failed") {
        filter.failed_only = is_true(value);
    } else if (name == "Refused") {
        filter.refused_only = is_true(value);
    }
    return {};
}

Checked<store::CallCursor> to_store(const PageCursor& cursor) {
    auto sid = CallSid::parse(cursor.sid);
    if (!sid) return refuse(21481);
    return store::CallCursor{cursor.time, std::move(*sid)};
}

Checked<store::CallFilter> parse_filter(const PageRequest& page) {
    store::CallFilter filter;
    filter.limit = page.wanted();
    for (const auto& [cursor, target] :
         {std::pair(&page.after, &filter.after), std::pair(&page.before, &filter.newer_than)}) {
        if (!*cursor) continue;
        auto from = to_store(**cursor);
        if (!from) return tl::unexpected(from.error());
        *target = std::move(*from);
    }
    for (const auto& [name, value] : page.filters)
        if (auto step = read_filter(filter, name, value); !step)
            return tl::unexpected(step.error());
    return filter;
}

PageCursor cursor_of(const CallRecord& call) { return {call.start_time, call.sid.str()}; }

// Twilio's list of calls and one of them, from the call log.
class Calls {
  public:
    Calls(AccountSid account, const ApiServices& services)
        : account_(std::move(account)), services_(services) {}

    Checked<http::Response> list(const http::Request& request) const {
        const auto page = parse_page(request.query);
        if (!page) return tl::unexpected(page.error());
        const auto filter = parse_filter(*page);
        if (!filter) return tl::unexpected(filter.error());
        auto found = select(*page, *filter, caller_of(request));
        if (!found) return tl::unexpected(found.error());
        const PageEnds ends = cut_page(*page, *found, cursor_of);
        CallWriter write(account_, services_);
        Json items = Json::array();
        for (const CallRecord& call : *found) items.push_back(write(call));
        const std::string path = fmt::format("/2010-04-01/Accounts/{}/Calls.json", account_.str());
        return json_response(page_body(*page, ends, path, "calls", std::move(items)));
    }

    Checked<http::Response> fetch(const http::Request& request) const {
        const auto sid = CallSid::parse(request.path_value("Sid"));
        if (!sid) return refuse(20404);
        const auto call = services_.calls.find_any(*sid);
        if (!call) return tl::unexpected(refusal_of(call.error()));
        if (!*call || !caller_of(request).sees((*call)->community)) return refuse(20404);
        return json_response(CallWriter(account_, services_)(**call));
    }

  private:
    // CommunityCode is ours.
    Checked<std::vector<CallRecord>> select(const PageRequest& page,
                                            const store::CallFilter& filter,
                                            const Caller& caller) const {
        const auto code = page.filters.find("CommunityCode");
        std::optional<CommunitySid> community = caller.community;
        if (code) {
            const auto names = services_.communities.names();
            if (!names) return tl::unexpected(refusal_of(names.error()));
            const auto named = std::find_if(names->begin(), names->end(), [&](const auto& name) {
                return name.code == *code && caller.sees(name.sid);
            });
            if (named == names->end()) return refuse(20404);
            community = named->sid;
        }
        auto calls =
            community ? services_.calls.list(*community, filter) : services_.calls.list_all(filter);
        if (!calls) return tl::unexpected(refusal_of(calls.error()));
        return std::move(*calls);
    }

    AccountSid account_;
    ApiServices services_;
};

}  // namespace

void add_calls(http::Router& router, const AccountSid& account, const ApiServices& services) {
    const auto calls = std::make_shared<const Calls>(account, services);  // shared by its handlers
    router.add_sync(
        "GET", "/2010-04-01/Accounts/{AccountSid}/Calls.json",
        answering([calls](const http::Request& request) { return calls->list(request); }));
    router.add_sync(
        "GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
        answering([calls](const http::Request& request) { return calls->fetch(request); }));
}

}  // namespace skyn3t::rest
