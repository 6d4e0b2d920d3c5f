#include "rest/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {
namespace {

Checked<EventSubscription> read_subscription(const http::Request& request,
                                             Communities& communities) {
    const Caller& caller = caller_of(request);
    EventSubscription wanted;
    wanted.caller = caller.key;
    wanted.community = caller.community;
    for (const auto type : request.query.find_all("EventType")) {
        const bool is_known =
            std::any_of(event_type::kAll.begin(), event_type::kAll.end(),
                        [&](std::string_view known) { return is_of_type(known, type); });
        if (!is_known) return refuse(20422, fmt::format("There is no EventType {}", type));
        wanted.types.emplace_back(type);
    }
    if (const auto code = request.query.find("CommunityCode")) {
        const auto names = communities.names();
        if (!names) return tl::unexpected(refusal_of(names.error()));
        const auto named = std::find_if(names->begin(), names->end(), [&](const auto& name) {
            return name.code == *code && caller.sees(name.sid);
        });
        if (named == names->end()) return refuse(20404);
        wanted.community = named->sid;
    }
    if (const auto last = request.headers.find("Last-Event-ID"); last && !last->empty())
        wanted.last_id = std::string(*last);
    return wanted;
}

void open_stream(const http::Request& request, const http::Responder& responder,
                 Communities& communities, EventStreams& streams) {
    auto wanted = read_subscription(request, communities);
    if (!wanted) return responder.respond(refusal_response(wanted.error(), request.path));
    if (request.method == "HEAD") {
        http::Response head;
        head.content_type = "text/event-stream";
        return responder.respond(std::move(head));
    }
    const auto subscribed = streams.subscribe(std::move(*wanted), responder);
    if (subscribed) return;
    if (subscribed.error().code == Errc::unsupported)
        return responder.respond(http::error_response(505, 20001, subscribed.error().detail));
    responder.respond(error_response(subscribed.error()));
}

}  // namespace

bool is_of_type(std::string_view type, std::string_view wanted) {
    return type.starts_with(wanted) &&
           (type.size() == wanted.size() || type[wanted.size()] == '.') && !wanted.empty();
}

void add_event_stream(http::Router& router, const ApiServices& services, EventStreams& streams) {
    router.add("GET", "/v1/Events/Stream",
               [&communities = services.communities, &streams](const http::Request& request,
                                                               const http::Responder& responder) {
                   open_stream(request, responder, communities, streams);
               });
}

}  // namespace skyn3t::rest
