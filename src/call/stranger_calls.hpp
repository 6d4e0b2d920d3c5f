#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/timer_wheel.hpp"
#include "call/calls.hpp"
#include "sip/binding.hpp"
#include "sip/message.hpp"

namespace skyn3t::call {

// Calls to a community's number from an address that is no trunk's: mostly a carrier's new address,
// which nobody would hear of otherwise, since all that it gets is a challenge. Such a call leaves a
// row in the log, and once an hour and address an alert and a log line that say what to put into
// trunks.hosts. Calls to other numbers are scanners' and leave nothing. Everybody who has
// credentials is challenged first, so a call counts as a stranger's only once its challenge stayed
// unanswered for kAnswerTime. Bounded: more addresses than it can hold raise no alert, and more
// calls than can wait are told at once. Owned by the Router; signalling thread.
class StrangerCalls {
  public:
    static constexpr std::chrono::hours kAlertEvery{1};
    static constexpr std::size_t kAddresses = 1024;

    static constexpr std::chrono::seconds kAnswerTime{4};
    static constexpr std::size_t kWaiting = 256;

    StrangerCalls(Services& services, Calls& calls)
        : services_(services), calls_(calls), next_(services.wheel, [this] { tell_due(); }) {}

    // `incoming` is of the call's number. Told after the challenge or refusal with this status.
    void note(const sip::Message& invite, Incoming incoming, int status);
    // Whoever sent the INVITE with this Call-ID from this host has shown who it is.
    void on_shown(std::string_view sip_call_id, std::string_view host);

  private:
    struct Address {
        SteadyTime alert_again{};
        std::string sip_call_id;  // of the latest call: a copy of its INVITE is no other call
    };
    struct Waiting {
        SteadyTime due;
        Incoming incoming;
        int status;
    };
    void tell(Incoming incoming, int status);
    void tell_due();
    void alert(const Incoming& incoming);

    Services& services_;
    Calls& calls_;
    std::unordered_map<std::string, Address> addresses_;
    std::deque<Waiting> waiting_;  // by `due`
    Timer next_;
};

}  // namespace skyn3t::call
