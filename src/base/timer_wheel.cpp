#include "base/timer_wheel.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace skyn3t {
namespace {

template <class T, std::size_t... I>
std::array<T, sizeof...(I)> fill_array(auto make, std::index_sequence<I...>) {
    return {((void)I, make())...};
}

}  // namespace

Timer::Timer(TimerWheel& wheel, std::function<void()> action)
    : wheel_(&wheel), action_(std::move(action)) {}

void Timer::start_at(SteadyTime deadline) {
    stop();
    const auto since = std::max(deadline - wheel_->start_, SteadyTime::duration::zero());
    // Rounded up: a timer may be late by a tick, never early.
    tick_ = static_cast<std::uint64_t>((since + TimerWheel::kTick - SteadyTime::duration{1}) /
                                       TimerWheel::kTick);
    const auto before = wheel_->notify_ ? wheel_->next_tick() : std::nullopt;
    ++wheel_->running_;
    wheel_->insert(*this);
    if (wheel_->notify_ && (!before || *wheel_->next_tick() < *before)) wheel_->notify_();
}

void Timer::start_after(std::chrono::nanoseconds delay) { start_at(wheel_->clock_.now() + delay); }

void Timer::stop() {
    if (!is_running() || wheel_ == nullptr) return;
    wheel_->remove(*this);
    --wheel_->running_;
}

TimerWheel::TimerWheel(const Clock& clock)
    : clock_(clock),
      start_(clock.now()),
      lists_(fill_array<Timer>([] { return Timer(Timer::Sentinel{}); },
                               std::make_index_sequence<kLevels * kSlots>{})) {}

TimerWheel::~TimerWheel() { assert(running_ == 0 && "a timer outlives its wheel"); }

std::uint64_t TimerWheel::tick_of(SteadyTime time) const {
    return time <= start_ ? 0 : static_cast<std::uint64_t>((time - start_) / kTick);
}

void TimerWheel::insert(Timer& timer) {
    // The slot of the current tick has been fired already: the next one is the earliest.
    const std::uint64_t due = std::max(timer.tick_, current_ + 1);
    const std::uint64_t horizon = current_ + (std::uint64_t{1} << (kBits * kLevels)) - 1;
    const std::uint64_t tick = std::min(due, horizon);
    const std::uint64_t ahead = tick - current_;
    const std::size_t level = static_cast<std::size_t>(std::bit_width(ahead) - 1) / kBits;
    const std::size_t index = (tick >> (kBits * level)) & (kSlots - 1);
    timer.slot_ = static_cast<std::int16_t>(level * kSlots + index);
    Timer& head = lists_[level * kSlots + index];
    timer.prev_ = head.prev_;
    timer.next_ = &head;
    head.prev_->next_ = &timer;
    head.prev_ = &timer;
    occupied_[level] |= std::uint64_t{1} << index;
}

void TimerWheel::unlink(Timer& timer) {
    timer.prev_->next_ = timer.next_;
    timer.next_->prev_ = timer.prev_;
    timer.prev_ = timer.next_ = nullptr;
}

void TimerWheel::remove(Timer& timer) {
    unlink(timer);
    if (timer.slot_ < 0) return;
    const auto slot = static_cast<std::size_t>(timer.slot_);
    if (lists_[slot].next_ == &lists_[slot])
        occupied_[slot / kSlots] &= ~(std::uint64_t{1} << (slot % kSlots));
}

std::optional<std::uint64_t> TimerWheel::next_tick() const {
    std::optional<std::uint64_t> earliest;
    for (std::size_t level = 0; level < kLevels; ++level) {
        if (occupied_[level] == 0) continue;
        const std::uint64_t here = current_ >> (kBits * level);
        // Slots strictly after the present one, the present one last: it holds what is a whole turn
        // away.
        const auto rotated = std::rotr(occupied_[level], static_cast<int>((here + 1) % kSlots));
        const auto steps = static_cast<std::uint64_t>(std::countr_zero(rotated)) + 1;
        const std::uint64_t tick = (here + steps) << (kBits * level);
        if (!earliest || tick < *earliest) earliest = tick;
    }
    return earliest;
}

std::optional<SteadyTime> TimerWheel::next_wake() const {
    const auto tick = next_tick();
    if (!tick) return std::nullopt;
    return start_ + kTick * static_cast<std::int64_t>(*tick);
}

void TimerWheel::cascade(std::size_t level) {
    const std::size_t slot = level * kSlots + ((current_ >> (kBits * level)) & (kSlots - 1));
    Timer& head = lists_[slot];
    occupied_[level] &= ~(std::uint64_t{1} << (slot % kSlots));
    Timer* timer = head.next_;
    head.prev_ = head.next_ = &head;
    while (timer != &head) {
        Timer* following = timer->next_;
        if (timer->tick_ <= current_) {
            // Due exactly now: into the slot of this tick, which is fired after the cascades.
            const std::size_t index = current_ & (kSlots - 1);
            Timer& due = lists_[index];
            timer->slot_ = static_cast<std::int16_t>(index);
            timer->prev_ = due.prev_;
            timer->next_ = &due;
            due.prev_->next_ = timer;
            due.prev_ = timer;
            occupied_[0] |= std::uint64_t{1} << index;
        } else {
            insert(*timer);
        }
        timer = following;
    }
}

// What an action that throws leaves of the list that is being fired is due at the next tick.
struct TimerWheel::PutBack {
    TimerWheel& wheel;
    Timer& due;
    ~PutBack() {
        while (due.next_ != &due) {
            Timer& timer = *due.next_;
            unlink(timer);
            wheel.insert(timer);
        }
    }
};

void TimerWheel::fire(std::size_t slot) {
    Timer& head = lists_[slot];
    if (head.next_ == &head) return;
    occupied_[0] &= ~(std::uint64_t{1} << slot);
    // Take the whole list first: an action may start a timer that belongs into this very slot, a
    // turn later.
    Timer due{Timer::Sentinel{}};
    due.next_ = head.next_;
    due.prev_ = head.prev_;
    due.next_->prev_ = &due;
    due.prev_->next_ = &due;
    head.prev_ = head.next_ = &head;
    for (Timer* timer = due.next_; timer != &due; timer = timer->next_) timer->slot_ = -1;
    const PutBack put_back{*this, due};
    while (due.next_ != &due) {
        Timer& timer = *due.next_;
        unlink(timer);
        --running_;
        timer.action_();  // may destroy the timer, and any other one
    }
}

void TimerWheel::advance() {
    const std::uint64_t target = tick_of(clock_.now());
    while (current_ < target) {
        const auto next = next_tick();
        if (!next || *next > target) {
            current_ = target;
            return;
        }
        current_ = *next;
        for (std::size_t level = kLevels - 1; level > 0; --level)
            if ((current_ & ((std::uint64_t{1} << (kBits * level)) - 1)) == 0) cascade(level);
        fire(current_ & (kSlots - 1));
    }
}

}  // namespace skyn3t
