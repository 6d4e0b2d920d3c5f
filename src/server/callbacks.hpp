#pragma once

#include <asio/any_io_executor.hpp>
#include <deque>
#include <functional>
#include <unordered_map>

#include "call/ports.hpp"
#include "http/client.hpp"
#include "model/secret.hpp"

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
    Callbacks(asio::any_io_executor executor, Transport transport, Options options);

    void send(const call::CallRef& call, twiml::FetchRequest request) override;
    std::size_t size() const { return size_; }  // not answered yet

  private:
    void send_first_of(const CallSid& call);
    void on_answer(const CallSid& call, const http::FetchResult& result);

    asio::any_io_executor executor_;
    Transport transport_;
    Options options_;
    std::unordered_map<CallSid, std::deque<twiml::FetchRequest>>
        queues_;  // the first is on its way
    std::size_t size_ = 0;
};

// webhooks.md, section 2: 204, or 200 with an empty document; anything else is odd (15003).
[[nodiscard]] bool is_expected_answer(const http::ClientResponse& response);

}  // namespace skyn3t::server
