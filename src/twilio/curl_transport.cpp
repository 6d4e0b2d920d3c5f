#include "twilio/curl_transport.hpp"

#include <fmt/format.h>

namespace skyn3t::twilio {
namespace {

// A list of 1,000 numbers is some 1.5 MB.
constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;

}  // namespace

std::string Endpoint::base_of(Product product) const {
    if (!base_url.empty()) return base_url;
    std::string host(to_string(product));
    if (!edge.empty()) host += "." + edge;
    if (!region.empty() || !edge.empty()) host += "." + (region.empty() ? "us1" : region);
    return fmt::format("https://{}.twilio.com", host);
}

Result<Response> CurlTransport::send(const Request& request) {
    http::ClientRequest wanted;
    wanted.method = request.method;
    wanted.url = endpoint_.base_of(request.product) + request.path;
    if (!request.query.empty())
        wanted.url += (request.path.find('?') == std::string::npos ? '?' : '&') +
                      http::encode_form(request.query);
    wanted.form = request.form;
    wanted.headers.add("Accept", "application/json");
    wanted.credentials = http::BasicCredentials{endpoint_.account, endpoint_.auth_token};
    wanted.read_timeout = wanted.total_timeout = endpoint_.timeout;
    wanted.max_body = kMaxAnswer;
    wanted.max_redirects = 0;              // a redirected POST would be sent twice
    wanted.reach = http::Reach::anywhere;  // the operator configured it
    auto answer = client_.fetch(std::move(wanted));
    if (!answer) return fail(answer.error().errc, answer.error().detail);
    return Response{answer->status, std::move(answer->headers), std::move(answer->body)};
}

}  // namespace skyn3t::twilio
