#include "http/cors.hpp"

#include <algorithm>

namespace skyn3t::http {

bool Cors::allows(std::string_view origin) const {
    return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

std::optional<Response> Cors::preflight(const Request& request) const {
    if (request.method != "OPTIONS" || !request.headers.find("Access-Control-Request-Method") ||
        !allows(request.headers.find("Origin").value_or("")))
        return std::nullopt;
    Response response;
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE"},
                        {"Access-Control-Allow-Headers",
                         "Authorization, Content-Type, Last-Event-ID, X-Skyn3t-Actor"},
                        {"Access-Control-Max-Age", "600"}};
    return response;
}

Headers Cors::fields(std::string_view origin) const {
    Headers fields;
    if (origins_.empty()) return fields;
    fields.add("Vary", "Origin");  // a cache must not give one origin's answer to another
    if (!allows(origin)) return fields;
    fields.add("Access-Control-Allow-Origin", std::string(origin));
    fields.add("Access-Control-Expose-Headers",
               "Retry-After, Twilio-Request-Id, Twilio-Request-Duration, X-Twilio-Error-Code");
    return fields;
}

}  // namespace skyn3t::http
