#include "speech/mastering.hpp"

#include <ebur128.h>
#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace skyn3t::speech {
namespace {

using Samples = std::vector<float>;

constexpr int kWideRate = 16000;
constexpr int kNarrowRate = 8000;
constexpr std::size_t kFrame = 320;  // 20 ms at 16 kHz: masters are whole frames

struct EbuState {
    ebur128_state* value;
    EbuState(int rate, int mode) : value(ebur128_init(1, static_cast<unsigned long>(rate), mode)) {
        if (value == nullptr) throw std::runtime_error("ebur128_init failed");
    }
    ~EbuState() { ebur128_destroy(&value); }
    EbuState(const EbuState&) = delete;
    EbuState& operator=(const EbuState&) = delete;
};

double to_ratio(double decibels) { return std::pow(10.0, decibels / 20); }
double to_decibels(double ratio) {
    return ratio > 0 ? 20 * std::log10(ratio) : -std::numeric_limits<double>::infinity();
}

Samples to_float(const Clip& clip) {
    Samples samples(clip.samples.size());
    std::transform(clip.samples.begin(), clip.samples.end(), samples.begin(),
                   [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0f; });
    return samples;
}

std::vector<std::int16_t> to_int16(const Samples& samples) {
    std::vector<std::int16_t> out(samples.size());
    std::transform(samples.begin(), samples.end(), out.begin(), [](float sample) {
        return static_cast<std::int16_t>(
            std::lrintf(std::clamp(sample, -1.0f, 0.9999f) * 32768.0f));
    });
    return out;
}

Samples resample(const Samples& in, double from, double to) {
    if (from == to || in.empty()) return in;
    Samples out(static_cast<std::size_t>(std::ceil(static_cast<double>(in.size()) * to / from)) +
                1);
    std::size_t done = 0;
    const auto quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_error_t error = soxr_oneshot(from, to, 1, in.data(), in.size(), nullptr, out.data(),
                                            out.size(), &done, nullptr, &quality, nullptr);
    if (error != nullptr) throw std::runtime_error(std::string("soxr: ") + error);
    out.resize(done);
    return out;
}

// A second-order Butterworth high-pass (bilinear transform): hum and the rumble of cheap
// microphones.
void high_pass(Samples& samples, double rate) {
    constexpr double kCorner = 90;
    const double k = std::tan(std::numbers::pi * kCorner / rate);
    const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
    const double a1 = 2 * (k * k - 1) * norm;
    const double a2 = (1 - std::numbers::sqrt2 * k + k * k) * norm;
    double z1 = 0;
    double z2 = 0;
    for (float& sample : samples) {
        const double in = sample * norm;
        const double out = in + z1;
        z1 = -2 * in - a1 * out + z2;
        z2 = in - a2 * out;
        sample = static_cast<float>(out);
    }
}

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// From the first to the last 10 ms that is within 40 dB of the loudest 10 ms.
Span sounding_part(const Samples& samples, int rate) {
    const auto step = static_cast<std::size_t>(rate / 100);
    std::vector<double> energy;
    for (std::size_t i = 0; i < samples.size(); i += step) {
        double sum = 0;
        for (std::size_t j = i; j < std::min(i + step, samples.size()); ++j)
            sum += static_cast<double>(samples[j]) * samples[j];
        energy.push_back(sum);
    }
    const double loudest = energy.empty() ? 0 : *std::max_element(energy.begin(), energy.end());
    if (loudest <= 0) return {};
    const auto sounds = [&](double value) { return value > loudest * 1e-4; };
    const auto first = std::find_if(energy.begin(), energy.end(), sounds) - energy.begin();
    const auto last = std::find_if(energy.rbegin(), energy.rend(), sounds).base() - energy.begin();
    return {static_cast<std::size_t>(first) * step,
            std::min(static_cast<std::size_t>(last) * step, samples.size())};
}

// The sounding part with what silence around it is wanted; where the source has less, zeros.
Samples trim(const Samples& samples, int rate) {
    constexpr double kLead = 0.050;
    constexpr double kTail = 0.120;
    const auto [begin, end] = sounding_part(samples, rate);
    if (begin == end) return samples;
    const auto lead = static_cast<std::size_t>(kLead * rate);
    const auto tail = static_cast<std::size_t>(kTail * rate);
    const std::size_t from = begin - std::min(begin, lead);
    const std::size_t to = std::min(end + tail, samples.size());
    Samples out(lead - (begin - from), 0.0f);
    out.insert(out.end(), samples.begin() + static_cast<std::ptrdiff_t>(from),
               samples.begin() + static_cast<std::ptrdiff_t>(to));
    out.resize(out.size() + tail - (to - end), 0.0f);
    return out;
}

double loudness_of(const Samples& samples, int rate) {
    const auto [begin, end] = sounding_part(samples, rate);
    const auto length = end - begin;
    if (length == 0) return -std::numeric_limits<double>::infinity();
    const EbuState state(rate, EBUR128_MODE_I);
    if (length >= static_cast<std::size_t>(rate)) {
        ebur128_add_frames_float(state.value, samples.data(), samples.size());
    } else {
        // The gating blocks of EBU R 128 are 400 ms; a short clip is repeated until there are three
        // seconds.
        for (std::size_t sent = 0; sent < static_cast<std::size_t>(3 * rate); sent += length)
            ebur128_add_frames_float(state.value, samples.data() + begin, length);
    }
    double result = -std::numeric_limits<double>::infinity();
    ebur128_loudness_global(state.value, &result);
    return result;
}

double true_peak_of(const Samples& samples, int rate) {
    const EbuState state(rate, EBUR128_MODE_TRUE_PEAK);
    ebur128_add_frames_float(state.value, samples.data(), samples.size());
    double peak = 0;
    ebur128_true_peak(state.value, 0, &peak);
    return to_decibels(peak);
}

// A look-ahead limiter. Peaks between the samples are found at four times the rate; the gain is the
// smallest one needed within 5 ms, averaged over those 5 ms, so it never exceeds what the sample
// under it needs.
void limit(Samples& samples, int rate, double ceiling) {
    constexpr std::size_t kOversampling = 4;
    const Samples fine = resample(samples, rate, static_cast<double>(rate) * kOversampling);
    const std::size_t count = samples.size();
    const auto reach = static_cast<std::size_t>(rate / 200);
    Samples needed(count, 1.0f);
    bool quiet = true;
    for (std::size_t i = 0; i < fine.size(); ++i) {
        const double peak = std::abs(fine[i]);
        if (peak <= ceiling) continue;
        quiet = false;
        const auto gain = static_cast<float>(ceiling / peak);
        for (const std::size_t n : {i / kOversampling, i / kOversampling + 1})
            if (n < count) needed[n] = std::min(needed[n], gain);
    }
    if (quiet) return;
    Samples held(count, 1.0f);  // the minimum within `reach` on both sides
    for (std::size_t n = 0; n < count; ++n) {
        if (needed[n] == 1.0f) continue;
        const std::size_t from = n - std::min(n, reach);
        for (std::size_t m = from; m < std::min(n + reach + 1, count); ++m)
            held[m] = std::min(held[m], needed[n]);
    }
    double sum = 0;
    const std::size_t window = 2 * (reach / 2) + 1;
    const auto at = [&](std::ptrdiff_t n) {
        return static_cast<double>(held[static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(n, 0, static_cast<std::ptrdiff_t>(count) - 1))]);
    };
    const auto half = static_cast<std::ptrdiff_t>(reach / 2);
    for (std::ptrdiff_t n = -half; n <= half; ++n) sum += at(n);
    for (std::size_t n = 0; n < count; ++n) {
        const auto centre = static_cast<std::ptrdiff_t>(n);
        samples[n] *= static_cast<float>(sum / static_cast<double>(window));
        sum += at(centre + half + 1) - at(centre - half);
    }
}

