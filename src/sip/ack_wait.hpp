#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/timer_wheel.hpp"
#include "sip/server_transaction.hpp"
#include "sip/timer_values.hpp"

namespace skyn3t::sip {

// Repeats a 2xx until its ACK comes (RFC 3261 §13.3.1.4): after T1, doubling up to T2, over TCP as
// well, for 64*T1. Destroying it stops it.
class AckWait {
  public:
    struct Answer {
        ServerTransaction& transaction;  // outlives the wait, by its timer L
        std::uint32_t cseq;
        std::string response;
    };
    // Sends the 2xx now. `on_missing` is called when no ACK came; it may destroy the wait.
    AckWait(TimerWheel& wheel, const TimerValues& timers, Answer answer,
            std::function<void()> on_missing);

    [[nodiscard]] std::uint32_t cseq() const { return answer_.cseq; }

  private:
    void on_repeat();

    const TimerValues& timers_;
    Answer answer_;
    std::chrono::milliseconds gap_;
    Timer repeat_;
    Timer end_;
};

}  // namespace skyn3t::sip
