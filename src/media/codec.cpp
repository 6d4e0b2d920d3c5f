#include "media/codec.hpp"

#include <spandsp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "base/handle.hpp"
#include "media/g711.hpp"

namespace skyn3t::media {
namespace {

using G722Encoder = Handle<g722_encode_state_t, g722_encode_free>;
using G722Decoder = Handle<g722_decode_state_t, g722_decode_free>;

constexpr int kG722BitRate = 64000;

// spandsp's option bit: its 8 kHz side works on the lower band alone, with no resampler.
int g722_options(std::uint32_t rate) { return rate == 8000 ? G722_SAMPLE_RATE_8000 : 0; }

// What a G.722 encoder says to silence once it has adapted to it. That never becomes one repeated
// octet, and most frames of it drift when repeated; the 200th stays under -60 dBFS whatever the
// decoder heard before.
std::array<std::uint8_t, kFrameOctets> make_g722_silence() {
    Encoder encoder(Codec::g722, 16000);
    const std::array<std::int16_t, 320> zeros{};
    std::array<std::uint8_t, kFrameOctets> frame{};
    for (int i = 0; i < 200; ++i) encoder.encode(zeros, frame);
    return frame;
}

constexpr std::array<std::uint8_t, kFrameOctets> filled(std::uint8_t octet) {
    std::array<std::uint8_t, kFrameOctets> frame{};
    frame.fill(octet);
    return frame;
}

}  // namespace

std::span<const std::uint8_t, kFrameOctets> silence_frame(Codec codec) {
    static constexpr auto kMuLaw = filled(g711::kMuLawSilence);
    static constexpr auto kALaw = filled(g711::kALawSilence);
    static const auto g722 = make_g722_silence();
    switch (codec) {
        case Codec::pcmu:
            return kMuLaw;
        case Codec::pcma:
            return kALaw;
        case Codec::g722:
            break;
    }
    return g722;
}

struct Encoder::State {
    Codec codec;
    G722Encoder g722;
};

Encoder::Encoder(Codec codec, std::uint32_t rate)
    : state_(std::make_unique<State>(State{codec, nullptr})) {
    assert(rate == 8000 || (rate == 16000 && codec == Codec::g722));
    if (codec == Codec::g722)
        state_->g722.reset(g722_encode_init(nullptr, kG722BitRate, g722_options(rate)));
}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

std::size_t Encoder::encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out) {
    switch (state_->codec) {
        case Codec::pcmu:
            assert(out.size() >= samples.size());
            std::transform(samples.begin(), samples.end(), out.begin(), g711::mu_law_from_linear);
            return samples.size();
        case Codec::pcma:
            assert(out.size() >= samples.size());
            std::transform(samples.begin(), samples.end(), out.begin(), g711::a_law_from_linear);
            return samples.size();
        case Codec::g722:
            break;
    }
    return static_cast<std::size_t>(g722_encode(state_->g722.get(), out.data(), samples.data(),
                                                static_cast<int>(samples.size())));
}

struct Decoder::State {
    Codec codec;
    G722Decoder g722;
};

Decoder::Decoder(Codec codec, std::uint32_t rate)
    : state_(std::make_unique<State>(State{codec, nullptr})) {
    assert(rate == 8000 || (rate == 16000 && codec == Codec::g722));
    if (codec == Codec::g722)
        state_->g722.reset(g722_decode_init(nullptr, kG722BitRate, g722_options(rate)));
}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

std::size_t Decoder::decode(std::span<const std::uint8_t> payload, std::span<std::int16_t> out) {
    switch (state_->codec) {
        case Codec::pcmu:
            assert(out.size() >= payload.size());
            std::transform(payload.begin(), payload.end(), out.begin(), g711::linear_from_mu_law);
            return payload.size();
        case Codec::pcma:
            assert(out.size() >= payload.size());
            std::transform(payload.begin(), payload.end(), out.begin(), g711::linear_from_a_law);
            return payload.size();
        case Codec::g722:
            break;
    }
    return static_cast<std::size_t>(g722_decode(state_->g722.get(), out.data(), payload.data(),
                                                static_cast<int>(payload.size())));
}

}  // namespace skyn3t::media
