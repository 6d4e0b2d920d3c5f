#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "call/call.hpp"

namespace skyn3t::call {

// Rows of the call log for calls that were refused before anything ran for them. Told after the
// refusal was sent. Owned by Calls; signalling thread.
//
// Anybody can send such calls as fast as the network carries them, so what they may write is
// bounded: a few rows for the same number from the same source show that somebody tries again, more
// would say nothing new; and a limit for each community (and for "none") keeps one that is flooded
// from pushing out what the others would like to read. The rest is a line of the server's log per
// window, not a row: a row is final once written, and the count is of interest to the operator of
// the server only.
class RefusedCalls {
  public:
    static constexpr unsigned kRowsOfOneNumber = 3;
    static constexpr unsigned kRowsOfACommunity = 30;
    static constexpr std::chrono::minutes kWindow{1};
    static constexpr std::size_t kMaxText = 128;  // octets of a party as the peer wrote it

    explicit RefusedCalls(Services& services)
        : services_(services), window_end_(services.wheel, [this] { end_window(); }) {}

    // `incoming` may have no tenant; its record needs sid, parties, reason and codes.
    void note(Incoming incoming);

  private:
    struct Count {
        unsigned rows = 0;
        std::uint64_t more = 0;
    };
    struct Community {
        unsigned rows = 0;
        std::uint64_t more = 0;  // of numbers that have no entry of their own
        std::map<std::pair<std::string, std::string>, Count> numbers;  // source, number
    };

    bool may_write(const Incoming& incoming);
    void write(Incoming incoming);
    void end_window();

    Services& services_;
    std::map<CommunitySid, Community> communities_;  // of this window
    Timer window_end_;
};

}  // namespace skyn3t::call
