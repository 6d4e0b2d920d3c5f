#pragma once

#include <chrono>

namespace skyn3t::media {

// The E-model (ITU-T G.107) as far as RTCP can feed it, for G.711 with loss concealment (Bpl 25.1,
// random loss): an estimate for monitoring, from 1 to 4.5. `loss` is a share, 0 to 1.
double estimate_mos(std::chrono::microseconds one_way_delay, double loss);

}  // namespace skyn3t::media
