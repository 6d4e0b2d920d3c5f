#include "media/reception_stats.hpp"

#include <algorithm>
#include <chrono>

namespace skyn3t::media {

namespace {
constexpr int kMaxDropout = 3000;  // RFC 3550, appendix A.1
constexpr int kMaxMisorder = 100;
}  // namespace

void ReceptionStats::begin(std::uint16_t sequence_number) {
    begun_ = true;
    // One wrap up, so that a packet from just before the first has a number above zero.
    base_ = highest_ = 0x10000u + sequence_number;
    seen_ = 1;
    expected_after_jump_ = kNone;
}

void ReceptionStats::restart() {
    finished_expected_ += current_expected();
    begun_ = false;
    has_transit_ = false;
}

ReceptionStats::Placement ReceptionStats::on_packet(std::uint16_t sequence_number,
                                                    std::uint32_t timestamp, SteadyTime arrival) {
    Placement placement = Placement::newest;
    if (!begun_) {
        begin(sequence_number);
    } else if (const int step = static_cast<std::int16_t>(static_cast<std::uint16_t>(
                   sequence_number - static_cast<std::uint16_t>(highest_)));
               step > 0 && step < kMaxDropout) {
        highest_ += static_cast<std::uint64_t>(step);
        seen_ = step < 64 ? (seen_ << step) | 1 : 1;
    } else if (step <= 0 && step > -kMaxMisorder) {
        const auto age = static_cast<unsigned>(-step);
        const std::uint64_t bit = age < 64 ? std::uint64_t{1} << age : 0;
        if (bit == 0 || (seen_ & bit) != 0) {
            ++duplicated_;
            return Placement::duplicate;
        }
        seen_ |= bit;
        base_ = std::min(base_, highest_ - age);
        placement = Placement::reordered;
    } else if (sequence_number == expected_after_jump_) {
        restart();
        begin(sequence_number);
        placement = Placement::restarted;
    } else {
        expected_after_jump_ = (sequence_number + 1u) & 0xffff;
        return Placement::jump;
    }
    ++received_;
    if (placement != Placement::reordered) update_jitter(timestamp, arrival);
    return placement;
}

void ReceptionStats::update_jitter(std::uint32_t timestamp, SteadyTime arrival) {
    using Units = std::chrono::duration<std::int64_t, std::ratio<1, 8000>>;
    const auto at = std::chrono::duration_cast<Units>(arrival.time_since_epoch()).count();
    const auto transit = static_cast<std::uint32_t>(at) - timestamp;
    if (has_transit_) {
        const auto change = static_cast<std::int32_t>(transit - transit_);
        const auto size =
            static_cast<std::uint32_t>(change < 0 ? -static_cast<std::int64_t>(change) : change);
        // A pause of the sender's clock (a talk spurt that restarts it) is no jitter.
        if (size < 8000) jitter_ += size - ((jitter_ + 8) >> 4);
    }
    transit_ = transit;
    has_transit_ = true;
}

std::uint8_t ReceptionStats::take_fraction_lost() {
    const auto expected_now = expected() - reported_expected_;
    const auto received_now = received_ - reported_received_;
    reported_expected_ = expected();
    reported_received_ = received_;
    if (expected_now == 0 || received_now >= expected_now) return 0;
    return static_cast<std::uint8_t>(
        std::min<std::uint64_t>(255, ((expected_now - received_now) << 8) / expected_now));
}

}  // namespace skyn3t::media
