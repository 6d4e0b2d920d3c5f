#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

// What of its configuration keeps it from working.
Json warnings_of(const TrunkInfo& trunk) {
    Json warnings = Json::array();
    if (trunk.hosts.empty())
        warnings.push_back(
            {{"text_es",
              "sin hosts no se reconoce a nadie como esta troncal: sus llamadas se "
              "rechazan"},
             {"text_en", "without hosts nobody is known as this trunk: its calls are refused"}});
    if (trunk.destination.empty())
        warnings.push_back(
            {{"text_es",
              "ninguno de sus hosts es una sola dirección: no hay adónde llamar por ella"},
             {"text_en", "none of its hosts is a single address: there is nowhere to call by it"}});
    return warnings;
}

Json to_json(const TrunkInfo& trunk) {
    return {{"name", trunk.name},
            {"hosts", trunk.hosts},
            {"destination", text_or_null(trunk.destination)},
            {"takes_calls", !trunk.hosts.empty()},
            {"places_calls", !trunk.destination.empty()},
            {"warnings", warnings_of(trunk)},
            {"url", "/v1/Trunks/" + http::percent_encode(trunk.name)}};
}

}  // namespace

// Ours, and only to be read: trunks are said in the configuration.
void add_trunks(http::Router& router, const SharedContext& context) {
    router.add_sync("GET", "/v1/Trunks", [context](const http::Request&) {
        Json list = Json::array();
        for (const TrunkInfo& trunk : context->options().trunks) list.push_back(to_json(trunk));
        return json_response({{"trunks", list}});
    });
    router.add_sync("GET", "/v1/Trunks/{Name}", [context](const http::Request& request) {
        for (const TrunkInfo& trunk : context->options().trunks)
            if (trunk.name == request.path_value("Name")) return json_response(to_json(trunk));
        return not_found(request.path);
    });
}

}  // namespace skyn3t::rest
