#include "media/g711.hpp"

#include <cstddef>

namespace skyn3t::media::g711 {
namespace {

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

// One of the 128 steps of either sign: the magnitudes [first, end) have this code.
struct Step {
    int first;
    int end;
};
// Segment 0 is linear in A-law; the others double. Values are those of 16-bit samples.
constexpr Step a_law_step(int code) {
    const int segment = code >> 4, step = code & 0x0f;
    if (segment == 0) return {step << 4, (step + 1) << 4};
    return {(step + 16) << (segment + 3), (step + 17) << (segment + 3)};
}
// All segments double, from a bias of 132; the last step takes what overloads.
constexpr Step mu_law_step(int code) {
    const int segment = code >> 4, step = code & 0x0f;
    const int first = ((step + 16) << (segment + 3)) - 0x84;
    return {first < 0 ? 0 : first, code == 0x7f ? 32769 : ((step + 17) << (segment + 3)) - 0x84};
}

// Indexed by the sample's 16 bits. Filled step by step, since clang allows a constant 2^20
// operations.
constexpr std::array<std::uint8_t, 65536> mu_law_table() {
    std::array<std::uint8_t, 65536> table{};
    for (int code = 0; code < 128; ++code) {
        const Step step = mu_law_step(code);
        for (int magnitude = step.first; magnitude < step.end; ++magnitude) {
            if (magnitude < 32768)
                table[static_cast<std::size_t>(magnitude)] = static_cast<std::uint8_t>(code ^ 0xff);
            if (magnitude > 0)
                table[static_cast<std::size_t>(65536 - magnitude)] =
                    static_cast<std::uint8_t>(code ^ 0x7f);
        }
    }
    return table;
}
// Even bits are inverted on the line; a negative sample's magnitude is one less, so that -1 is the
// first.
constexpr std::array<std::uint8_t, 65536> a_law_table() {
    std::array<std::uint8_t, 65536> table{};
    for (int code = 0; code < 128; ++code) {
        const Step step = a_law_step(code);
        for (int magnitude = step.first; magnitude < step.end; ++magnitude) {
            table[static_cast<std::size_t>(magnitude)] = static_cast<std::uint8_t>(code ^ 0xd5);
            table[static_cast<std::size_t>(65535 - magnitude)] =
                static_cast<std::uint8_t>(code ^ 0x55);
        }
    }
    return table;
}
template <std::int16_t (*Decode)(int)>
constexpr std::array<std::int16_t, 256> decode_table() {
    std::array<std::int16_t, 256> table{};
    for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = Decode(i);
    return table;
}

constexpr auto kToMuLaw = mu_law_table();
constexpr auto kToALaw = a_law_table();
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
