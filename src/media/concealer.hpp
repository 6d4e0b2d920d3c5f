#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace skyn3t::media {

// Packet loss concealment at 8000 Hz in the manner of ITU-T G.711 Appendix I: repeats the last
// pitch period, fades it out from 10 to 60 ms, and fades over to what comes next. (spandsp 0.0.6
// has it too, but its plc_fillin copies overlapping memory with memcpy.)
class Concealer {
  public:
    // Good samples pass through here: remembered, and joined smoothly to what was concealed before
    // them.
    void accept(std::span<std::int16_t> samples);
    // Fills `out`, of any length, with what may have been lost.
    void conceal(std::span<std::int16_t> out);

  private:
    static constexpr std::size_t kShortest = 40;  // 200 Hz
    static constexpr std::size_t kLongest = 120;  // 66 Hz
    static constexpr std::size_t kHistory = 400;

    void find_cycle();
    std::int16_t next();
    void remember(std::span<const std::int16_t> samples);

    std::array<std::int16_t, kHistory> history_{};
    std::array<double, kLongest> cycle_{};
    std::size_t period_ = kShortest;
    std::size_t lost_ = 0;  // samples since the last good one
};

}  // namespace skyn3t::media
