#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace skyn3t::media {

// Shortens or lengthens a piece of speech (8000 Hz) by one period of its pitch, where two
// neighbouring periods are most alike, so that a jitter buffer can change its delay unheard.
// Allocates nothing.
struct Stretch {
    std::size_t period =
        0;                 // samples that were taken out or put in; zero: nothing was alike enough
    std::size_t size = 0;  // samples in the result
};
// `alike` is the correlation asked for, 0 to 1. The result may not overlap `in` and needs its size
// ...
Stretch shorten(std::span<const std::int16_t> in, std::span<std::int16_t> out, double alike);
// ... and half as much again.
Stretch lengthen(std::span<const std::int16_t> in, std::span<std::int16_t> out, double alike);

}  // namespace skyn3t::media
