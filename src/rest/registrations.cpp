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
            {"old_password", view.has_old_password}};
}

void add_registrations(http::Router& router, const ApiServices& services) {
    Registrations& registrations = services.registrations;
    router.add("GET", "/v1/Registrations",
               [&registrations](const http::Request& request, http::Responder responder) {
                   const Caller& caller = caller_of(request);
                   std::optional<std::string> community;
                   if (caller.is_limited()) community = caller.community_code;
                   if (const auto code = request.query.find("CommunityCode"))
                       community = std::string(*code);
                   if (community && !caller.sees_code(*community))
                       return responder.respond(not_found(request.path));
                   registrations.list(
                       std::move(community),
                       [responder](const Result<std::vector<RegistrationView>>& views) {
                           if (!views) return responder.respond(error_response(views.error()));
                           Json list = Json::array();
                           for (const auto& view : *views) list.push_back(to_json(view));
                           responder.respond(json_response({{"registrations", list}}));
                       });
               });
}

}  // namespace skyn3t::rest
