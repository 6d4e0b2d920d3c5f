#pragma once

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <exception>
#include <optional>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "base/timer_wheel.hpp"

namespace skyn3t::test {

// Time that moves only when told to. Starts on 2026-11-22 12:00:00 UTC.
class FakeClock final : public Clock {
  public:
    SteadyTime now() const override { return SteadyTime{} + std::chrono::hours(1) + elapsed_; }
    WallTime wall() const override {
        return WallTime{} + std::chrono::seconds(1795348800) +
               std::chrono::duration_cast<WallTime::duration>(elapsed_ + step_);
    }
    void advance(std::chrono::nanoseconds step) { elapsed_ += step; }
    // Somebody sets the clock: wall time alone.
    void set_wall_by(std::chrono::nanoseconds step) { step_ += step; }

  private:
    std::chrono::nanoseconds elapsed_{0}, step_{0};
};

// A loop on simulated time: runs what is ready, then jumps to the next timer.
class FakeLoop {
  public:
    FakeClock clock;
    asio::io_context io{1};
    TimerWheel wheel{clock};

    // Runs everything that is ready at this moment.
    void settle() {
        do io.restart();
        while (io.poll() > 0);
    }
    // Lets simulated time pass, firing every timer at its own moment.
    void run_for(std::chrono::nanoseconds span) {
        const SteadyTime end = clock.now() + span;
        settle();
        for (auto wake = wheel.next_wake(); wake && *wake <= end; wake = wheel.next_wake()) {
            if (*wake > clock.now()) clock.advance(*wake - clock.now());
            wheel.advance();
            settle();
        }
        if (end > clock.now()) clock.advance(end - clock.now());
        wheel.advance();
        settle();
    }
    // Starts a coroutine; an exception that leaves it is rethrown from settle() or run_for().
    template <class T>
    void spawn(Task<T> task) {
        asio::co_spawn(io, std::move(task), [](std::exception_ptr error, auto&&...) {
            if (error) std::rethrow_exception(error);
        });
    }
};

}  // namespace skyn3t::test
