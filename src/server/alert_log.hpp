#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <unordered_set>
#include <utility>

#include "base/timer_wheel.hpp"
#include "call/ports.hpp"
#include "http/client.hpp"
#include "model/exchange.hpp"
#include "store/alert_store.hpp"

namespace skyn3t::server {

// Alerts and exchanges of calls on their way to the store. What a community may write in a minute
// and in a day is bounded, so that one whose application fails cannot fill the disk; the rest is
// counted in the server's log. What is older than Twilio keeps it is forgotten. Signalling thread.
class AlertLog {
  public:
    static constexpr std::chrono::hours kKept{30 * 24};  // rest-api.md, section 9
    static constexpr unsigned kAlertsPerMinute = 300;
    static constexpr unsigned kExchangesPerMinute = 3000;
    // Of exchanges, and a body that comes again counts once, as it is stored once.
    static constexpr std::size_t kOctetsPerDay = 100'000'000;

    AlertLog(TimerWheel& wheel, store::AlertStore& store,
             std::size_t octets_per_day = kOctetsPerDay);

    void add(model::Alert alert);
    // `told` is called with each alert that is recorded.
    void on_alert(std::function<void(const model::Alert&)> told) { told_ = std::move(told); }
    // By what became of `request`, which was sent at `sent`.
    void add(const call::CallRef& call, const twiml::FetchRequest& request,
             const http::FetchResult& result, SteadyTime sent);
    // About a request.
    void warn(const call::CallRef& call, const twiml::FetchRequest& request, int twilio_code,
              std::string detail);

  private:
    struct Written {
        unsigned alerts = 0, exchanges = 0;
        std::uint64_t dropped = 0;
    };
    struct Today {
        std::size_t octets = 0;
        std::unordered_set<std::size_t> bodies;  // their hashes; a few thousand at most
    };
    bool fits_in_day(const model::Exchange& exchange);
    bool may_write(unsigned Written::*count, unsigned limit, const CommunitySid& community);
    void end_minute();
    void prune();

    TimerWheel& wheel_;
    store::AlertStore& store_;
    std::function<void(const model::Alert&)> told_;
    const std::size_t octets_per_day_;
    std::map<CommunitySid, Written> written_;  // in this minute
    std::map<CommunitySid, Today> today_;
    SteadyTime today_began_{};
    Timer minute_;
    Timer prune_;
};

}  // namespace skyn3t::server
