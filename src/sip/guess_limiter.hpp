#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Who has guessed wrong too often: 10 failures in 60 s of one user name from one address block that
// pair for 5 minutes (DESIGN.md section 6). Bounded: when full it forgets the pair that failed
// longest ago, one that is not blocked if there is any. On the signalling thread.
class GuessLimiter {
  public:
    struct Limits {
        static constexpr std::size_t kFailures = 10;
        seconds window{60};
        seconds block{300};
        std::size_t pairs = 4096;
    };
    // A line of the list that operators see.
    struct Entry {
        std::string address;
        std::string user;
        std::size_t failures;                // in the last window
        std::optional<seconds> blocked_for;  // what is left of it
    };

    explicit GuessLimiter(const Clock& clock) : GuessLimiter(clock, Limits()) {}
    GuessLimiter(const Clock& clock, Limits limits);

    void note_failure(const Endpoint& source, std::string_view user);
    [[nodiscard]] bool is_blocked(const Endpoint& source, std::string_view user) const;
    std::vector<Entry> list() const;  // the latest failure first
    // Forgets what the pairs of this user and address have failed; an empty one means any. How
    // many.
    std::size_t clear(std::string_view address = {}, std::string_view user = {});
    std::size_t size() const { return entries_.size(); }

  private:
    struct Record {
        std::string key;
        std::string address;
        std::string user;
        std::array<SteadyTime, Limits::kFailures> failures;  // a ring; `count` have happened
        std::size_t count = 0;
        SteadyTime blocked_until{};
    };
    using Records = std::list<Record>;  // the latest failure first

    static std::string key_of(const Endpoint& source, std::string_view user);
    std::size_t recent(const Record& record) const;
    void make_room();

    const Clock& clock_;
    Limits limits_;
    Records entries_;
    std::unordered_map<std::string_view, Records::iterator> index_;
};

}  // namespace skyn3t::sip
