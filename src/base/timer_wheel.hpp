#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.hpp"

namespace skyn3t {

class TimerWheel;

// A timer that runs `action` once, on the wheel's thread, at or up to 10 ms after its deadline. The
// owner holds it as a member: destroying or stopping it guarantees that `action` will not run.
// `action` may start it again.
class Timer {
  public:
    Timer(TimerWheel& wheel, std::function<void()> action);
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void start_at(SteadyTime deadline);  // replaces an earlier deadline
    void start_after(std::chrono::nanoseconds delay);
    void stop();
    bool is_running() const { return next_ != nullptr; }

  private:
    friend class TimerWheel;
    struct Sentinel {};
    explicit Timer(Sentinel) : prev_(this), next_(this) {}

    TimerWheel* wheel_ = nullptr;
    std::function<void()> action_;
    Timer* prev_ = nullptr;
    Timer* next_ = nullptr;
    std::uint64_t tick_ = 0;
    std::int16_t slot_ = -1;  // index of the list it stands in; -1 while being fired
};

// All waiting in the product. A hierarchical wheel: 4 levels of 64 slots, 10 ms a tick, 46 hours
// ahead; longer deadlines wait in the last slot and go round again. Starting and stopping is O(1).
// Owned by a loop, whose thread calls everything here. It outlives its timers.
class TimerWheel {
  public:
    static constexpr std::chrono::milliseconds kTick{10};

    explicit TimerWheel(const Clock& clock);
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;
    ~TimerWheel();

    const Clock& clock() const { return clock_; }
    // Runs what is due. Actions may start and stop any timer. An exception of one of them is the
    // caller's; what was due with it is run when this is called again.
    void advance();
    // When advance() must be called next; nothing when no timer runs. May be earlier than any
    // deadline.
    std::optional<SteadyTime> next_wake() const;
    // Called whenever a timer is started that makes next_wake() earlier than it was.
    void on_earlier(std::function<void()> notify) { notify_ = std::move(notify); }
    std::size_t running() const { return running_; }

  private:
    friend class Timer;
    static constexpr unsigned kBits = 6;
    static constexpr std::size_t kSlots = 1u << kBits;
    static constexpr std::size_t kLevels = 4;

    struct PutBack;

    void insert(Timer& timer);
    void remove(Timer& timer);
    static void unlink(Timer& timer);
    void fire(std::size_t slot);
    void cascade(std::size_t level);
    std::optional<std::uint64_t> next_tick() const;
    std::uint64_t tick_of(SteadyTime time) const;  // rounded down

    const Clock& clock_;
    SteadyTime start_;
    std::uint64_t current_ = 0;
    std::array<Timer, kLevels * kSlots> lists_;
    std::array<std::uint64_t, kLevels> occupied_{};  // a bit per slot
    std::function<void()> notify_;
    std::size_t running_ = 0;
};

}  // namespace skyn3t
