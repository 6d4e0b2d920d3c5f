#include "sip/guess_limiter.hpp"

#include <algorithm>

namespace skyn3t::sip {
namespace {

constexpr std::size_t kUserOctets = 64;
constexpr std::size_t kSearched = 32;  // the oldest pairs looked at for one that is not blocked

}  // namespace

GuessLimiter::GuessLimiter(const Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

std::string GuessLimiter::key_of(const Endpoint& source, std::string_view user) {
    std::string key(source.address.begin(), source.address.end());
    key += source.is_v6 ? '6' : '4';
    key += user.substr(0, kUserOctets);
    return key;
}

std::size_t GuessLimiter::recent(const Record& record) const {
    const auto from = clock_.now() - limits_.window;
    const auto kept = std::min(record.count, Limits::kFailures);
    return static_cast<std::size_t>(std::count_if(
        record.failures.begin(), record.failures.begin() + static_cast<std::ptrdiff_t>(kept),
        [&](SteadyTime at) { return at > from; }));
}

void GuessLimiter::note_failure(const Endpoint& source, std::string_view user) {
    auto key = key_of(source, user);
    const auto known = index_.find(key);
    if (known != index_.end()) {
        entries_.splice(entries_.begin(), entries_, known->second);
    } else {
        if (entries_.size() >= limits_.pairs) make_room();
        entries_.push_front(Record{.key = std::move(key),
                                   .address = source.host(),
                                   .user = std::string(user.substr(0, kUserOctets)),
                                   .failures = {}});
        index_.emplace(entries_.front().key, entries_.begin());
    }
    Record& record = entries_.front();
    record.failures[record.count++ % Limits::kFailures] = clock_.now();
    if (recent(record) == Limits::kFailures) {
        record.blocked_until = clock_.now() + limits_.block;
        record.count = 0;  // the block counts for these; ten new ones make the next
    }
}

bool GuessLimiter::is_blocked(const Endpoint& source, std::string_view user) const {
    if (entries_.empty()) return false;
    const auto known = index_.find(key_of(source, user));
    return known != index_.end() && known->second->blocked_until > clock_.now();
}

std::vector<GuessLimiter::Entry> GuessLimiter::list() const {
    std::vector<Entry> out;
    for (const Record& record : entries_) {
        const auto failures = recent(record);
        std::optional<seconds> left;
        if (record.blocked_until > clock_.now())
            left = std::chrono::ceil<seconds>(record.blocked_until - clock_.now());
        if (failures > 0 || left)
            out.push_back({record.address, record.user, left ? Limits::kFailures : failures, left});
    }
    return out;
}

std::size_t GuessLimiter::clear(std::string_view address, std::string_view user) {
    return std::erase_if(entries_, [&](const Record& record) {
        if (!address.empty() && record.address != address) return false;
        if (!user.empty() && record.user != user) return false;
        index_.erase(record.key);
        return true;
    });
}

void GuessLimiter::make_room() {
    auto victim = std::prev(entries_.end());
    auto candidate = victim;
    for (std::size_t n = 0; n < kSearched; ++n) {
        if (candidate->blocked_until <= clock_.now()) {
            victim = candidate;
            break;
        }
        if (candidate == entries_.begin()) break;
        --candidate;
    }
    index_.erase(victim->key);
    entries_.erase(victim);
}

}  // namespace skyn3t::sip
