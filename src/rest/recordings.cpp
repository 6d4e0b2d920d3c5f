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

http::Response put(Recordings& recordings, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const std::string& name = request.path_value("Name");
    const auto done = recordings.put(code, name, request.body, actor_of(request));
    if (!done) return error_response(done.error());
    return json_response({{"community_code", code},
                          {"name", name},
                          {"uploaded", true},
                          {"url", url_of(code, name)}});
}

http::Response remove(Recordings& recordings, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto done = recordings.remove(code, request.path_value("Name"), actor_of(request));
    if (!done) return error_response(done.error());
    http::Response response;
    response.status = 204;
    return response;
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
    router.add_sync(
        "POST", one,
        [&recordings](const http::Request& request) { return put(recordings, request); },
        model::kMaxRecordingBytes);
    router.add_sync("DELETE", one, [&recordings](const http::Request& request) {
        return remove(recordings, request);
    });
}

}  // namespace skyn3t::rest
