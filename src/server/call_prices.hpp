#pragma once

#include <string>
#include <thread>

#include "base/clock.hpp"
#include "server/pause.hpp"
#include "store/call_store.hpp"
#include "twilio/client.hpp"

namespace skyn3t::server {

// Asks Twilio what the calls there have cost, which it knows some minutes after their end, and
// writes it into the call log. A thread of its own.
class CallPrices {
  public:
    // A call without a price after this time is not asked for any more.
    static constexpr std::chrono::hours kPatience{24};
    // Of the oldest calls first, so that a look is short.
    static constexpr std::size_t kCallsPerLook = 50;

    // `node`: of the calls that ran at Twilio.
    CallPrices(twilio::Client& client, store::CallStore& calls, const Clock& clock,
               std::string node)
        : client_(client), calls_(calls), clock_(clock), node_(std::move(node)) {}
    ~CallPrices();
    CallPrices(const CallPrices&) = delete;
    CallPrices& operator=(const CallPrices&) = delete;

    void start(seconds every);
    // One look over the calls without a price; how many got one.
    std::size_t look();

  private:
    twilio::Client& client_;
    store::CallStore& calls_;
    const Clock& clock_;
    const std::string node_;
    Pause pause_;
    std::thread thread_;
};

}  // namespace skyn3t::server
