#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "http/basic_auth.hpp"

namespace skyn3t::rest {

// How often each of many may do something: a bucket of `burst` tokens for each, filled at a steady
// pace. At most `capacity` are remembered; those whose bucket is full again are forgotten, and
// when nobody can be, whoever is new shares one bucket with all others that are.
class TokenBuckets {
  public:
    TokenBuckets(double per_second, double burst, std::size_t capacity)
        : per_second_(per_second), burst_(burst), capacity_(capacity) {}

    // How long until there is a token; none: there is one now.
    std::optional<milliseconds> wait(const std::string& key, SteadyTime now);
    void take(const std::string& key, SteadyTime now);  // below nothing is nothing
    std::size_t size() const { return buckets_.size(); }

  private:
    struct Bucket {
        double tokens;
        SteadyTime filled;
    };
    Bucket& bucket_of(const std::string& key, SteadyTime now);
    void fill(Bucket& bucket, SteadyTime now) const;
    void forget_full_ones(SteadyTime now);

    const double per_second_, burst_;
    const std::size_t capacity_;
    std::unordered_map<std::string, Bucket> buckets_;
    std::optional<Bucket> shared_;  // of those for whom there was no room
    std::optional<SteadyTime> swept_;
};

struct RateLimitSettings {
    unsigned requests_per_second = 100;  // of the account, or of one key
    unsigned burst = 200;
    unsigned failed_logins_per_minute = 20;  // from one address
};

// What the API takes of one caller, and of who guesses credentials. From any thread.
class RateLimits {
  public:
    static constexpr std::size_t kMaxCallers = 4096, kMaxAddresses = 16384, kMaxKnown = 4096;
    static constexpr std::chrono::hours kKnownFor{1};

    RateLimits(const RateLimitSettings& settings, const Clock& clock);

    // For a request of the account or a key: nothing when it may go on, else when to come again.
    [[nodiscard]] std::optional<seconds> take(const std::string& caller);
    // Before credentials are looked at: nothing, or when they will be. Those with which somebody
    // was let in from there within the hour still are, whatever neighbours behind the address do;
    // the same user with another password is a guesser as any other.
    [[nodiscard]] std::optional<seconds> refuses(const std::string& address,
                                                 const http::BasicCredentials& given);
    void failed(const std::string& address);
    void let_in(const std::string& address, const http::BasicCredentials& given);

  private:
    // Of address, user and password, under a key of this process: no password is kept.
    using Mark = std::array<std::uint8_t, 32>;
    Mark mark_of(const std::string& address, const http::BasicCredentials& given) const;

    const Clock& clock_;
    std::mutex mutex_;
    TokenBuckets requests_;
    TokenBuckets failures_;
    const std::string mark_key_;
    std::map<Mark, SteadyTime> known_;  // when they were let in last
};

}  // namespace skyn3t::rest
