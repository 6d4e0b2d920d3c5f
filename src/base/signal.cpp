#include "base/signal.hpp"

#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <cassert>
#include <utility>

namespace skyn3t {

template <class Handler>
struct Signal::WaiterOf final : Signal::Waiter {
    explicit WaiterOf(Handler h) : handler(std::move(h)) {}
    void resume(const asio::any_io_executor& executor) override {
        asio::post(executor, std::move(handler));
    }
    Handler handler;
};

Signal::Signal(asio::any_io_executor executor, TimerWheel& wheel)
    : executor_(std::move(executor)), timer_wheel_(wheel), timer_(wheel, [this] { notify(); }) {}

Signal::~Signal() = default;

Task<void> Signal::wait_until(SteadyTime deadline) {
    assert(!waiter_ && "a signal has one waiter");
    auto initiate = [this, deadline]<class Handler>(Handler&& handler) {
        waiter_ = std::make_unique<WaiterOf<std::decay_t<Handler>>>(std::forward<Handler>(handler));
        if (deadline != SteadyTime::max()) timer_.start_at(deadline);
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiate,
                                                                          asio::use_awaitable);
}

void Signal::notify() {
    timer_.stop();
    if (const auto waiter = std::exchange(waiter_, nullptr)) waiter->resume(executor_);
}

}  // namespace skyn3t
