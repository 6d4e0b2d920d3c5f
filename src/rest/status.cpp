#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {

void add_status(http::Router& router, const ApiServices& services) {
    // 200 when every part is up, so that a load balancer needs to look at nothing else.
    router.add_sync("GET", "/healthz", [&status = services.status](const http::Request&) {
        Json parts = Json::object();
        bool is_up = true;
        for (const auto& [part, up] : status.health()) {
            parts[part] = up ? "up" : "down";
            is_up = is_up && up;
        }
        return json_response({{"status", is_up ? "up" : "down"}, {"parts", parts}},
                             is_up ? 200 : 503);
    });
    router.add_sync("GET", "/metrics", [&status = services.status](const http::Request&) {
        http::Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = status.metrics();
        return response;
    });
}

}  // namespace skyn3t::rest
