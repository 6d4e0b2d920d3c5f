#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "media/codec.hpp"
#include "media/dtmf_receiver.hpp"

namespace skyn3t::media {

// Recognises one sine in 8000 Hz audio (Goertzel, blocks of 100 ms).
class ToneDetector {
  public:
    explicit ToneDetector(unsigned hertz);
    unsigned hertz() const { return hertz_; }
    // True once: when the tone has been more than half of what is heard for 300 ms.
    bool feed(std::span<const std::int16_t> samples);

  private:
    bool end_block();

    unsigned hertz_;
    double coefficient_;
    double s1_ = 0, s2_ = 0;
    double energy_ = 0;
    unsigned in_block_ = 0;
    unsigned blocks_heard_ = 0;
    bool reported_ = false;
};

// Listens to what a stream receives, on receipt and with no jitter buffer: in-band digits, tones,
// and a capture that keeps each packet where its timestamp puts it. Made only for a stream that is
// listened to.
class AudioTap {
  public:
    AudioTap();

    void listen_for_digits(bool on);
    void detect(std::span<const unsigned> hertz);
    void capture(std::chrono::milliseconds length, SteadyTime now);
    bool is_idle() const { return !digits_ && detectors_.empty() && !capturing_; }

    void feed(Codec codec, std::uint32_t timestamp, std::span<const std::uint8_t> payload);
    // Another source: its timestamps begin anew, and a capture goes on after what it has.
    void restart() { origin_.reset(); }

    std::optional<ReceivedDigit> take_digit();
    std::optional<unsigned> take_tone();
    // The capture, when it is complete, or late by 2 s.
    std::optional<std::vector<std::int16_t>> take_capture(SteadyTime now);

  private:
    static constexpr std::size_t kMaxPayload = 480;
    void keep(std::uint32_t timestamp, std::span<const std::int16_t> samples);

    Codec codec_ = Codec::pcmu;
    Decoder decoder_;
    std::unique_ptr<InbandDtmf> digits_;
    std::vector<ToneDetector> detectors_;
    std::vector<unsigned> heard_;
    bool capturing_ = false;
    bool captured_ = false;
    SteadyTime capture_deadline_{};
    std::optional<std::uint32_t> origin_;  // the timestamp of captured sample 0
    std::size_t captured_size_ = 0;
    std::vector<std::int16_t> capture_;
};

}  // namespace skyn3t::media
