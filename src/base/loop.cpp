#include "base/loop.hpp"

#include <asio/executor_work_guard.hpp>

#include "base/faults.hpp"

namespace skyn3t {

Loop::Loop(const Clock& clock) : io_(1), wheel_(clock), alarm_(io_) {
    wheel_.on_earlier([this] { arm(); });
}

void Loop::arm() {
    const auto wake = wheel_.next_wake();
    if (!wake || *wake >= armed_) return;
    armed_ = *wake;
    alarm_.expires_at(*wake);
    alarm_.async_wait([this](const asio::error_code& error) {
        if (error) return;  // re-armed for an earlier moment
        armed_ = SteadyTime::max();
        // Whatever one timer's action throws, the others run.
        while (!run_guarded("timer", [this] { wheel_.advance(); })) {
        }
        arm();
    });
}

void Loop::run() {
    thread_ = std::this_thread::get_id();
    const auto work = asio::make_work_guard(io_);
    arm();
    // An exception that leaves a handler leaves run(), too, which then goes on with the next.
    while (!run_guarded("handler", [this] { io_.run(); })) {
    }
}

void Loop::stop() { io_.stop(); }

}  // namespace skyn3t
