#include "speech/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace skyn3t::speech {
namespace {

constexpr std::size_t kRate = 8000;
constexpr std::size_t kLongest = 120 * kRate;
constexpr std::size_t kWindow = kRate / 2;
constexpr std::size_t kStep = 4;  // of the first search: smoothed() leaves little above 1 kHz
constexpr int kDrift = 24;        // samples, 3 ms

using Complex = std::complex<float>;

// In-place radix-2 transform; the size is a power of two. The inverse is not scaled: only where the
// peak is matters.
void transform(std::vector<Complex>& data, bool inverse) {
    const std::size_t size = data.size();
    for (std::size_t i = 1, j = 0; i < size; ++i) {
        std::size_t bit = size >> 1;
        for (; (j & bit) != 0; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) std::swap(data[i], data[j]);
    }
    std::vector<Complex> twiddles(size / 2);
    for (std::size_t i = 0; i < twiddles.size(); ++i) {
        const double angle = (inverse ? 2 : -2) * std::numbers::pi * static_cast<double>(i) /
                             static_cast<double>(size);
        twiddles[i] =
            Complex(static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)));
    }
    for (std::size_t length = 2; length <= size; length <<= 1) {
        const std::size_t half = length / 2;
        const std::size_t stride = size / length;
        for (std::size_t start = 0; start < size; start += length) {
            for (std::size_t k = 0; k < half; ++k) {
                const Complex t = twiddles[k * stride];
                const Complex odd = data[start + k + half];
                // Written out: std::complex's product checks for infinities.
                const Complex turned(odd.real() * t.real() - odd.imag() * t.imag(),
                                     odd.real() * t.imag() + odd.imag() * t.real());
                const Complex even = data[start + k];
                data[start + k] = even + turned;
                data[start + k + half] = even - turned;
            }
        }
    }
}

using Audio = std::span<const std::int16_t>;

// Below 1.5 kHz, where a fraction of a sample makes little difference: a mean of four samples,
// twice.
std::vector<std::int16_t> smoothed(Audio audio) {
    std::vector<std::int16_t> out(audio.begin(), audio.end());
    for (int pass = 0; pass < 2; ++pass)
        for (std::size_t i = 0; i + 3 < out.size(); ++i)
            out[i] = static_cast<std::int16_t>((out[i] + out[i + 1] + out[i + 2] + out[i + 3]) / 4);
    return out;
}

// The cross-correlation at every lag, by one transform of both signals packed as real and imaginary
// part.
std::vector<float> cross_correlate(Audio received, Audio prompt) {
    std::size_t size = 1;
    while (size < received.size() + prompt.size()) size <<= 1;
    std::vector<Complex> packed(size);
    for (std::size_t i = 0; i < received.size(); ++i) packed[i].real(received[i] / 32768.0f);
    for (std::size_t i = 0; i < prompt.size(); ++i) packed[i].imag(prompt[i] / 32768.0f);
    transform(packed, false);
    std::vector<Complex> product(size);
    for (std::size_t k = 0; k < size; ++k) {
        const Complex a = packed[k];
        const Complex b = std::conj(packed[(size - k) & (size - 1)]);
        const Complex x = (a + b) * 0.5f;
        const Complex y = Complex(0, -0.5f) * (a - b);
        product[k] = x * std::conj(y);
    }
    transform(product, true);
    std::vector<float> result(size);
    std::transform(product.begin(), product.end(), result.begin(),
                   [size](Complex value) { return value.real() / static_cast<float>(size); });
    return result;
}

// sums[i] is the energy of the first i samples.
std::vector<double> energy_sums(Audio audio) {
    std::vector<double> sums(audio.size() + 1, 0.0);
    for (std::size_t i = 0; i < audio.size(); ++i) {
        const double sample = audio[i] / 32768.0;
        sums[i + 1] = sums[i] + sample * sample;
    }
    return sums;
}

double energy(const std::vector<double>& sums, std::ptrdiff_t from, std::size_t length) {
    const auto last = static_cast<std::ptrdiff_t>(sums.size()) - 1;
    const auto begin = std::clamp<std::ptrdiff_t>(from, 0, last);
    const auto end =
        std::clamp<std::ptrdiff_t>(from + static_cast<std::ptrdiff_t>(length), 0, last);
    return sums[static_cast<std::size_t>(end)] - sums[static_cast<std::size_t>(begin)];
}

