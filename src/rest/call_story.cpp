#include <algorithm>

#include "rest/call_json.hpp"
#include "rest/caller.hpp"
#include "rest/resource_type.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

using Events = std::vector<model::CallEvent>;

Json events_json(const Events& events, WallTime start) {
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

Checked<void> append_events(store::CallStore& calls, const CallSid& sid, Events& out) {
    auto events = calls.events_of(sid);
    if (!events) return tl::unexpected(refusal_of(events.error()));
    out.insert(out.end(), std::make_move_iterator(events->begin()),
               std::make_move_iterator(events->end()));
    return {};
}

// The call, the legs that it dialled, and what happened in all of them by time.
Checked<http::Response> story(const AccountSid& account, const ApiServices& services,
                              const http::Request& request) {
    const Caller& caller = caller_of(request);
    const auto sid = CallSid::parse(request.path_value("Sid"));
    if (!sid) return refuse(20404);
    const auto call = services.calls.find_any(*sid);
    if (!call) return tl::unexpected(refusal_of(call.error()));
    if (!*call || !caller.sees((*call)->community)) return refuse(20404);
    store::CallFilter of_parent;
    of_parent.parent = *sid;
    const auto children = services.calls.list_all(of_parent);
    if (!children) return tl::unexpected(refusal_of(children.error()));

    CallWriter write(account, services);
    Json legs = Json::array();
    Events events;
    for (const auto& child : *children) {
        if (!caller.sees(child.community)) continue;
        legs.push_back(write(child));
        if (auto step = append_events(services.calls, child.sid, events); !step)
            return tl::unexpected(step.error());
    }
    // Last: what is said in the very millisecond in which a leg ends is said because it ended.
    if (auto step = append_events(services.calls, *sid, events); !step)
        return tl::unexpected(step.error());
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    return json_response({{"call", write(**call)},
                          {"children", legs},
                          {"events", events_json(events, (*call)->start_time)}});
}

}  // namespace

void add_call_story(http::Router& router, const AccountSid& account, const ApiServices& services) {
    router.add_sync("GET", "/v1/Calls/{Sid}/Events",
                    answering([account, services](const http::Request& request) {
                        return story(account, services, request);
                    }));
}

}  // namespace skyn3t::rest
