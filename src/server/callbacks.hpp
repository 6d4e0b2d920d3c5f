#pragma once

#include <asio/any_io_executor.hpp>
#include <deque>
#include <functional>
#include <unordered_map>

#include "call/ports.hpp"
#include "http/client.hpp"
#include "model/secret.hpp"
#include "server/alert_log.hpp"

namespace skyn3t::server {

// Status callbacks on their way: those of one call one after the other, so that they arrive in
// their order; those of different calls side by side. On the signalling thread.
class Callbacks final : public call::CallbackSender {
  public:
    // http::Client::send(); a test's own.
    using Transport = std::function<Result<void>(http::ClientRequest, http::Client::Completion)>;
    struct Options {
        model::Secret auth_token;     // that requests are signed with
        std::size_t capacity = 1000;  // waiting and on their way; more are dropped, and it is said
    };
    Callbacks(asio::any_io_executor executor, const Clock& clock, Transport transport,
              AlertLog& alerts, Options options);

    void send(const call::CallRef& call, twiml::FetchRequest request) override;
    std::size_t size() const { return size_; }  // not answered yet

  private:
    // The first of them is on its way.
    struct Queue {
        call::CallRef call;
        std::deque<twiml::FetchRequest> requests;
        SteadyTime sent{};
    };
    void send_first_of(Queue& queue);
    void on_answer(const CallSid& call, const http::FetchResult& result);

    asio::any_io_executor executor_;
    const Clock& clock_;
    Transport transport_;
    AlertLog& alerts_;
    Options options_;
    std::unordered_map<CallSid, Queue> queues_;
    std::size_t size_ = 0;
};

// webhooks.md, section 2: 204, or 200 with an empty document; anything else is odd (15003).
[[nodiscard]] bool is_expected_answer(const http::ClientResponse& response);

}  // namespace skyn3t::server
