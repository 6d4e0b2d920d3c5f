#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {

void add_status(http::Router& router, const ApiServices& services) {
    // 200 when every part is up and new calls are taken, so that a load balancer needs to look at
    // nothing else.
    router.add_sync("GET", "/healthz", [&status = services.status](const http::Request&) {
        Json parts = Json::object();
        bool is_up = true;
        const Health health = status.health();
        for (const auto& [part, up] : health.parts) {
            parts[part] = up ? "up" : "down";
            is_up = is_up && up;
        }
        return json_response(
            {{"status", !is_up               ? "down"
                        : health.is_draining ? "draining"
                                             : "up"},
             {"parts", parts},
             {"facts", {{"waiting", health.facts_waiting}, {"lost", health.facts_lost}}}},
            is_up && !health.is_draining ? 200 : 503);
    });
    router.add_sync("GET", "/metrics", [&status = services.status](const http::Request&) {
        http::Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = status.metrics();
        return response;
    });
}

}  // namespace skyn3t::rest
