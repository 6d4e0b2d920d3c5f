#include "media/audio_tap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace skyn3t::media {

namespace {
constexpr unsigned kBlock = 800;
constexpr std::size_t kMaxDetectors = 8;
constexpr std::chrono::seconds kMaxCapture{60};
}  // namespace

ToneDetector::ToneDetector(unsigned hertz)
    : hertz_(hertz), coefficient_(2 * std::cos(2 * std::numbers::pi * hertz / 8000)) {}

bool ToneDetector::feed(std::span<const std::int16_t> samples) {
    bool heard = false;
    for (const std::int16_t sample : samples) {
        const double s0 = sample + coefficient_ * s1_ - s2_;
        s2_ = std::exchange(s1_, s0);
        energy_ += static_cast<double>(sample) * sample;
        if (++in_block_ == kBlock) heard |= end_block();
    }
    return heard;
}

bool ToneDetector::end_block() {
    constexpr double kLeastMeanSquare = 100.0 * 100.0;  // -50 dBFS
    constexpr unsigned kBlocks = 3;
    // |X|^2 of a pure sine is N/2 times its energy, so the share is 1.
    const double power = s1_ * s1_ + s2_ * s2_ - coefficient_ * s1_ * s2_;
    const bool loud = energy_ > kLeastMeanSquare * kBlock;
    const bool present = loud && 2 * power / (kBlock * energy_) > 0.5;
    s1_ = s2_ = energy_ = 0;
    in_block_ = 0;
    blocks_heard_ = present ? blocks_heard_ + 1 : 0;
    return blocks_heard_ >= kBlocks &&
           !std::exchange(reported_, blocks_heard_ >= kBlocks || reported_);
}

AudioTap::AudioTap() : decoder_(Codec::pcmu, 8000) {}

void AudioTap::listen_for_digits(bool on) {
    if (!on)
        digits_.reset();
    else if (!digits_)
        digits_ = std::make_unique<InbandDtmf>();
}

void AudioTap::detect(std::span<const unsigned> hertz) {
    detectors_.clear();
    heard_.clear();
    heard_.reserve(kMaxDetectors);
    for (const unsigned each : hertz.first(std::min(hertz.size(), kMaxDetectors)))
        detectors_.emplace_back(each);
}

void AudioTap::capture(std::chrono::milliseconds length, SteadyTime now) {
    length =
        std::clamp<std::chrono::milliseconds>(length, std::chrono::milliseconds(20), kMaxCapture);
    capture_.assign(static_cast<std::size_t>(length.count()) * 8, 0);
    captured_size_ = 0;
    origin_.reset();
    capturing_ = true;
    captured_ = false;
    capture_deadline_ = now + length + std::chrono::seconds(2);
}

void AudioTap::feed(Codec codec, std::uint32_t timestamp, std::span<const std::uint8_t> payload) {
    if (payload.size() > kMaxPayload) return;
    if (codec != codec_) {
        decoder_ = Decoder(codec, 8000);
        codec_ = codec;
    }
    std::array<std::int16_t, kMaxPayload> buffer;
    const auto samples =
        std::span<const std::int16_t>(buffer).first(decoder_.decode(payload, buffer));
    if (digits_) digits_->feed(samples);
    for (ToneDetector& detector : detectors_)
        if (detector.feed(samples)) heard_.push_back(detector.hertz());
    if (capturing_ && !captured_) keep(timestamp, samples);
}

void AudioTap::keep(std::uint32_t timestamp, std::span<const std::int16_t> samples) {
    if (!origin_) origin_ = timestamp - static_cast<std::uint32_t>(captured_size_);
    const auto at = static_cast<std::int32_t>(timestamp - *origin_);
    if (at < 0) return;
    const auto begin = static_cast<std::size_t>(at);
    if (begin < capture_.size())
        std::copy_n(samples.begin(), std::min(samples.size(), capture_.size() - begin),
                    capture_.begin() + at);
    captured_size_ = std::max(captured_size_, std::min(begin + samples.size(), capture_.size()));
    captured_ = captured_size_ == capture_.size();
}

std::optional<ReceivedDigit> AudioTap::take_digit() {
    return digits_ ? digits_->take() : std::nullopt;
}

std::optional<unsigned> AudioTap::take_tone() {
    if (heard_.empty()) return std::nullopt;
    const unsigned hertz = heard_.back();
    heard_.pop_back();
    return hertz;
}

std::optional<std::vector<std::int16_t>> AudioTap::take_capture(SteadyTime now) {
    if (!capturing_ || (!captured_ && now < capture_deadline_)) return std::nullopt;
    capturing_ = captured_ = false;
    capture_.resize(captured_size_);
    return std::exchange(capture_, {});
}

}  // namespace skyn3t::media
