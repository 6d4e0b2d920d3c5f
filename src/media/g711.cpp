#include "media/g711.hpp"

#include <bit>

namespace skyn3t::media::g711 {
namespace {

// The segment, or chord, of a magnitude: how many doublings above the lowest 8 bits.
constexpr int segment_of(int magnitude) {
    return std::bit_width(static_cast<unsigned>(magnitude | 0xff)) - 8;
}

constexpr std::uint8_t encode_mu_law(int sample) {
    constexpr int kBias = 0x84;
    const int mask = sample < 0 ? 0x7f : 0xff;
    const int magnitude = kBias + (sample < 0 ? -sample : sample);
    const int segment = segment_of(magnitude);
    if (segment >= 8) return static_cast<std::uint8_t>(0x7f ^ mask);
    return static_cast<std::uint8_t>(((segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) ^
                                     mask);
}

constexpr std::uint8_t encode_a_law(int sample) {
    const int mask = sample < 0 ? 0x55 : 0xd5;  // even bits inverted on the line
    const int magnitude = sample < 0 ? -sample - 1 : sample;
    const int segment = segment_of(magnitude);
    const int shift = segment == 0 ? 4 : segment + 3;
    return static_cast<std::uint8_t>(((segment << 4) | ((magnitude >> shift) & 0x0f)) ^ mask);
}

constexpr std::int16_t decode_mu_law(int octet) {
    const int code = ~octet & 0xff;
    const int magnitude = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
    return static_cast<std::int16_t>((code & 0x80) != 0 ? 0x84 - magnitude : magnitude - 0x84);
}

constexpr std::int16_t decode_a_law(int octet) {
    const int code = octet ^ 0x55;
    const int segment = (code & 0x70) >> 4;
    const int step = (code & 0x0f) << 4;
    const int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
    return static_cast<std::int16_t>((code & 0x80) != 0 ? magnitude : -magnitude);
}

// Indexed by the sample's 16 bits.
template <std::uint8_t (*Encode)(int)>
constexpr std::array<std::uint8_t, 65536> encode_table() {
    std::array<std::uint8_t, 65536> table{};
    for (int i = 0; i < 65536; ++i)
        table[static_cast<std::size_t>(i)] = Encode(i < 32768 ? i : i - 65536);
    return table;
}
template <std::int16_t (*Decode)(int)>
constexpr std::array<std::int16_t, 256> decode_table() {
    std::array<std::int16_t, 256> table{};
    for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = Decode(i);
    return table;
}

constexpr auto kToMuLaw = encode_table<encode_mu_law>();
constexpr auto kToALaw = encode_table<encode_a_law>();
constexpr auto kFromMuLaw = decode_table<decode_mu_law>();
constexpr auto kFromALaw = decode_table<decode_a_law>();

}  // namespace

std::uint8_t mu_law_from_linear(std::int16_t sample) {
    return kToMuLaw[static_cast<std::uint16_t>(sample)];
}
std::uint8_t a_law_from_linear(std::int16_t sample) {
    return kToALaw[static_cast<std::uint16_t>(sample)];
}
std::int16_t linear_from_mu_law(std::uint8_t octet) { return kFromMuLaw[octet]; }
std::int16_t linear_from_a_law(std::uint8_t octet) { return kFromALaw[octet]; }

}  // namespace skyn3t::media::g711
