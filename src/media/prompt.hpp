#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "media/codec.hpp"

namespace skyn3t::media {

// Rendered audio, ready to be sent: a 16 kHz mono master and the same sound as payload of every
// codec, all padded to whole frames of 20 ms. Immutable, so any thread may read it.
class Prompt {
  public:
    // What a prompt is made of; a cache file maps to exactly these parts.
    struct Parts {
        std::span<const std::int16_t> master;  // 320 samples a frame
        std::array<std::span<const std::uint8_t>, kCodecs.size()>
            payload;  // 160 octets a frame, by Codec
    };
    // `storage` owns the memory behind `parts` (a mapped file, or vectors). The parts must agree in
    // length and be whole frames: anything else is a bug of the caller and throws
    // std::invalid_argument.
    Prompt(Parts parts, std::shared_ptr<const void> storage);

    std::span<const std::int16_t> master() const { return parts_.master; }
    std::span<const std::uint8_t> payload(Codec codec) const {
        return parts_.payload[static_cast<std::size_t>(codec)];
    }
    std::chrono::milliseconds duration() const {
        return std::chrono::milliseconds(parts_.master.size() / 16);
    }

  private:
    Parts parts_;
    std::shared_ptr<const void> storage_;
};

// Shared because a prompt is owned by the cache and by every call that plays it, on several
// threads.
using PromptPtr = std::shared_ptr<const Prompt>;

// Pads with zeros to whole frames and encodes for every codec; 1.3 ms of CPU for each second of
// audio, so not on a signalling or media thread. The narrow-band variant is made by decimate(), or
// given as `narrowband` (the same sound at 8000 Hz, by a better resampler).
PromptPtr make_prompt(std::span<const std::int16_t> master_16k);
PromptPtr make_prompt(std::span<const std::int16_t> master_16k,
                      std::span<const std::int16_t> narrowband_8k);

// One codec's payload alone, for cache files: `samples` at the codec's own rate, padded to whole
// frames. G.722 starts from the idle state, that of a line after a second of silence, which joins
// 2-6 dB better than a reset encoder.
std::vector<std::uint8_t> encode_payload(Codec codec, std::span<const std::int16_t> samples);

// 16000 to 8000 Hz through a linear-phase half-band filter (flat to 3.4 kHz, -60 dB from 4.6 kHz).
std::vector<std::int16_t> decimate(std::span<const std::int16_t> master_16k);

}  // namespace skyn3t::media
