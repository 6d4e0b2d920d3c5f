#include <fmt/format.h>

#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

// A kind that nothing on this server makes yet: its lists are empty, its instances are not there.
struct EmptyList {
    std::string_view path;  // below the account
    std::string_view list_key;
};
constexpr EmptyList kLists[]{
    {"Conferences", "conferences"}, {"Recordings", "recordings"}, {"Addresses", "addresses"}};
// Of what is not there, there is nothing.
constexpr std::string_view kNowhere[]{"Conferences/{ConferenceSid}/Participants",
                                      "Conferences/{ConferenceSid}/Recordings",
                                      "Conferences/{ConferenceSid}/Participants/{Sid}",
                                      "Conferences/{ConferenceSid}/Recordings/{Sid}",
                                      "Conferences/{Sid}",
                                      "Recordings/{Sid}",
                                      "Addresses/{Sid}"};

constexpr std::string_view kBase = "/2010-04-01/Accounts/{AccountSid}/";

Checked<http::Response> nothing(const http::Request&) { return refuse(20404); }

// Nothing, of a call that is there.
Checked<void> find_call(const ResourceContext& context, const http::Request& request) {
    const auto sid = CallSid::parse(request.path_value("CallSid"));
    if (!sid) return refuse(20404);
    const auto call = context.services().calls.find_any(*sid);
    if (!call) return tl::unexpected(refusal_of(call.error()));
    if (!*call || !caller_of(request).sees((*call)->community)) return refuse(20404);
    return {};
}

Checked<http::Response> of_call(const ResourceContext& context, const http::Request& request) {
    if (auto there = find_call(context, request); !there) return tl::unexpected(there.error());
    auto body = whole_list_body(
        request.query, context.uri("Calls/" + request.path_value("CallSid") + "/Recordings.json"),
        "recordings", {});
    if (!body) return tl::unexpected(body.error());
    return json_response(*body);
}

Checked<http::Response> record_call(const ResourceContext& context, const http::Request& request) {
    if (auto there = find_call(context, request); !there) return tl::unexpected(there.error());
    return refuse(20010, "This server does not record calls yet");
}

}  // namespace

void add_empty_lists(http::Router& router, const SharedContext& context) {
    for (const EmptyList& list : kLists)
        router.add_sync(
            "GET", fmt::format("{}{}.json", kBase, list.path),
            answering([context, &list](const http::Request& request) -> Checked<http::Response> {
                auto body =
                    whole_list_body(request.query, context->uri(fmt::format("{}.json", list.path)),
                                    list.list_key, {});
                if (!body) return tl::unexpected(body.error());
                return json_response(*body);
            }));
    for (const std::string_view path : kNowhere)
        for (const char* method : {"GET", "POST", "DELETE"})
            router.add_sync(method, fmt::format("{}{}.json", kBase, path), answering(nothing));
    router.add_sync(
        "GET", fmt::format("{}Calls/{{CallSid}}/Recordings.json", kBase),
        answering([context](const http::Request& request) { return of_call(*context, request); }));
    router.add_sync("POST", fmt::format("{}Calls/{{CallSid}}/Recordings.json", kBase),
                    answering([context](const http::Request& request) {
                        return record_call(*context, request);
                    }));
    for (const char* method : {"GET", "POST", "DELETE"})
        router.add_sync(method, fmt::format("{}Calls/{{CallSid}}/Recordings/{{Sid}}.json", kBase),
                        answering(nothing));
}

}  // namespace skyn3t::rest
