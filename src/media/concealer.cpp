#include "media/concealer.hpp"

#include <algorithm>
#include <cmath>

namespace skyn3t::media {

void Concealer::accept(std::span<std::int16_t> samples) {
    if (lost_ > 0) {
        constexpr std::size_t kOverlap = 32;  // 4 ms
        const std::size_t overlap = std::min(kOverlap, samples.size());
        for (std::size_t i = 0; i < overlap; ++i) {
            const double weight = (static_cast<double>(i) + 0.5) / static_cast<double>(overlap);
            samples[i] =
                static_cast<std::int16_t>(std::lround(samples[i] * weight + next() * (1 - weight)));
        }
        lost_ = 0;
    }
    remember(samples);
}

void Concealer::conceal(std::span<std::int16_t> out) {
    if (lost_ == 0) find_cycle();
    for (auto& sample : out) sample = next();
    remember(out);
}

// The last period, its end bent so that it runs into its own beginning.
void Concealer::find_cycle() {
    constexpr std::size_t kWindow = 160;
    const auto recent = std::span(history_).last(kWindow);
    double best = -1;
    for (std::size_t period = kShortest; period <= kLongest; ++period) {
        const auto earlier = std::span(history_).subspan(kHistory - kWindow - period, kWindow);
        double product = 0, energy = 1;
        for (std::size_t i = 0; i < kWindow; ++i) {
            product += static_cast<double>(recent[i]) * earlier[i];
            energy += static_cast<double>(earlier[i]) * earlier[i];
        }
        if (const double likeness = product / std::sqrt(energy); likeness > best) {
            best = likeness;
            period_ = period;
        }
    }
    const std::size_t bend = period_ / 4;
    for (std::size_t i = 0; i < period_; ++i) {
        const std::size_t at = kHistory - period_ + i;
        cycle_[i] = history_[at];
        if (i < period_ - bend) continue;
        const double weight =
            (static_cast<double>(i - (period_ - bend)) + 0.5) / static_cast<double>(bend);
        cycle_[i] = history_[at] * (1 - weight) + history_[at - period_] * weight;
    }
}

std::int16_t Concealer::next() {
    constexpr double kFull = 80, kGone = 480;  // 10 and 60 ms
    const double gain =
        std::clamp((kGone - static_cast<double>(lost_)) / (kGone - kFull), 0.0, 1.0);
    return static_cast<std::int16_t>(std::lround(gain * cycle_[lost_++ % period_]));
}

void Concealer::remember(std::span<const std::int16_t> samples) {
    const auto kept = samples.last(std::min(samples.size(), kHistory));
    std::shift_left(history_.begin(), history_.end(), static_cast<std::ptrdiff_t>(kept.size()));
    std::copy(kept.begin(), kept.end(), history_.end() - static_cast<std::ptrdiff_t>(kept.size()));
}

}  // namespace skyn3t::media
