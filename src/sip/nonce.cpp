#include "sip/nonce.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kIssued = 4;
constexpr std::size_t kRandom = 8;
constexpr std::size_t kSigned = kIssued + kRandom;
constexpr std::size_t kMac = 16;
constexpr std::size_t kNonce = kSigned + kMac;
using NonceBytes = std::array<std::uint8_t, kNonce>;

constexpr std::uint32_t kWindow = 64;
constexpr std::uint32_t kClockSkew = 60;  // seconds: another node may be ahead of us

std::optional<unsigned> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    return std::nullopt;
}

std::optional<NonceBytes> decode(std::string_view nonce) {
    if (nonce.size() != 2 * kNonce) return std::nullopt;
    NonceBytes bytes;
    for (std::size_t i = 0; i < kNonce; ++i) {
        const auto high = hex_value(nonce[2 * i]);
        const auto low = hex_value(nonce[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        bytes[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return bytes;
}

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
}

std::uint32_t issue_time(const NonceBytes& bytes) {
    return static_cast<std::uint32_t>(big_endian(std::span(bytes).first<kIssued>()));
}

}  // namespace

NonceBook::NonceBook(const Clock& clock, NonceSettings settings)
    : clock_(clock), settings_(std::move(settings)), started_(clock.now()) {
    if (settings_.key.empty()) {
        settings_.key.resize(32);
        random_bytes(settings_.key);
    }
    started_wall_ = static_cast<std::uint32_t>(
        std::chrono::duration_cast<seconds>(clock.wall().time_since_epoch()).count());
    const Handle<EVP_MAC, EVP_MAC_free> algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    mac_.reset(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr);
    char digest[] = "SHA256";
    const std::array<OSSL_PARAM, 2> params{OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                           OSSL_PARAM_construct_end()};
    if (!mac_ ||
        EVP_MAC_init(mac_.get(), settings_.key.data(), settings_.key.size(), params.data()) != 1)
        throw std::runtime_error("HMAC-SHA-256 is not available");
}

// Wall time as of the start, moved on by the steady clock: a clock set back would make new nonces
// look old.
std::uint32_t NonceBook::now() const {
    const auto elapsed = std::chrono::duration_cast<seconds>(clock_.now() - started_);
    return started_wall_ + static_cast<std::uint32_t>(elapsed.count());
}

void NonceBook::sign(std::span<std::uint8_t> nonce, std::string_view scope,
                     std::span<std::uint8_t> mac) const {
    std::array<std::uint8_t, 32> full{};
    std::size_t size = 0;
    // Initialising without a key keeps the one it has.
    const bool done =
        EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
        EVP_MAC_update(mac_.get(), nonce.data(), nonce.size()) == 1 &&
        EVP_MAC_update(mac_.get(), reinterpret_cast<const std::uint8_t*>(scope.data()),
                       scope.size()) == 1 &&
        EVP_MAC_final(mac_.get(), full.data(), &size, full.size()) == 1;
    if (!done) throw std::runtime_error("HMAC-SHA-256 failed");
    std::ranges::copy(std::span(full).first(mac.size()), mac.begin());
}

std::string NonceBook::make(std::string_view scope) const {
    NonceBytes bytes;
    const auto issued = now();
    for (std::size_t i = 0; i < kIssued; ++i)
        bytes[i] = static_cast<std::uint8_t>(issued >> (8 * (kIssued - 1 - i)));
    const std::span all(bytes);
    random_bytes(all.subspan(kIssued, kRandom));
    sign(all.first(kSigned), scope, all.subspan(kSigned));
    return to_hex(bytes);
}

NonceBook::Status NonceBook::check(std::string_view nonce, std::string_view scope) const {
    auto bytes = decode(nonce);
    if (!bytes) return Status::stale;
    const auto issued = issue_time(*bytes);
    const auto current = now();
    if (issued > current + kClockSkew ||
        current > issued + static_cast<std::uint32_t>(settings_.lifetime.count()))
        return Status::stale;
    std::array<std::uint8_t, kMac> mac;
    sign(std::span(*bytes).first<kSigned>(), scope, mac);
    return CRYPTO_memcmp(mac.data(), bytes->data() + kSigned, kMac) == 0 ? Status::good
                                                                         : Status::stale;
}

NonceBook::Status NonceBook::use(std::string_view nonce, std::uint32_t count) {
    const auto id = id_of(nonce);
    const auto known = book_.find(id.random);
    if (known == book_.end()) return enter(id, {count, 1});
    Counts& counts = known->second;
    if (count > counts.highest) {
        const auto ahead = count - counts.highest;
        counts.seen = ahead < kWindow ? counts.seen << ahead | 1 : 1;
        counts.highest = count;
        return Status::good;
    }
    const auto behind = counts.highest - count;
    if (behind >= kWindow || (counts.seen >> behind & 1) != 0) return Status::stale;
    counts.seen |= std::uint64_t{1} << behind;
    return Status::good;
}

NonceBook::Status NonceBook::use_once(std::string_view nonce) {
    const auto id = id_of(nonce);
    if (book_.contains(id.random)) return Status::stale;
    return enter(id, {0xffffffff, ~std::uint64_t{0}});
}

NonceBook::Status NonceBook::enter(Id id, Counts counts) {
    if (id.issued <= forgotten_) return Status::stale;
    make_room();
    book_.emplace(id.random, counts);
    order_.push_back(id);
    return Status::good;
}

void NonceBook::make_room() {
    const auto oldest = now() - static_cast<std::uint32_t>(settings_.lifetime.count());
    while (!order_.empty() &&
           (order_.front().issued < oldest || book_.size() >= settings_.remembered)) {
        // Past its lifetime check() refuses it; before that, this does.
        if (order_.front().issued >= oldest)
            forgotten_ = std::max(forgotten_, order_.front().issued);
        book_.erase(order_.front().random);
        order_.pop_front();
    }
}

NonceBook::Id NonceBook::id_of(std::string_view nonce) {
    const auto bytes = decode(nonce);
    if (!bytes) return {};
    return {issue_time(*bytes), big_endian(std::span(*bytes).subspan(kIssued, kRandom))};
}

}  // namespace skyn3t::sip