void scale(Samples& samples, double decibels) {
    const auto gain = static_cast<float>(to_ratio(decibels));
    for (float& sample : samples) sample *= gain;
}

// Limiting takes a little loudness away, so the gain is corrected until it is right.
Samples level(const Samples& samples, int rate) {
    constexpr double kMargin = 0.3;  // dB: what interpolation and rounding may add afterwards
    const double before = loudness_of(samples, rate);
    if (!std::isfinite(before)) return samples;
    Samples out;
    double gain = kTargetLoudness - before;
    for (int attempt = 0; attempt < 4; ++attempt) {
        out = samples;
        scale(out, gain);
        limit(out, rate, to_ratio(kPeakCeiling - kMargin));
        const double missing = kTargetLoudness - loudness_of(out, rate);
        if (std::abs(missing) < 0.1) break;
        gain += missing;
    }
    return out;
}

}  // namespace

Master make_master(const Clip& clip) {
    Samples samples = to_float(clip);
    high_pass(samples, clip.sample_rate);
    samples = resample(trim(samples, clip.sample_rate), clip.sample_rate, kWideRate);
    samples.resize((samples.size() + kFrame - 1) / kFrame * kFrame, 0.0f);
    samples = level(samples, kWideRate);
    Samples narrow = resample(samples, kWideRate, kNarrowRate);
    narrow.resize(samples.size() / 2, 0.0f);
    limit(narrow, kNarrowRate, to_ratio(kPeakCeiling - 0.3));
    return {to_int16(samples), to_int16(narrow)};
}

double loudness(const Clip& clip) { return loudness_of(to_float(clip), clip.sample_rate); }
double true_peak(const Clip& clip) { return true_peak_of(to_float(clip), clip.sample_rate); }

Clip trimmed(const Clip& clip) {
    const auto [begin, end] = sounding_part(to_float(clip), clip.sample_rate);
    return {{clip.samples.begin() + static_cast<std::ptrdiff_t>(begin),
             clip.samples.begin() + static_cast<std::ptrdiff_t>(end)},
            clip.sample_rate};
}

}  // namespace skyn3t::speech
