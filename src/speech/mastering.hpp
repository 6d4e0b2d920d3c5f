#pragma once

#include <cstdint>
#include <vector>

#include "speech/tts_engine.hpp"

namespace skyn3t::speech {

// Part of every prompt's cache key: raise it whenever the chain below changes what comes out.
constexpr int kMasteringVersion = 1;
constexpr double kTargetLoudness = -18;  // LUFS
constexpr double kPeakCeiling = -3;      // dBTP

// The same sound at the two rates that calls need; `narrow` has half as many samples.
struct Master {
    std::vector<std::int16_t> wide;    // 16 kHz
    std::vector<std::int16_t> narrow;  // 8 kHz
};

// Every prompt alike, whatever it comes from: high-pass at 90 Hz, 50 ms of lead and 120 ms of tail
// around the sound, one loudness (EBU R 128; what is shorter than a second by its sounding part),
// true peaks below the ceiling. Silence stays silence. About 5 ms of CPU time for each second of
// sound.
[[nodiscard]] Master make_master(const Clip& clip);

// Of 16-bit mono sound; minus infinity for silence. What sounds less than a second is measured as
// if it went on.
[[nodiscard]] double loudness(const Clip& clip);
[[nodiscard]] double true_peak(const Clip& clip);  // dBTP

// Without the silence at both ends.
[[nodiscard]] Clip trimmed(const Clip& clip);

}  // namespace skyn3t::speech
