#include "sip/ack_wait.hpp"

#include <algorithm>

namespace skyn3t::sip {

AckWait::AckWait(TimerWheel& wheel, const TimerValues& timers, Answer answer,
                 std::function<void()> on_missing)
    : timers_(timers),
      answer_(std::move(answer)),
      gap_(timers.t1),
      repeat_(wheel, [this] { on_repeat(); }),
      end_(wheel, std::move(on_missing)) {
    // Started before the transaction's timer L, which is as long: the wait ends first.
    end_.start_after(timers.timeout());
    answer_.transaction.respond(200, answer_.response);
    repeat_.start_after(gap_);
}

void AckWait::on_repeat() {
    answer_.transaction.respond(200, answer_.response);
    gap_ = std::min(2 * gap_, timers_.t2);
    repeat_.start_after(gap_);
}

}  // namespace skyn3t::sip
