#include "rest/registrations.hpp"
#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {

Json to_json(const RegistrationView& view) {
    return {{"community_code", view.community},
            {"username", view.username},
            {"domain", view.domain},
            {"contact", view.contact},
            {"flow", view.flow},
            {"user_agent", text_or_null(view.user_agent)},
            {"date_registered", iso8601(view.registered)},
            {"date_expires", iso8601(view.expires)},
            {"old_password", view.has_old_password},
            {"reachability", view.reachability},
            {"reachability_since",
             view.reachability_since ? Json(iso8601(*view.reachability_since)) : Json(nullptr)},
            {"reachability_status",
             view.reachability_status > 0 ? Json(view.reachability_status) : Json(nullptr)}};
}

Json to_json(const FailedLoginView& view) {
    return {{"community_code", text_or_null(view.community)},
            {"username", view.username},
            {"domain", view.domain},
            {"address", view.address},
            {"user_agent", text_or_null(view.user_agent)},
            {"wrong", view.wrong},
            {"purpose", view.purpose},
            {"count", view.count},
            {"date_first", iso8601(view.first)},
            {"date_last", iso8601(view.last)}};
}

namespace {

http::Response list_response(const RegistrationList& list) {
    Json registrations = Json::array();
    for (const auto& view : list.registrations) registrations.push_back(to_json(view));
    Json failures = Json::array();
    for (const auto& view : list.failures) failures.push_back(to_json(view));
    return json_response({{"registrations", registrations}, {"failures", failures}});
}

http::Response remove(Registrations& registrations, const http::Request& request) {
    RegistrationRemoval removal;
    removal.community = request.query.find("CommunityCode").value_or("");
    removal.username = request.query.find("Username").value_or("");
    removal.contact = request.query.find("Contact").value_or("");
    removal.actor = actor_of(request);
    if (removal.community.empty() || !caller_of(request).sees_code(removal.community))
        return not_found(request.path);
    const auto removed = registrations.remove(removal);
    if (!removed) return error_response(removed.error());
    return json_response({{"removed", *removed}});
}

}  // namespace

void add_registrations(http::Router& router, const ApiServices& services) {
    Registrations& registrations = services.registrations;
    router.add(
        "GET", "/v1/Registrations",
        [&registrations](const http::Request& request, http::Responder responder) {
            const Caller& caller = caller_of(request);
            std::optional<std::string> community;
            if (caller.is_limited()) community = caller.community_code;
            if (const auto code = request.query.find("CommunityCode"))
                community = std::string(*code);
            if (community && !caller.sees_code(*community))
                return responder.respond(not_found(request.path));
            registrations.list(
                std::move(community), [responder](const Result<RegistrationList>& list) {
                    responder.respond(list ? list_response(*list) : error_response(list.error()));
                });
        });
    router.add_sync("DELETE", "/v1/Registrations", [&registrations](const http::Request& request) {
        return remove(registrations, request);
    });
}

}  // namespace skyn3t::rest
