#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/call_record.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// The ended calls of one day, direction and kind of far end.
struct CallUsage {
    std::int64_t day = 0;  // since 1970, UTC
    model::Direction direction{};
    bool is_sip = false;  // the far end is a phone, not a number
    std::int64_t calls = 0;
    std::int64_t minutes = 0;  // a begun one counts
};

// What the call log says was used; reads, or waits: not on the signalling thread.
class UsageStore {
  public:
    explicit UsageStore(Database& database) : database_(database) {}

    // Days from `since` on and before `before`, the oldest first; of all communities without one.
    Result<std::vector<CallUsage>> calls(const std::optional<CommunitySid>& community,
                                         std::int64_t since_day, std::int64_t before_day);

  private:
    Database& database_;
};

}  // namespace skyn3t::store
