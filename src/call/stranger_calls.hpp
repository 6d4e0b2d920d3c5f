#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "call/calls.hpp"
#include "sip/binding.hpp"
#include "sip/message.hpp"

namespace skyn3t::call {

// Calls to a community's number from an address that is no trunk's: mostly a carrier's new address,
// which nobody would hear of otherwise, since all that it gets is a challenge. Such a call leaves a
// row in the log, and once an hour and address an alert and a log line that say what to put into
// trunks.hosts. Calls to other numbers are scanners' and leave nothing; a phone that is about to
// show its credentials is none. Bounded: more addresses than it can hold raise no alert. Owned by
// the Router; signalling thread.
class StrangerCalls {
  public:
    static constexpr std::chrono::hours kAlertEvery{1};
    static constexpr std::size_t kAddresses = 1024;

    StrangerCalls(Services& services, Calls& calls) : services_(services), calls_(calls) {}

    // `incoming` is of the call's number. Told after the challenge or refusal with this status.
    void note(const sip::Message& invite, Incoming incoming, int status);

  private:
    struct Address {
        SteadyTime alert_again{};
        std::string sip_call_id;  // of the latest call: a copy of its INVITE is no other call
    };
    void alert(const Incoming& incoming);

    Services& services_;
    Calls& calls_;
    std::unordered_map<std::string, Address> addresses_;
};

}  // namespace skyn3t::call
