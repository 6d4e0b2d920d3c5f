#include "server/callbacks.hpp"

#include <asio/post.hpp>
#include <utility>

#include "base/log.hpp"
#include "server/document_fetcher.hpp"

namespace skyn3t::server {

bool is_expected_answer(const http::ClientResponse& response) {
    if (response.status == 204) return true;
    if (response.status != 200) return false;
    const auto type = response.headers.find("Content-Type").value_or("");
    return response.body.empty() || type.find("xml") != std::string_view::npos;
}

Callbacks::Callbacks(asio::any_io_executor executor, Transport transport, Options options)
    : executor_(std::move(executor)),
      transport_(std::move(transport)),
      options_(std::move(options)) {}

void Callbacks::send(const call::CallRef& call, twiml::FetchRequest request) {
    if (size_ >= options_.capacity) {
        log::error("callback dropped, as many as allowed are waiting call_sid={} limit={}",
                   call.sid.str(), options_.capacity);
        return;
    }
    ++size_;
    auto& queue = queues_[call.sid];
    queue.push_back(std::move(request));
    if (queue.size() == 1) send_first_of(call.sid);
}

void Callbacks::send_first_of(const CallSid& call) {
    const twiml::FetchRequest& first = queues_[call].front();
    http::ClientRequest request;
    request.url = first.url;
    request.method = first.method == twiml::Method::get ? "GET" : "POST";
    request.form = params_of(first.parameters);
    request.signing_token = options_.auth_token.reveal();
    request.retries = 1;  // webhooks.md, section 6: once more when the connection fails
    const auto sent = transport_(std::move(request), [this, executor = executor_,
                                                      call](http::FetchResult result) {
        asio::post(executor, [this, call, result = std::move(result)] { on_answer(call, result); });
    });
    if (sent) return;
    // Posted: the caller is in the middle of its own work.
    asio::post(executor_, [this, call, error = sent.error()] {
        on_answer(call, tl::unexpected(http::FetchError{15002, error.code, error.detail}));
    });
}

void Callbacks::on_answer(const CallSid& call, const http::FetchResult& result) {
    const auto found = queues_.find(call);
    const std::string url = found->second.front().url;
    if (!result)
        log::warn("callback failed call_sid={} url={} code={} reason={}", call.str(), quoted(url),
                  result.error().code, quoted(result.error().detail));
    else if (!is_expected_answer(*result))
        log::warn("callback answered oddly call_sid={} url={} status={}", call.str(), quoted(url),
                  result->status);
    --size_;
    found->second.pop_front();
    if (found->second.empty())
        queues_.erase(found);
    else
        send_first_of(call);
}

}  // namespace skyn3t::server
