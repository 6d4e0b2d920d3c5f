#pragma once

#include "base/clock.hpp"

namespace skyn3t::call {

// The times of one call: wall time when it began, and from there by the monotonic clock. The wall
// clock may be set meanwhile (NTP, a person): a call of five seconds still lasts five seconds.
class CallTimes {
  public:
    explicit CallTimes(const Clock& clock)
        : clock_(&clock), began_(clock.now()), began_wall_(clock.wall()) {}
    WallTime now() const {
        return began_wall_ + std::chrono::duration_cast<WallTime::duration>(clock_->now() - began_);
    }

  private:
    const Clock* clock_;
    SteadyTime began_;
    WallTime began_wall_;
};

}  // namespace skyn3t::call
