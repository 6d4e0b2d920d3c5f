#include "rest/rate_limits.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <asio/ip/address.hpp>

#include "base/log.hpp"
#include "base/random.hpp"
#include "http/networks.hpp"

namespace skyn3t::rest {
namespace {

seconds rounded_up(milliseconds time) { return std::chrono::ceil<seconds>(time); }

// What is no address stands for itself.
std::string client_of(const std::string& address) {
    std::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    return error ? address : http::network_of(parsed);
}

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
                kMaxAddresses),
      mark_key_(random_hex(32)) {}

std::optional<seconds> RateLimits::take(const std::string& caller) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (const auto wait = requests_.wait(caller, now)) return rounded_up(*wait);
    requests_.take(caller, now);
    return std::nullopt;
}

RateLimits::Mark RateLimits::mark_of(const std::string& address,
                                     const http::BasicCredentials& given) const {
    std::string text = address + '\n' + given.user + '\n' + given.password;
    Mark mark{};
    unsigned size = 0;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(text.data());
    HMAC(EVP_sha256(), mark_key_.data(), static_cast<int>(mark_key_.size()), octets, text.size(),
         mark.data(), &size);
    OPENSSL_cleanse(text.data(), text.size());
    return mark;
}

std::optional<seconds> RateLimits::refuses(const std::string& address,
                                           const http::BasicCredentials& given) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    const auto wait = failures_.wait(client_of(address), now);
    if (!wait) return std::nullopt;
    const auto known = known_.find(mark_of(address, given));
    if (known != known_.end() && now < known->second + kKnownFor) return std::nullopt;
    return rounded_up(*wait);
}

void RateLimits::failed(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    const auto network = client_of(address);
    if (failures_.wait(network, now)) return;
    failures_.take(network, now);
    if (failures_.wait(network, now))
        log::warn("credentials of the API were wrong too often, refused for a while address={}",
                  network);
}

void RateLimits::let_in(const std::string& address, const http::BasicCredentials& given) {
    const auto mark = mark_of(address, given);
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (known_.size() >= kMaxKnown && !known_.contains(mark))
        std::erase_if(known_, [&](const auto& entry) { return now >= entry.second + kKnownFor; });
    // Whoever finds no room is refused with its neighbours.
    if (known_.size() < kMaxKnown || known_.contains(mark)) known_.insert_or_assign(mark, now);
}

}  // namespace skyn3t::rest
