#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

http::Params params_of(const http::Request& request) {
    http::Params all = request.query;
    for (const auto& [name, value] : request.form) all.add(name, value);
    return all;
}

http::Response document_response(Result<std::string> document, const http::Request& request) {
    if (!document) return error_response(document.error(), request.path);
    http::Response response;
    response.content_type = "text/xml; charset=utf-8";
    // One of a community on its way holds a password (ADR 10).
    response.headers.add("Cache-Control", "no-store");
    response.body = std::move(*document);
    return response;
}

// What Twilio asks for tells of a call there; what an operator looks at does not.
void note_call(CloudCalls& calls, const http::Request& request, const http::Params& params) {
    const Caller& caller = caller_of(request);
    if (caller.kind == Caller::Kind::webhook && !caller.community)
        calls.fetched(request.path_value("Code"), params);
}

http::Response reported(CloudCalls& calls, const http::Request& request) {
    const auto done = calls.reported(params_of(request));
    if (!done) return error_response(done.error(), request.path);
    http::Response response;
    response.status = 204;
    return response;
}

}  // namespace

void add_documents(http::Router& router, const ApiServices& services) {
    Documents& documents = services.documents;
    CloudCalls& calls = services.cloud_calls;
    for (const char* method : {"GET", "POST"}) {
        router.add_sync(method, "/twiml/{Code}/main",
                        [&documents, &calls](const http::Request& request) {
                            const auto params = params_of(request);
                            note_call(calls, request, params);
                            return document_response(
                                documents.main(request.path_value("Code"), params), request);
                        });
        router.add_sync(method, "/twiml/{Code}/route",
                        [&documents, &calls](const http::Request& request) {
                            const auto params = params_of(request);
                            note_call(calls, request, params);
                            return document_response(
                                documents.route(request.path_value("Code"), params), request);
                        });
        router.add_sync(method, "/twiml/domain", [&documents](const http::Request& request) {
            return document_response(documents.domain(params_of(request)), request);
        });
    }
    for (const char* method : {"GET", "POST"})
        router.add_sync(
            method, "/twiml/documents/{Sid}", [&documents](const http::Request& request) {
                return document_response(
                    documents.stored(request.path_value("Sid"), params_of(request)), request);
            });
    router.add_sync("POST", "/twiml/status",
                    [&calls](const http::Request& request) { return reported(calls, request); });
}

}  // namespace skyn3t::rest
