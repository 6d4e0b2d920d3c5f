#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

Json to_json(const TrunkInfo& trunk) {
    return {{"name", trunk.name}, {"hosts", trunk.hosts}, {"url", "/v1/Trunks/" + trunk.name}};
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
