#include "call/waiting_calls.hpp"

#include <algorithm>
#include <utility>

namespace skyn3t::call {

WaitingCalls::WaitingCalls(TimerWheel& wheel, std::function<Turn(const CallSid&)> ring)
    : clock_(wheel.clock()), ring_(std::move(ring)), timer_(wheel, [this] { give_turns(); }) {}

bool WaitingCalls::has_room(const CommunitySid& community) const {
    const auto found = queues_.find(community);
    return found == queues_.end() || found->second.calls.size() < kMostOfOne;
}

void WaitingCalls::add(const CommunitySid& community, const CallSid& call,
                       std::chrono::nanoseconds pace) {
    Queue& queue = queues_[community];
    queue.calls.push_back(call);
    queue.next_turn = std::max(queue.next_turn, clock_.now());
    queue.pace = pace;
    ++size_;
    await_next_turn();
}

void WaitingCalls::remove(const CommunitySid& community, const CallSid& call) {
    const auto found = queues_.find(community);
    if (found != queues_.end()) size_ -= std::erase(found->second.calls, call);
}

std::vector<CallSid> WaitingCalls::clear() {
    std::vector<CallSid> all;
    for (const auto& [community, queue] : std::exchange(queues_, {}))
        all.insert(all.end(), queue.calls.begin(), queue.calls.end());
    size_ = 0;
    timer_.stop();
    return all;
}

void WaitingCalls::give_turns() {
    for (auto each = queues_.begin(); each != queues_.end();) {
        Queue& queue = each->second;
        const bool is_due = queue.next_turn <= clock_.now();
        if (is_due && queue.calls.empty()) {
            each = queues_.erase(each);
            continue;
        }
        if (is_due) give_turn(queue);
        ++each;
    }
    await_next_turn();
}

void WaitingCalls::give_turn(Queue& queue) {
    while (!queue.calls.empty()) {
        const CallSid first = queue.calls.front();
        const Turn turn = ring_(first);
        if (turn != Turn::kept) size_ -= std::erase(queue.calls, first);
        if (turn == Turn::given_up) continue;
        queue.next_turn = clock_.now() + queue.pace;
        return;
    }
}

void WaitingCalls::await_next_turn() {
    const auto next = std::min_element(
        queues_.begin(), queues_.end(),
        [](const auto& a, const auto& b) { return a.second.next_turn < b.second.next_turn; });
    if (next == queues_.end()) return timer_.stop();
    timer_.start_at(std::max(next->second.next_turn, clock_.now()));
}

}  // namespace skyn3t::call
