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
    response.body = std::move(*document);
    return response;
}

}  // namespace

void add_documents(http::Router& router, const ApiServices& services) {
    Documents& documents = services.documents;
    for (const char* method : {"GET", "POST"}) {
        router.add_sync(method, "/twiml/{Code}/main", [&documents](const http::Request& request) {
            return document_response(documents.main(request.path_value("Code"), params_of(request)),
                                     request);
        });
        router.add_sync(method, "/twiml/{Code}/route", [&documents](const http::Request& request) {
            return document_response(
                documents.route(request.path_value("Code"), params_of(request)), request);
        });
        router.add_sync(method, "/twiml/domain", [&documents](const http::Request& request) {
            return document_response(documents.domain(params_of(request)), request);
        });
    }
}

}  // namespace skyn3t::rest
