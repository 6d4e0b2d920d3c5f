#pragma once

#include <array>
#include <cstdint>

// ITU-T G.711, whose companding works on 14 (mu-law) and 13 (A-law) bit samples; ours are 16 bits
// wide. The tables cover every input, so coding is one look-up a sample.
namespace skyn3t::media::g711 {

inline constexpr std::uint8_t kMuLawSilence = 0xff;
inline constexpr std::uint8_t kALawSilence = 0xd5;

std::uint8_t mu_law_from_linear(std::int16_t sample);
std::uint8_t a_law_from_linear(std::int16_t sample);
std::int16_t linear_from_mu_law(std::uint8_t octet);
std::int16_t linear_from_a_law(std::uint8_t octet);

}  // namespace skyn3t::media::g711
