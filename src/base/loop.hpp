#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <thread>

#include "base/timer_wheel.hpp"

namespace skyn3t {

// One thread's event loop on real time: asio's reactor, with the timer wheel driven by a single
// asio timer. An exception that leaves a handler or a timer's action ends that one alone (see
// faults.hpp). The signalling thread runs one; tests run coroutines on FakeLoop (tests/support)
// instead.
class Loop {
  public:
    explicit Loop(const Clock& clock);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    asio::io_context& io() { return io_; }
    TimerWheel& wheel() { return wheel_; }
    void run();   // on the calling thread, until stop()
    void stop();  // from any thread
    bool is_current() const { return thread_ == std::this_thread::get_id(); }

  private:
    void arm();

    asio::io_context io_;
    TimerWheel wheel_;
    asio::steady_timer alarm_;
    SteadyTime armed_ = SteadyTime::max();
    std::thread::id thread_;
};

}  // namespace skyn3t
