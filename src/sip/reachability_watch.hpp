#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "base/timer_wheel.hpp"
#include "sip/registrar.hpp"
#include "sip/user_agent.hpp"

namespace skyn3t::sip {

// Asks every binding by OPTIONS whether it answers, so that a phone that is dead is known within a
// minute and not when its registration expires; the request also keeps the way through a NAT open.
// Any response is a sign of life but 404, 410 and 604, by which somebody says that the phone is not
// there. One lost exchange is none: a phone counts as dead after two requests, each repeated over
// UDP, without an answer; and as alive again after the first answer. Bounded: so many requests
// begin in a second, so many are under way; with more bindings than fit their turn comes later. On
// the signalling thread.
class ReachabilityWatch {
  public:
    struct Settings {
        std::string from;                          // "<sip:sip.example.cl>"
        std::chrono::milliseconds patience{8000};  // for each of the two
        std::size_t per_second = 2000;
        std::size_t under_way = 10'000;
    };
    struct Counters {
        std::uint64_t asked = 0;  // requests sent, without their repetitions
        std::uint64_t answered = 0;
        std::size_t under_way = 0;
    };

    ReachabilityWatch(UserAgent& user_agent, Registrar& registrar, TimerWheel& wheel,
                      Settings settings);

    Counters counters() const;

  private:
    // A binding that is being asked.
    struct Question {
        RegisteredBinding bound;
        bool may_repeat = true;
        RequestHandle request{};
    };
    using Questions = std::list<Question>;

    void ask_those_due();
    void ask(Questions::iterator question);
    void on_outcome(Questions::iterator question, const RequestOutcome& outcome);

    UserAgent& user_agent_;
    Registrar& registrar_;
    TimerWheel& wheel_;
    Settings settings_;
    Questions questions_;
    Questions over_;  // their requests are destroyed a moment later, not within their own call
    Counters counters_;
    Timer next_;
};

}  // namespace skyn3t::sip