// The correlation of one window of the prompt with `received` at a lag; what lies outside
// `received` is silence.
double correlate_at(Audio received, Audio window, std::ptrdiff_t from) {
    double dot = 0;
    double there = 0;
    double here = 0;
    for (std::size_t i = 0; i < window.size(); ++i) {
        const auto n = from + static_cast<std::ptrdiff_t>(i);
        const bool inside = n >= 0 && n < static_cast<std::ptrdiff_t>(received.size());
        const double a = inside ? received[static_cast<std::size_t>(n)] : 0;
        const double b = window[i];
        dot += a * b;
        there += a * a;
        here += b * b;
    }
    return there > 0 && here > 0 ? dot / std::sqrt(there * here) : 0;
}

struct Peak {
    std::ptrdiff_t lag = 0;
    double correlation = 0;
};

std::vector<std::int16_t> decimated(Audio audio) {
    std::vector<std::int16_t> out;
    out.reserve(audio.size() / kStep + 1);
    for (std::size_t i = 0; i < audio.size(); i += kStep) out.push_back(audio[i]);
    return out;
}

// Roughly: the best lag of two decimated signals. The energy under the prompt is floored, so that a
// fragment of it at the edge of silence is not blown up.
std::ptrdiff_t rough_lag(Audio received, Audio prompt) {
    const auto product = cross_correlate(received, prompt);
    const auto sums = energy_sums(received);
    const auto size = static_cast<std::ptrdiff_t>(product.size());
    const double floor = 1e-3 * sums.back();
    std::ptrdiff_t best = 0;
    double highest = 0;
    const auto first = -static_cast<std::ptrdiff_t>(prompt.size() / 4);
    for (auto lag = first; lag < static_cast<std::ptrdiff_t>(received.size()); ++lag) {
        const double dot = product[static_cast<std::size_t>(lag < 0 ? lag + size : lag)];
        const double value = dot / std::sqrt(std::max(energy(sums, lag, prompt.size()), floor));
        if (value <= highest) continue;
        highest = value;
        best = lag;
    }
    return best;
}

// The best alignment over the whole length: found at a quarter of the rate, then to the sample.
Peak align(Audio received, Audio prompt) {
    const auto step = static_cast<std::ptrdiff_t>(kStep);
    const std::ptrdiff_t rough = rough_lag(decimated(received), decimated(prompt)) * step;
    Peak best{rough, -1};
    for (auto lag = rough - step; lag <= rough + step; ++lag) {
        const double correlation = correlate_at(received, prompt, lag);
        if (correlation > best.correlation) best = {lag, correlation};
    }
    return best;
}

// The half seconds of the prompt that hold speech, each overlapping the next by half, and the
// weakest of them at `lag`.
double weakest_window(Audio received, Audio prompt, std::ptrdiff_t lag) {
    const auto sums = energy_sums(prompt);
    const std::size_t length = std::min(kWindow, prompt.size());
    const double audible =
        0.02 * sums.back() * static_cast<double>(length) / static_cast<double>(prompt.size());
    double weakest = 1;
    int drift = 0;
    int reach = kDrift;  // the first window is looked for, the next ones are followed
    for (std::size_t from = 0; from + length <= prompt.size(); from += kWindow / 2) {
        if (energy(sums, static_cast<std::ptrdiff_t>(from), length) < audible) continue;
        const Audio window = prompt.subspan(from, length);
        double best = -1;
        int best_shift = drift;
        for (int shift = std::max(drift - reach, -kDrift); shift <= std::min(drift + reach, kDrift);
             ++shift) {
            const double value =
                correlate_at(received, window, lag + static_cast<std::ptrdiff_t>(from) + shift);
            if (value > best) {
                best = value;
                best_shift = shift;
            }
        }
        drift = best_shift;
        reach = 4;
        weakest = std::min(weakest, best);
    }
    return weakest;
}

}  // namespace

PromptMatch match_prompt(Audio received, Audio prompt) {
    const auto smooth_received = smoothed(received.first(std::min(received.size(), kLongest)));
    const auto smooth_prompt = smoothed(prompt.first(std::min(prompt.size(), kLongest)));
    received = smooth_received;
    prompt = smooth_prompt;
    if (received.empty() || prompt.empty() || energy_sums(prompt).back() <= 0 ||
        energy_sums(received).back() <= 0)
        return {};
    const Peak peak = align(received, prompt);
    const double weakest = weakest_window(received, prompt, peak.lag);
    return {weakest, peak.correlation,
            std::chrono::milliseconds(peak.lag / static_cast<std::ptrdiff_t>(kRate / 1000))};
}

}  // namespace skyn3t::speech
