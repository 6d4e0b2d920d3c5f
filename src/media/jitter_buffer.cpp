#include "media/jitter_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "media/concealer.hpp"
#include "media/time_stretch.hpp"

namespace skyn3t::media {
namespace {

constexpr int kSamplesPerMs = 8;
// The latest packet of the last seconds should come so much before the pull that needs it ...
constexpr int kLeastSlack = 4 * kSamplesPerMs;
// ... and no more than that would still come if the buffer were a period shorter.
constexpr int kMostSpare = 8 * kSamplesPerMs;
constexpr int kFarTooMuch = 100 * kSamplesPerMs;
constexpr int kLongestPeriod = 80;
constexpr int kStartDelay = 20 * kSamplesPerMs;
constexpr int kLongestStartDelay = 120 * kSamplesPerMs;
constexpr std::size_t kBin = 2000;  // a quarter second
constexpr std::size_t kBetweenChanges = 800;
constexpr std::size_t kPauseOctets = 480;  // dry for so long: the sender paused
constexpr std::size_t kLongestConcealment = 800;
constexpr int kLeap = 16000;  // a timestamp 2 s away begins anew

}  // namespace

struct JitterBuffer::Dsp {
    Codec codec = Codec::pcmu;
    Decoder decoder{Codec::pcmu, 8000};
    Concealer concealer;
};

JitterBuffer::JitterBuffer() : dsp_(std::make_unique<Dsp>()) {}
JitterBuffer::~JitterBuffer() = default;

void JitterBuffer::reset() {
    for (Slot& each : slots_) each.kind = Kind::none;
    queued_ = 0;
    started_ = false;
    forget();
    noise_level_.reset();
}

// A talk spurt begins with this packet: what has been played since has nothing to do with its
// timestamp.
void JitterBuffer::resume_at(std::uint16_t sequence_number, std::uint32_t timestamp) {
    for (Slot& each : slots_) each.kind = Kind::none;
    queued_ = 0;
    next_sequence_ = sequence_number;
    next_timestamp_ = timestamp;
    forget();
    const int delay = std::clamp(jitter_ + kLeastSlack, kStartDelay, kLongestStartDelay);
    if (fifo_size_ < static_cast<std::size_t>(delay))
        push_noise(static_cast<std::size_t>(delay) - fifo_size_);
    dry_ = 0;
    started_ = true;
}

// The slot that this packet goes to; null when it is too late.
JitterBuffer::Slot* JitterBuffer::place(std::uint16_t sequence_number, std::uint32_t timestamp,
                                        std::chrono::microseconds since_pull) {
    if (!started_) resume_at(sequence_number, timestamp);
    int ahead =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence_number - next_sequence_));
    int lead = static_cast<std::int32_t>(timestamp - next_timestamp_);
    const bool leaps = lead < -kLeap || lead > kLeap;
    if (ahead < 0 && leaps) {  // an old number at no time of ours tells nothing of the network
        ++late_;
        return nullptr;
    }
    const bool paused = dry_ >= kPauseOctets && queued_ == 0 && lead > 0 && ahead >= 0;
    if (paused || ahead >= static_cast<int>(kSlots) || leaps) {
        resume_at(sequence_number, timestamp);
        ahead = lead = 0;
    }
    note(lead + static_cast<int>(fifo_size_), since_pull);
    if (ahead < 0 || lead < 0) {
        ++late_;
        return nullptr;
    }
    Slot& free = slot(sequence_number);
    if (free.kind == Kind::none || free.kind == Kind::other) ++queued_;
    free.sequence_number = sequence_number;
    free.timestamp = timestamp;
    return &free;
}

void JitterBuffer::put(const Packet& packet) {
    if (packet.payload.size() > kMaxPayload || packet.payload.empty()) return;
    Slot* free = place(packet.sequence_number, packet.timestamp, packet.since_pull);
    if (free == nullptr) return;
    free->kind = Kind::audio;
    free->codec = packet.codec;
    free->size = static_cast<std::uint16_t>(packet.payload.size());
    std::copy(packet.payload.begin(), packet.payload.end(), free->payload.begin());
}

void JitterBuffer::put_comfort_noise(std::uint16_t sequence_number, std::uint32_t timestamp,
                                     std::uint8_t level) {
    Slot* free = place(sequence_number, timestamp, {});
    if (free == nullptr) return;
    free->kind = Kind::comfort_noise;
    free->size = 1;
    free->payload[0] = level & 0x7f;
}

