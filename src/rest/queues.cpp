#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using store::ResourceKind;

Checked<void> prepare_queue(Draft& draft) {
    const std::string name = draft.text("friendly_name");
    if (name.empty()) return refuse(20002);
    // Queue names are per community (DESIGN.md, section 8).
    draft.resource.unique_name = draft.resource.community.str() + "/" + name;
    return {};
}

Checked<http::Response> members(const ResourceContext& context, const http::Request& request) {
    const auto queue = find_visible(context, ResourceKind::queue, request.path_value("QueueSid"),
                                    caller_of(request));
    if (!queue) return tl::unexpected(queue.error());
    auto body = whole_list_body(
        request.query, context.uri("Queues/" + queue->sid + "/Members.json"), "queue_members", {});
    if (!body) return tl::unexpected(body.error());
    return json_response(*body);
}

}  // namespace

// Nothing puts calls into queues yet: they are empty.
void add_queues(http::Router& router, const SharedContext& context) {
    using T = ParameterType;
    ResourceType type;
    type.kind = ResourceKind::queue;
    type.prefix = "QU";
    type.noun = "queue";
    type.list_key = "queues";
    type.path = "Queues";
    type.fields = {"date_updated",      "current_size", "friendly_name", "uri",     "account_sid",
                   "average_wait_time", "sid",          "date_created",  "max_size"};
    type.parameters = {
        {"FriendlyName", "friendly_name", T::text, 20002, nullptr,
         ParameterUse::required_at_creation, 64},
        {"MaxSize", "max_size", T::integer, 20422, 100, ParameterUse::optional, 0, {}, 1, 5000}};
    type.duplicate_error = 20002;
    type.duplicate_message = "FriendlyName is in use";
    type.limit_of_community = kMostOfCommunity;
    type.prepare = prepare_queue;
    type.show = [](const store::Resource&, Json& shown) -> Checked<void> {
        shown["current_size"] = 0;
        shown["average_wait_time"] = 0;
        return {};
    };
    add_resource(router, context, std::move(type));
    const std::string base = "/2010-04-01/Accounts/{AccountSid}/Queues/{QueueSid}/Members";
    router.add_sync("GET", base + ".json", answering([context](const http::Request& request) {
                        return members(*context, request);
                    }));
    for (const char* method : {"GET", "POST"})
        router.add_sync(method, base + "/{CallSid}.json",
                        answering([](const http::Request&) -> Checked<http::Response> {
                            return refuse(20404);
                        }));
}

}  // namespace skyn3t::rest
