#include "model/recording.hpp"

#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

std::string url_of(const std::string& code, const std::string& name) {
    return "/v1/Communities/" + code + "/Recordings/" + name;
}

http::Response list(Recordings& recordings, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto views = recordings.list(code);
    if (!views) return error_response(views.error());
    Json entries = Json::array();
    for (const auto& view : *views)
        entries.push_back({{"name", view.name},
                           {"text", text_or_null(view.text)},
                           {"uploaded", view.is_uploaded},
                           {"url", url_of(code, view.name)}});
    return json_response({{"community_code", code}, {"recordings", entries}});
}

RecordingChange change_of(const http::Request& request) {
    return {request.path_value("Code"), request.path_value("Name"), actor_of(request)};
}

void put(Recordings& recordings, const http::Request& request, const http::Responder& responder) {
    const auto change = change_of(request);
    if (!caller_of(request).sees_code(change.code))
        return responder.respond(not_found(request.path));
    recordings.put(change, request.body, [change, responder](const Result<void>& done) {
        if (!done) return responder.respond(error_response(done.error()));
        responder.respond(json_response({{"community_code", change.code},
                                         {"name", change.name},
                                         {"uploaded", true},
                                         {"url", url_of(change.code, change.name)}}));
    });
}

void remove(Recordings& recordings, const http::Request& request,
            const http::Responder& responder) {
    const auto change = change_of(request);
    if (!caller_of(request).sees_code(change.code))
        return responder.respond(not_found(request.path));
    recordings.remove(change, [responder](const Result<void>& done) {
        if (!done) return responder.respond(error_response(done.error()));
        http::Response response;
        response.status = 204;
        responder.respond(std::move(response));
    });
}

}  // namespace

void add_recordings(http::Router& router, const ApiServices& services) {
    Recordings& recordings = services.recordings;
    const std::string all = "/v1/Communities/{Code}/Recordings";
    const std::string one = all + "/{Name}";
    router.add_sync("GET", all, [&recordings](const http::Request& request) {
        return list(recordings, request);
    });
    // The body is the sound file itself.
    router.add(
        "POST", one,
        [&recordings](const http::Request& request, const http::Responder& responder) {
            put(recordings, request, responder);
        },
        model::kMaxRecordingBytes);
    router.add("DELETE", one,
               [&recordings](const http::Request& request, const http::Responder& responder) {
                   remove(recordings, request, responder);
               });
}

}  // namespace skyn3t::rest
