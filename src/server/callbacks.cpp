#include "server/callbacks.hpp"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <utility>

#include "server/document_fetcher.hpp"

namespace skyn3t::server {

bool is_expected_answer(const http::ClientResponse& response) {
    if (response.status == 204) return true;
    if (response.status != 200) return false;
    const auto type = response.headers.find("Content-Type").value_or("");
    return response.body.empty() || type.find("xml") != std::string_view::npos;
}

Callbacks::Callbacks(asio::any_io_executor executor, const Clock& clock, HttpTransport transport,
                     AlertLog& alerts, Options options)
    : executor_(std::move(executor)),
      clock_(clock),
      transport_(std::move(transport)),
      alerts_(alerts),
      options_(std::move(options)) {}

void Callbacks::send(const call::CallRef& call, twiml::FetchRequest request) {
    Community& community = communities_[call.community];
    if (community.size >= options_.capacity)
        return alerts_.warn(call, request, 15002,
                            "too many callbacks of this community are waiting: its web server "
                            "answers too slowly");
    ++size_;
    ++community.size;
    Queue& queue = queues_[call.sid];
    queue.call = call;
    queue.requests.push_back(std::move(request));
    if (queue.requests.size() > 1) return;
    community.waiting.push_back(call.sid);
    send_next_of(community);
}

void Callbacks::send_next_of(Community& community) {
    while (community.on_way < options_.most_on_way && !community.waiting.empty()) {
        const CallSid next = community.waiting.front();
        community.waiting.pop_front();
        ++community.on_way;
        send_first_of(queues_.at(next));
    }
}

void Callbacks::send_first_of(Queue& queue) {
    const twiml::FetchRequest& first = queue.requests.front();
    const CallSid call = queue.call.sid;
    queue.sent = clock_.now();
    http::ClientRequest request;
    request.url = first.url;
    request.method = first.method == twiml::Method::get ? "GET" : "POST";
    request.form = params_of(first.parameters);
    request.signing_token = options_.secret_of(queue.call.community).reveal();
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
    Queue& queue = found->second;
    const twiml::FetchRequest& request = queue.requests.front();
    alerts_.add(queue.call, request, result, queue.sent);
    if (!result)
        alerts_.warn(queue.call, request, result.error().code, result.error().detail);
    else if (!is_expected_answer(*result))
        alerts_.warn(queue.call, request, 15003,
                     fmt::format("the callback was answered with {}", result->status));
    const auto owner = communities_.find(queue.call.community);
    Community& community = owner->second;
    --size_;
    --community.size;
    --community.on_way;
    queue.requests.pop_front();
    if (queue.requests.empty())
        queues_.erase(found);
    else
        community.waiting.push_back(call);
    if (community.size == 0)
        communities_.erase(owner);
    else
        send_next_of(community);
}

}  // namespace skyn3t::server
