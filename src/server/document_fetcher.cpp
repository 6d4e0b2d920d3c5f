#include "server/document_fetcher.hpp"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/url.hpp"
#include "twiml/community_documents.hpp"

namespace skyn3t::server {
namespace {

twiml::FetchedDocument document_of(http::ClientResponse response) {
    twiml::FetchedDocument document;
    document.status = response.status;
    document.content_type = response.headers.find("Content-Type").value_or("");
    document.body = std::move(response.body);
    document.final_url = std::move(response.url);
    return document;
}

}  // namespace

http::Params params_of(const std::vector<twiml::Parameter>& parameters) {
    http::Params params;
    for (const auto& [name, value] : parameters) params.add(name, value);
    return params;
}

DocumentFetcher::DocumentFetcher(asio::any_io_executor executor, HttpTransport transport,
                                 OwnDocuments& own, AlertLog& alerts, const Clock& clock,
                                 Options options)
    : executor_(std::move(executor)),
      transport_(std::move(transport)),
      own_(own),
      alerts_(alerts),
      clock_(clock),
      options_(std::move(options)) {}

void DocumentFetcher::fetch(const call::CallRef& call, const twiml::FetchRequest& request,
                            Answer answer) {
    if (request.url.starts_with(options_.base_url + "/twiml/"))
        return fetch_own(call, request, answer);
    if (!on_their_way_.take(call.community))
        return answer(tl::unexpected(twiml::FetchError{
            Errc::too_many, 11200,
            fmt::format("{} requests of this community are on their way already: its web server "
                        "answers too slowly",
                        kMostOfOne)}));
    auto& jar = cookies_[call.sid];
    if (!jar) jar = std::make_shared<http::CookieJar>();
    http::ClientRequest fetch;
    fetch.url = request.url;
    fetch.method = request.method == twiml::Method::get ? "GET" : "POST";
    fetch.form = params_of(request.parameters);
    fetch.form_after_redirect = params_of(request.parameters_after_redirect);
    fetch.signing_token = options_.secret_of(call.community).reveal();
    fetch.cookies = jar;
    // Shared by the completion and the refusal below: whichever happens.
    const auto done = std::make_shared<Answer>(std::move(answer));
    const auto sent =
        transport_(std::move(fetch), [this, executor = executor_, done, call, request,
                                      begun = clock_.now()](http::FetchResult result) {
            asio::post(executor,
                       [this, done, call, request, begun, result = std::move(result)]() mutable {
                           on_their_way_.give_back(call.community);
                           alerts_.add(call, request, result, begun);
                           if (result) return (*done)(document_of(std::move(*result)));
                           (*done)(tl::unexpected(twiml::FetchError{
                               result.error().errc, result.error().code, result.error().detail}));
                       });
        });
    if (sent) return;
    on_their_way_.give_back(call.community);
    (*done)(tl::unexpected(twiml::FetchError{sent.error().code, 11200, sent.error().detail}));
}

void DocumentFetcher::fetch_own(const call::CallRef& call, const twiml::FetchRequest& request,
                                const Answer& answer) {
    const std::string_view target = std::string_view(request.url).substr(options_.base_url.size());
    const auto path_end = std::min(target.find_first_of("?#"), target.size());
    http::Params params;  // the query's before the request's own, as when they come over HTTP
    if (path_end < target.size() && target[path_end] == '?') {
        const auto query =
            http::parse_form(target.substr(path_end + 1, target.find('#') - path_end - 1));
        if (query) params = *query;
    }
    for (const auto& [name, value] : request.parameters) params.add(name, value);
    const auto path = target.substr(0, path_end);
    auto xml = own_.by_path(path, params, call.community);
    if (!xml)
        log::info("no such document for the call call_sid={} url={}", call.sid.str(),
                  skyn3t::quoted(request.url));
    twiml::FetchedDocument document;
    document.status = xml ? 200 : 404;
    document.content_type = "text/xml";
    document.is_refusal = xml && path == "/twiml/domain" && twiml::is_refusal(*xml);
    document.body = xml ? std::move(*xml) : std::string();
    document.final_url = request.url;
    answer(std::move(document));
}

}  // namespace skyn3t::server
