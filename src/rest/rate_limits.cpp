#include "rest/rate_limits.hpp"

#include <algorithm>
#include <asio/ip/address.hpp>

#include "base/log.hpp"

namespace skyn3t::rest {
namespace {

seconds rounded_up(milliseconds time) { return std::chrono::ceil<seconds>(time); }

}  // namespace

void TokenBuckets::fill(Bucket& bucket, SteadyTime now) const {
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.tokens = std::min(burst_, bucket.tokens + passed.count() * per_second_);
    bucket.filled = now;
}

TokenBuckets::Bucket& TokenBuckets::bucket_of(const std::string& key, SteadyTime now) {
    auto found = buckets_.find(key);
    if (found == buckets_.end()) {
        if (buckets_.size() >= capacity_) forget_full_ones(now);
        if (buckets_.size() >= capacity_) {
            if (!shared_) shared_ = Bucket{burst_, now};
            fill(*shared_, now);
            return *shared_;
        }
        found = buckets_.emplace(key, Bucket{burst_, now}).first;
    }
    fill(found->second, now);
    return found->second;
}

// Once a second at most: it looks at all of them.
void TokenBuckets::forget_full_ones(SteadyTime now) {
    if (swept_ && now < *swept_ + seconds(1)) return;
    swept_ = now;
    std::erase_if(buckets_, [&](const auto& entry) {
        Bucket bucket = entry.second;
        fill(bucket, now);
        return bucket.tokens >= burst_;
    });
}

std::optional<milliseconds> TokenBuckets::wait(const std::string& key, SteadyTime now) {
    const double tokens = bucket_of(key, now).tokens;
    if (tokens >= 1) return std::nullopt;
    return std::chrono::ceil<milliseconds>(
        std::chrono::duration<double>((1 - tokens) / per_second_));
}

void TokenBuckets::take(const std::string& key, SteadyTime now) {
    double& tokens = bucket_of(key, now).tokens;
    tokens = std::max(0.0, tokens - 1);
}

RateLimits::RateLimits(const RateLimitSettings& settings, const Clock& clock)
    : clock_(clock),
      requests_(settings.requests_per_second, settings.burst, kMaxCallers),
      failures_(settings.failed_logins_per_minute / 60.0, settings.failed_logins_per_minute,
                kMaxAddresses) {}

std::optional<seconds> RateLimits::take(const std::string& caller) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (const auto wait = requests_.wait(caller, now)) return rounded_up(*wait);
    requests_.take(caller, now);
    return std::nullopt;
}

std::optional<seconds> RateLimits::refuses(const std::string& address, const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    const auto known = known_.find(user + " " + address);
    if (known != known_.end() && now < known->second + kKnownFor) return std::nullopt;
    const auto wait = failures_.wait(network_of(address), now);
    if (!wait) return std::nullopt;
    return rounded_up(*wait);
}

void RateLimits::failed(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    const auto network = network_of(address);
    if (failures_.wait(network, now)) return;
    failures_.take(network, now);
    if (failures_.wait(network, now))
        log::warn("credentials of the API were wrong too often, refused for a while address={}",
                  network);
}

void RateLimits::let_in(const std::string& address, const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    const auto key = user + " " + address;
    if (known_.size() >= kMaxKnown && !known_.contains(key))
        std::erase_if(known_, [&](const auto& entry) { return now >= entry.second + kKnownFor; });
    // Whoever finds no room is refused with its neighbours.
    if (known_.size() < kMaxKnown || known_.contains(key)) known_.insert_or_assign(key, now);
}

std::string network_of(std::string_view address) {
    std::error_code error;
    const auto parsed = asio::ip::make_address(std::string(address), error);
    if (error || parsed.is_v4()) return std::string(address);
    auto octets = parsed.to_v6().to_bytes();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    return asio::ip::address_v6(octets).to_string() + "/64";
}

}  // namespace skyn3t::rest