void JitterBuffer::put_other(std::uint16_t sequence_number) {
    const int ahead =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence_number - next_sequence_));
    if (!started_ || ahead < 0 || ahead >= static_cast<int>(kSlots)) return;
    Slot& free = slot(sequence_number);
    if (free.kind != Kind::none) return;
    free.kind = Kind::other;
    free.sequence_number = sequence_number;
}

void JitterBuffer::pull(std::span<std::int16_t, kFrame> out) {
    while (fifo_size_ < kFrame) step();
    std::copy_n(fifo_.begin(), kFrame, out.begin());
    std::copy(fifo_.begin() + kFrame, fifo_.begin() + static_cast<std::ptrdiff_t>(fifo_size_),
              fifo_.begin());
    fifo_size_ -= kFrame;
    rotate(kFrame);
}

// Gives the fifo something more.
void JitterBuffer::step() {
    if (!started_) return push_noise(kFrame);
    while (holds(next_sequence_, Kind::other)) {
        slot(next_sequence_).kind = Kind::none;
        ++next_sequence_;
    }
    if (holds(next_sequence_, Kind::audio)) return play(slot(next_sequence_));
    if (holds(next_sequence_, Kind::comfort_noise)) {
        Slot& packet = slot(next_sequence_);
        noise_level_ = packet.payload[0];
        next_timestamp_ = packet.timestamp;
        packet.kind = Kind::none;
        --queued_;
        ++next_sequence_;
        return;
    }
    if (queued_ > 0) return skip_to_next();
    run_dry();
}

void JitterBuffer::play(Slot& packet) {
    std::array<std::int16_t, kMaxPayload> samples;
    if (packet.codec != dsp_->codec) {
        dsp_->decoder = Decoder(packet.codec, 8000);
        dsp_->codec = packet.codec;
    }
    const std::size_t size =
        dsp_->decoder.decode(std::span(packet.payload).first(packet.size), samples);
    dsp_->concealer.accept(std::span(samples).first(size));
    next_timestamp_ = packet.timestamp + packet.size;
    packet.kind = Kind::none;
    --queued_;
    ++next_sequence_;
    dry_ = 0;
    noise_level_.reset();
    decoded_ += size;
    push_adapted(std::span(samples).first(size));
}

// The next packet is missing, but a later one is here: fills the time up to it.
void JitterBuffer::skip_to_next() {
    std::uint16_t later = next_sequence_;
    while (!holds(later, Kind::audio) && !holds(later, Kind::comfort_noise)) {
        if (holds(later, Kind::other)) slot(later).kind = Kind::none;
        ++later;
    }
    int gap = static_cast<std::int32_t>(slot(later).timestamp - next_timestamp_);
    // What was filled while the buffer was dry turns out to have been for the missing packet.
    if (const int filled = std::clamp(gap, 0, static_cast<int>(dry_)); filled > 0) {
        next_timestamp_ += static_cast<std::uint32_t>(filled);
        dry_ -= static_cast<std::size_t>(filled);
        gap -= filled;
        shift(-filled);
    }
    // A pause that the sender made is not filled: it was heard while the buffer was dry.
    if (gap <= 0 || gap > static_cast<int>(kLongestConcealment)) {
        next_sequence_ = later;
        next_timestamp_ = slot(later).timestamp;
        return;
    }
    const auto samples = std::min<std::size_t>(static_cast<std::size_t>(gap), kFrame);
    conceal(samples);
    next_timestamp_ += static_cast<std::uint32_t>(samples);
}

// Nothing is here: time passes, but the timestamp to be played does not move, so the delay grows.
void JitterBuffer::run_dry() {
    if (noise_level_ || dry_ >= kLongestConcealment)
        push_noise(kFrame);
    else
        conceal(kFrame);
    dry_ += kFrame;
    shift(static_cast<int>(kFrame));
}

void JitterBuffer::conceal(std::size_t samples) {
    std::array<std::int16_t, kFrame> filled{};
    dsp_->concealer.conceal(std::span(filled).first(samples));
    concealed_ += samples;
    push(std::span(filled).first(samples));
}

