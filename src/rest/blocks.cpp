#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

http::Response list(Blocks& blocks) {
    const auto views = blocks.list();
    if (!views) return error_response(views.error());
    Json entries = Json::array();
    for (const auto& view : *views)
        entries.push_back(
            {{"scope", view.scope},
             {"address", view.address},
             {"user", view.user},
             {"failures", view.failures},
             {"blocked", view.blocked_for.has_value()},
             {"seconds_left", view.blocked_for ? Json(view.blocked_for->count()) : Json(nullptr)}});
    return json_response({{"blocks", entries}});
}

http::Response clear(Blocks& blocks, const http::Request& request) {
    const std::string address(request.query.find("Address").value_or(""));
    const std::string user(request.query.find("User").value_or(""));
    const auto cleared = blocks.clear(address, user, actor_of(request));
    if (!cleared) return error_response(cleared.error());
    return json_response({{"cleared", *cleared}});
}

}  // namespace

void add_blocks(http::Router& router, const ApiServices& services) {
    Blocks& blocks = services.blocks;
    router.add_sync("GET", "/v1/Blocks", [&blocks](const http::Request&) { return list(blocks); });
    router.add_sync("DELETE", "/v1/Blocks",
                    [&blocks](const http::Request& request) { return clear(blocks, request); });
}

}  // namespace skyn3t::rest
