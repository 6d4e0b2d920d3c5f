#include "sip/stranger_budget.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::chrono::minutes kTellEvery{1};

}  // namespace

StrangerBudget::StrangerBudget(const Clock& clock, Acquaintance acquaintance, Limits limits)
    : clock_(clock),
      acquaintance_(std::move(acquaintance)),
      limits_(limits),
      seed_(std::uint64_t{random_u32()} << 32 | random_u32()),
      addresses_(limits.places) {}

bool StrangerBudget::spend(Spent& spent, std::uint32_t per_second) const {
    const auto now = clock_.now();
    const auto from = std::max(spent, now);
    if (from - now > limits_.burst) return false;
    spent = from + std::chrono::nanoseconds(1'000'000'000 / per_second);
    return true;
}

bool StrangerBudget::admits(const Flow& flow) {
    const auto acquaintance = acquaintance_(flow);
    if (acquaintance == Origin::Acquaintance::known) return true;
    Endpoint address = flow.remote;
    address.port = 0;
    // Seeded, so that nobody can choose an address that shares another's budget.
    const auto hash = (std::hash<Endpoint>{}(address) ^ seed_) * 0x9e3779b97f4a7c15;
    if (spend(addresses_[(hash >> 32) % addresses_.size()], limits_.of_address) &&
        (acquaintance == Origin::Acquaintance::neighbour ||
         spend(strangers_, limits_.of_strangers)))
        return true;
    tell(flow);
    return false;
}

void StrangerBudget::tell(const Flow& flow) {
    ++dropped_;
    if (clock_.now() < tell_again_) return;
    log::warn("messages of unknown senders dropped unread, there are too many count={} latest={}",
              std::exchange(dropped_, 0), flow.remote.str());
    tell_again_ = clock_.now() + kTellEvery;
}

}  // namespace skyn3t::sip
