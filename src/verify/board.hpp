#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "rest/services.hpp"

namespace skyn3t::verify {

// The verifications as the API shows them: the one that runs, and the last ones. Any thread: the
// signalling thread writes what HTTP threads read.
class Board {
  public:
    static constexpr std::size_t kKept = 20;

    // Errc::too_many while another one runs.
    Result<void> begin(rest::VerificationView view);
    // Replaces the check with this id.
    void update(const VerificationSid& sid, std::size_t community, const rest::Check& check);
    // It has passed when no check failed and none was left undone.
    void end(const VerificationSid& sid);

    std::optional<rest::VerificationView> find(const VerificationSid& sid) const;

  private:
    rest::VerificationView* at(const VerificationSid& sid);

    mutable std::mutex mutex_;
    std::deque<rest::VerificationView> views_;  // the newest last
};

}  // namespace skyn3t::verify
