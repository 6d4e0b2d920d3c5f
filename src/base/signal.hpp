#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>

#include "base/task.hpp"
#include "base/timer_wheel.hpp"

namespace skyn3t {

// What one coroutine waits on: wakes it when notified or at a deadline, through the executor, never
// in the notifier's stack. It carries nothing, so nothing is lost when the waiter is gone. Owned by
// the object that notifies; lives on the loop's thread. At most one waiter.
class Signal {
  public:
    Signal(asio::any_io_executor executor, TimerWheel& wheel);
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Returns at the next notify() or at the deadline, whichever comes first.
    Task<void> wait_until(SteadyTime deadline);
    void notify();
    bool has_waiter() const { return waiter_ != nullptr; }

    const asio::any_io_executor& executor() const { return executor_; }
    TimerWheel& wheel() { return timer_wheel_; }

  private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void resume(const asio::any_io_executor& executor) = 0;
    };
    template <class Handler>
    struct WaiterOf;

    asio::any_io_executor executor_;
    TimerWheel& timer_wheel_;
    Timer timer_;
    std::unique_ptr<Waiter> waiter_;
};

}  // namespace skyn3t