// White noise at the comfort-noise level, or silence without one.
void JitterBuffer::push_noise(std::size_t samples) {
    std::array<std::int16_t, 1024> noise{};
    samples = std::min(samples, noise.size());
    if (noise_level_) {
        // -dBov is relative to the overload point of a square wave; uniform noise has 1/sqrt(3) of
        // its peak.
        const double peak = 32767 * std::sqrt(3.0) * std::pow(10.0, -*noise_level_ / 20.0);
        const int amplitude = static_cast<int>(std::min(peak, 16000.0));
        for (auto& sample : std::span(noise).first(samples)) {
            noise_seed_ = noise_seed_ * 1664525u + 1013904223u;
            sample = static_cast<std::int16_t>(
                static_cast<int>(noise_seed_ >> 16) % (2 * amplitude + 1) - amplitude);
        }
    }
    push(std::span(noise).first(samples));
}

// Pushes decoded audio, one pitch period shorter or longer when the delay should change.
void JitterBuffer::push_adapted(std::span<const std::int16_t> samples) {
    const Earliness earliness = worst();
    const bool too_little = earliness.slack < kLeastSlack;
    const bool too_much =
        earliness.spare != kNothing && bins_filled_ >= bins_.size() && earliness.spare > kMostSpare;
    const bool may =
        since_change_ >= kBetweenChanges || (too_much && earliness.spare > kFarTooMuch);
    if (samples.size() < 80 || !may || !(too_little || too_much)) return push(samples);

    std::array<std::int16_t, kMaxPayload * 3 / 2> changed;
    // The longer the delay has been wrong, the less alike the periods must be.
    const double alike = std::max(0.0, 0.8 - 0.05 * static_cast<double>(refusals_));
    const Stretch done =
        too_little ? lengthen(samples, changed, alike) : shorten(samples, changed, alike);
    if (done.period == 0) {
        ++refusals_;
        return push(samples);
    }
    refusals_ = 0;
    since_change_ = 0;
    const int period = static_cast<int>(done.period);
    shift(too_little ? period : -period);
    push(std::span(changed).first(done.size));
}

void JitterBuffer::push(std::span<const std::int16_t> samples) {
    assert(fifo_size_ + samples.size() <= fifo_.size());
    std::copy(samples.begin(), samples.end(),
              fifo_.begin() + static_cast<std::ptrdiff_t>(fifo_size_));
    fifo_size_ += samples.size();
}

// `samples_before` this packet's first are to be played. Pulls take whole frames, so what matters
// to be in time is which pull will need it.
void JitterBuffer::note(int samples_before, std::chrono::microseconds since_pull) {
    constexpr int kPull = static_cast<int>(kFrame);
    const int until_pull =
        kPull - std::clamp(static_cast<int>(since_pull.count() * kSamplesPerMs / 1000), 0, kPull);
    const auto slack_of = [&](int samples) {
        const int pulls = samples >= 0 ? samples / kPull : -((kPull - 1 - samples) / kPull);
        return pulls * kPull + until_pull;
    };
    Earliness& bin = bins_[bin_];
    bin.slack = std::min(bin.slack, slack_of(samples_before));
    bin.spare = std::min(bin.spare, slack_of(samples_before - kLongestPeriod));
    bin.delay = std::min(bin.delay, samples_before + until_pull);
}

void JitterBuffer::shift(int samples) {
    for (Earliness& bin : bins_) {
        if (bin.slack == kNothing) continue;
        bin.slack += samples;
        bin.spare += samples;
        bin.delay += samples;
    }
}

JitterBuffer::Earliness JitterBuffer::worst() const {
    Earliness least;
    for (const Earliness& bin : bins_) {
        least.slack = std::min(least.slack, bin.slack);
        least.spare = std::min(least.spare, bin.spare);
        least.delay = std::min(least.delay, bin.delay);
    }
    return least;
}

void JitterBuffer::forget() {
    bins_.fill({});
    bins_filled_ = 0;
    in_bin_ = 0;
}

void JitterBuffer::rotate(std::size_t samples) {
    since_change_ += samples;
    in_bin_ += samples;
    if (in_bin_ < kBin) return;
    in_bin_ = 0;
    // The spread of the bins is the jitter that a new talk spurt should be ready for.
    int most = 0;
    const int least = worst().delay;
    for (const Earliness& bin : bins_)
        if (bin.delay != kNothing) most = std::max(most, bin.delay);
    if (least != kNothing) jitter_ = most - least;
    bin_ = (bin_ + 1) % bins_.size();
    bins_[bin_] = {};
    bins_filled_ = std::min(bins_filled_ + 1, bins_.size());
}

std::chrono::milliseconds JitterBuffer::delay() const {
    const int least = worst().delay;
    return std::chrono::milliseconds(least == kNothing ? 0 : std::max(0, least) / kSamplesPerMs);
}

}  // namespace skyn3t::media
