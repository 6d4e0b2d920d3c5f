#include "media/prompt.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace skyn3t::media {
namespace {

constexpr std::size_t kMasterFrame = 320;  // 20 ms at 16 kHz

std::size_t frames_in(std::size_t samples, std::size_t per_frame) {
    return (samples + per_frame - 1) / per_frame;
}

// A half-band low-pass by the Kaiser window (beta for 60 dB): every second tap but the middle one
// is zero.
constexpr int kHalfTaps = 25;
std::array<double, 2 * kHalfTaps + 1> make_half_band() {
    const auto bessel_i0 = [](double x) {
        double sum = 1, term = 1;
        for (int k = 1; k < 30; ++k) {
            term *= (x / (2 * k)) * (x / (2 * k));
            sum += term;
        }
        return sum;
    };
    constexpr double kBeta = 5.65;
    std::array<double, 2 * kHalfTaps + 1> taps{};
    double sum = 0;
    for (int n = -kHalfTaps; n <= kHalfTaps; ++n) {
        const double x = std::numbers::pi * n / 2;
        const double ideal = n == 0 ? 0.5 : 0.5 * std::sin(x) / x;
        const double position = static_cast<double>(n) / (kHalfTaps + 1);
        const double window =
            bessel_i0(kBeta * std::sqrt(1 - position * position)) / bessel_i0(kBeta);
        taps[static_cast<std::size_t>(n + kHalfTaps)] = ideal * window;
        sum += ideal * window;
    }
    for (auto& tap : taps) tap /= sum;
    return taps;
}

struct Storage {
    std::vector<std::int16_t> master;
    std::array<std::vector<std::uint8_t>, kCodecs.size()> payload;
};

}  // namespace

Prompt::Prompt(Parts parts, std::shared_ptr<const void> storage)
    : parts_(parts), storage_(std::move(storage)) {
    const auto frames = parts_.master.size() / kMasterFrame;
    const bool whole = parts_.master.size() % kMasterFrame == 0;
    const bool agree =
        std::all_of(parts_.payload.begin(), parts_.payload.end(),
                    [&](const auto& octets) { return octets.size() == frames * kFrameOctets; });
    if (!whole || !agree) throw std::invalid_argument("a prompt's parts differ in length");
}

std::vector<std::int16_t> decimate(std::span<const std::int16_t> master_16k) {
    static const auto taps = make_half_band();
    const auto size = static_cast<std::ptrdiff_t>(master_16k.size());
    std::vector<std::int16_t> out;
    out.reserve(master_16k.size() / 2);
    for (std::ptrdiff_t centre = 0; centre + 1 < size; centre += 2) {
        double sum = 0;
        for (std::ptrdiff_t n = -kHalfTaps; n <= kHalfTaps; ++n) {
            const auto at = centre + n;
            if (at >= 0 && at < size)
                sum += taps[static_cast<std::size_t>(n + kHalfTaps)] *
                       master_16k[static_cast<std::size_t>(at)];
        }
        out.push_back(static_cast<std::int16_t>(std::clamp(std::lround(sum), -32768L, 32767L)));
    }
    return out;
}

std::vector<std::uint8_t> encode_payload(Codec codec, std::span<const std::int16_t> samples) {
    const std::size_t per_frame = sample_rate(codec) / 50;
    const std::size_t frames = frames_in(samples.size(), per_frame);
    std::vector<std::int16_t> padded(samples.begin(), samples.end());
    padded.resize(frames * per_frame);
    std::vector<std::uint8_t> payload(frames * kFrameOctets);

    Encoder encoder(codec, sample_rate(codec));
    if (codec == Codec::g722) {
        const std::vector<std::int16_t> second_of_silence(16000);
        std::vector<std::uint8_t> discarded(8000);
        encoder.encode(second_of_silence, discarded);
    }
    encoder.encode(padded, payload);
    return payload;
}

PromptPtr make_prompt(std::span<const std::int16_t> master_16k) {
    return make_prompt(master_16k, decimate(master_16k));
}

PromptPtr make_prompt(std::span<const std::int16_t> master_16k,
                      std::span<const std::int16_t> narrowband_8k) {
    const auto storage = std::make_shared<Storage>();
    const std::size_t frames = frames_in(master_16k.size(), kMasterFrame);
    storage->master.assign(master_16k.begin(), master_16k.end());
    storage->master.resize(frames * kMasterFrame);
    // A resampler may give a few samples more or less than half: the master decides.
    std::vector<std::int16_t> narrowband(narrowband_8k.begin(), narrowband_8k.end());
    narrowband.resize(frames * kFrameOctets);

    Prompt::Parts parts;
    parts.master = storage->master;
    for (const Codec codec : kCodecs) {
        auto& payload = storage->payload[static_cast<std::size_t>(codec)];
        payload = encode_payload(codec, codec == Codec::g722
                                            ? std::span<const std::int16_t>(storage->master)
                                            : std::span<const std::int16_t>(narrowband));
        parts.payload[static_cast<std::size_t>(codec)] = payload;
    }
    return std::make_shared<const Prompt>(parts, storage);
}

}  // namespace skyn3t::media
