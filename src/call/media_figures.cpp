#include "call/media_figures.hpp"

#include <chrono>

namespace skyn3t::call {

model::MediaStats media_figures(const media::StreamStats& stats) {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    model::MediaStats figures;
    if (stats.codec) figures.codec = media::encoding_name(*stats.codec);
    figures.packets_sent = stats.packets_sent;
    figures.packets_received = stats.packets_received;
    figures.packets_lost = stats.packets_lost + stats.packets_absent;
    const auto expected = stats.packets_received + figures.packets_lost;
    if (expected > 0)
        figures.loss_percent =
            100.0 * static_cast<double>(figures.packets_lost) / static_cast<double>(expected);
    figures.jitter_ms = Milliseconds(stats.jitter).count();
    if (stats.round_trip) figures.round_trip_ms = Milliseconds(*stats.round_trip).count();
    figures.mos = stats.mos.value_or(0);
    return figures;
}

bool never_came(const media::StreamStats& stats) {
    return stats.packets_absent > 9 * stats.packets_received;
}

}  // namespace skyn3t::call
