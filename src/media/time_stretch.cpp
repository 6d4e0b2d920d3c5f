#include "media/time_stretch.hpp"

#include <algorithm>
#include <cmath>

namespace skyn3t::media {
namespace {

constexpr std::size_t kShortestPeriod = 20;  // 400 Hz

// The period at which in[0, p) and in[p, 2p) are most alike; zero when none reaches `alike`.
std::size_t find_period(std::span<const std::int16_t> in, double alike) {
    constexpr double kQuiet = 40.0 * 40.0;  // mean square below which any cut goes unheard
    double best = alike;
    std::size_t period = 0;
    for (std::size_t p = in.size() / 2; p >= kShortestPeriod; --p) {
        double product = 0, first = 0, second = 0;
        for (std::size_t i = 0; i < p; ++i) {
            const double a = in[i], b = in[i + p];
            product += a * b;
            first += a * a;
            second += b * b;
        }
        if (first + second < 2 * kQuiet * static_cast<double>(p)) return p;
        const double correlation = product / std::sqrt(first * second + 1);
        if (correlation > best) {
            best = correlation;
            period = p;
        }
    }
    return period;
}

// Goes over from `from` to `to`, which have out's length.
void cross_fade(std::span<const std::int16_t> from, std::span<const std::int16_t> to,
                std::span<std::int16_t> out) {
    const auto size = static_cast<double>(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double weight = (static_cast<double>(i) + 0.5) / size;
        out[i] = static_cast<std::int16_t>(std::lround(from[i] * (1 - weight) + to[i] * weight));
    }
}

}  // namespace

Stretch shorten(std::span<const std::int16_t> in, std::span<std::int16_t> out, double alike) {
    const std::size_t p = find_period(in, alike);
    if (p == 0) return {};
    cross_fade(in.first(p), in.subspan(p, p), out.first(p));
    std::copy(in.begin() + static_cast<std::ptrdiff_t>(2 * p), in.end(),
              out.begin() + static_cast<std::ptrdiff_t>(p));
    return {p, in.size() - p};
}

Stretch lengthen(std::span<const std::int16_t> in, std::span<std::int16_t> out, double alike) {
    const std::size_t p = find_period(in, alike);
    if (p == 0) return {};
    std::copy_n(in.begin(), p, out.begin());
    cross_fade(in.subspan(p, p), in.first(p), out.subspan(p, p));
    std::copy(in.begin() + static_cast<std::ptrdiff_t>(p), in.end(),
              out.begin() + static_cast<std::ptrdiff_t>(2 * p));
    return {p, in.size() + p};
}

}  // namespace skyn3t::media
