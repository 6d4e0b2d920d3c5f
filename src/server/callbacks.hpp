#pragma once

#include <asio/any_io_executor.hpp>
#include <deque>
#include <map>
#include <unordered_map>

#include "call/ports.hpp"
#include "server/alert_log.hpp"
#include "server/http_transport.hpp"

namespace skyn3t::server {

// Status callbacks on their way: those of one call one after the other, so that they arrive in
// their order; those of different calls side by side, so many of a community at a time: the calls
// of one whose web server hangs wait for each other, and nobody else's do. On the signalling
// thread.
class Callbacks final : public call::CallbackSender {
  public:
    struct Options {
        SigningSecretOf secret_of;  // that requests of a community are signed with
        // Of one community, waiting and on their way; more are dropped, and it is said.
        std::size_t capacity = 500;
        std::size_t most_on_way = 8;  // of one community
    };
    Callbacks(asio::any_io_executor executor, const Clock& clock, HttpTransport transport,
              AlertLog& alerts, Options options);

    void send(const call::CallRef& call, twiml::FetchRequest request) override;
    std::size_t size() const { return size_; }  // not answered yet

  private:
    // Of one call: the first of them is on its way, or waits until its community may send more.
    struct Queue {
        call::CallRef call;
        std::deque<twiml::FetchRequest> requests;
        SteadyTime sent{};
    };
    struct Community {
        std::size_t size = 0;  // waiting and on their way
        std::size_t on_way = 0;
        std::deque<CallSid> waiting;  // calls, by when their first request could have gone
    };
    void send_next_of(Community& community);
    void send_first_of(Queue& queue);
    void on_answer(const CallSid& call, const http::FetchResult& result);

    asio::any_io_executor executor_;
    const Clock& clock_;
    HttpTransport transport_;
    AlertLog& alerts_;
    Options options_;
    std::unordered_map<CallSid, Queue> queues_;
    std::map<CommunitySid, Community> communities_;
    std::size_t size_ = 0;
};

// webhooks.md, section 2: 204, or 200 with an empty document; anything else is odd (15003).
[[nodiscard]] bool is_expected_answer(const http::ClientResponse& response);

}  // namespace skyn3t::server
