#include "media/mos.hpp"

#include <algorithm>

namespace skyn3t::media {

double estimate_mos(std::chrono::microseconds one_way_delay, double loss) {
    const double delay = static_cast<double>(one_way_delay.count()) / 1000;
    const double delay_impairment = 0.024 * delay + 0.11 * std::max(0.0, delay - 177.3);
    constexpr double kPacketLossRobustness = 25.1;
    const double percent = 100 * std::clamp(loss, 0.0, 1.0);
    const double equipment_impairment = 95 * percent / (percent + kPacketLossRobustness);
    const double r = std::clamp(93.2 - delay_impairment - equipment_impairment, 0.0, 100.0);
    return std::clamp(1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6, 1.0, 4.5);
}

}  // namespace skyn3t::media
