#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "base/timer_wheel.hpp"

namespace skyn3t::call {

// Calls that the API has placed and that wait for their turn to ring. Twilio's pace is an account's
// (rest-api.md, 1.4), and a community is here what an account is there: each has its own queue and
// its own pace, so that nobody waits for another community's calls. Signalling thread.
class WaitingCalls {
  public:
    // More of one community are refused: at one a second the last would ring in five minutes.
    static constexpr std::size_t kMostOfOne = 300;

    enum class Turn {
        taken,     // it rings
        given_up,  // it is over already: the turn is the next one's
        kept       // it cannot ring now, and stays the first
    };
    WaitingCalls(TimerWheel& wheel, std::function<Turn(const CallSid&)> ring);

    std::size_t size() const { return size_; }
    bool has_room(const CommunitySid& community) const;
    // The first of a community rings soon, never within this call.
    void add(const CommunitySid& community, const CallSid& call, std::chrono::nanoseconds pace);
    void remove(const CommunitySid& community, const CallSid& call);  // if it waits
    std::vector<CallSid> clear();                                     // who waited

  private:
    struct Queue {
        std::deque<CallSid> calls;
        SteadyTime next_turn{};
        std::chrono::nanoseconds pace{};
    };
    void give_turns();
    void give_turn(Queue& queue);
    void await_next_turn();

    const Clock& clock_;
    std::function<Turn(const CallSid&)> ring_;
    // A queue that is empty stays until its next turn, so that the pace holds for who comes then.
    std::map<CommunitySid, Queue> queues_;
    std::size_t size_ = 0;
    Timer timer_;
};

}  // namespace skyn3t::call
