#pragma once

#include <deque>
#include <utility>

#include "base/result.hpp"
#include "base/signal.hpp"

namespace skyn3t {

// The queue between what happens to an object and the one coroutine that acts on it. Bounded; lives
// on the loop's thread. An event stays in it until next() returns it: giving up a wait never loses
// one.
template <class Event>
class Inbox {
  public:
    Inbox(asio::any_io_executor executor, TimerWheel& wheel, std::size_t capacity = 64)
        : signal_(std::move(executor), wheel), capacity_(capacity) {}

    // False when the inbox is full or closed; the event is then dropped, and the caller says so.
    [[nodiscard]] bool push(Event event) {
        if (closed_ || events_.size() >= capacity_) return false;
        events_.push_back(std::move(event));
        signal_.notify();
        return true;
    }
    // No more events: whoever waits gets what is queued and then Errc::canceled.
    void close() {
        closed_ = true;
        signal_.notify();
    }
    bool is_closed() const { return closed_; }
    bool empty() const { return events_.empty(); }
    void clear() { events_.clear(); }

    // The oldest event, as soon as there is one. Errc::timeout at the deadline, Errc::canceled once
    // closed and empty. SteadyTime::max() waits for ever.
    Task<Result<Event>> next(SteadyTime deadline) {
        for (;;) {
            if (!events_.empty()) {
                Result<Event> event = std::move(events_.front());
                events_.pop_front();
                co_return event;
            }
            if (closed_) co_return fail(Errc::canceled);
            if (signal_.wheel().clock().now() >= deadline) co_return fail(Errc::timeout);
            co_await signal_.wait_until(deadline);
        }
    }

  private:
    Signal signal_;
    std::deque<Event> events_;
    std::size_t capacity_;
    bool closed_ = false;
};

}  // namespace skyn3t
