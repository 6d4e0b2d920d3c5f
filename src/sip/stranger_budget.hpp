#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.hpp"
#include "sip/origin.hpp"

namespace skyn3t::sip {

// How much is read of those whom we do not know, so that a flood costs the signalling thread little
// and our phones and trunks go on. Edges, trunks and the flows of live bindings are always read.
// Anybody else has a budget for the address, and addresses where no phone is registered have one
// together; what is over is dropped unread, and a phone that registers sends its request again (RFC
// 3261 §17.1.2.2). A fixed table: addresses that meet in a place share its budget. On the
// signalling thread.
class StrangerBudget {
  public:
    struct Limits {
        std::uint32_t of_address = 1000;        // messages a second
        std::uint32_t of_strangers = 4000;      // of all of them together
        std::chrono::milliseconds burst{2000};  // as much of it may come at once
        std::size_t places = 65536;
    };
    using Acquaintance = std::function<Origin::Acquaintance(const Flow&)>;

    StrangerBudget(const Clock& clock, Acquaintance acquaintance)
        : StrangerBudget(clock, std::move(acquaintance), Limits()) {}
    StrangerBudget(const Clock& clock, Acquaintance acquaintance, Limits limits);

    [[nodiscard]] bool admits(const Flow& flow);

  private:
    // When the budget is whole again: the generic cell rate algorithm.
    using Spent = SteadyTime;
    bool spend(Spent& spent, std::uint32_t per_second) const;
    void tell(const Flow& flow);

    const Clock& clock_;
    Acquaintance acquaintance_;
    Limits limits_;
    std::uint64_t seed_;
    std::vector<Spent> addresses_;
    Spent strangers_{};
    std::uint64_t dropped_ = 0;  // since it was last told
    SteadyTime tell_again_{};
};

}  // namespace skyn3t::sip
