#include "base/log_limits.hpp"

#include <algorithm>
#include <utility>

namespace skyn3t::log {
namespace {

// There are as many kinds as places that log. A text that is made while running would be a kind
// each time: those beyond share one.
constexpr std::size_t kMostKinds = 2048;
constexpr std::string_view kOther = "...";

}  // namespace

bool LogLimits::admits(std::string_view kind, const Rate& rate, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    auto found = buckets_.find(kind);
    if (found == buckets_.end()) {
        if (buckets_.size() >= kMostKinds) kind = kOther;
        found = buckets_.try_emplace(std::string(kind), Bucket{rate.burst, now, 0}).first;
    }
    Bucket& bucket = found->second;
    const std::chrono::duration<double> passed =
        std::max(now - bucket.filled, SteadyTime::duration::zero());
    bucket.tokens = std::min(rate.burst, bucket.tokens + passed.count() * rate.per_second);
    bucket.filled = std::max(bucket.filled, now);
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return true;
    }
    ++bucket.left_out;
    ++total_;
    return false;
}

std::vector<LogLimits::LeftOut> LogLimits::take_left_out() {
    const std::lock_guard lock(mutex_);
    std::vector<LeftOut> taken;
    for (auto& [kind, bucket] : buckets_)
        if (bucket.left_out > 0) taken.push_back({kind, std::exchange(bucket.left_out, 0)});
    return taken;
}

std::uint64_t LogLimits::total() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

}  // namespace skyn3t::log
