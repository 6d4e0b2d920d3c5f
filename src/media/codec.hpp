#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace skyn3t::media {

// The codecs that we offer and take. All three make 8 octets a millisecond and count RTP time at
// 8000 Hz; G.722's clock is 8000 although it samples at 16000 (RFC 3551, section 4.5.2).
enum class Codec : std::uint8_t { pcmu, pcma, g722 };

inline constexpr std::array<Codec, 3> kCodecs{Codec::pcmu, Codec::pcma, Codec::g722};
inline constexpr std::size_t kOctetsPerMillisecond = 8;
inline constexpr std::uint32_t kRtpClockRate = 8000;
inline constexpr std::size_t kFrameOctets = 160;  // 20 ms, the engine's tick

// The static payload type of RFC 3551: 0, 8 and 9.
constexpr std::uint8_t static_payload_type(Codec codec) {
    constexpr std::array<std::uint8_t, 3> kTypes{0, 8, 9};
    return kTypes[static_cast<std::size_t>(codec)];
}
// As SDP writes it: "PCMU", "PCMA", "G722".
constexpr std::string_view encoding_name(Codec codec) {
    constexpr std::array<std::string_view, 3> kNames{"PCMU", "PCMA", "G722"};
    return kNames[static_cast<std::size_t>(codec)];
}
// The codec's own sampling rate: 8000, and 16000 for G.722.
constexpr std::uint32_t sample_rate(Codec codec) { return codec == Codec::g722 ? 16000 : 8000; }
// What 20 ms of silence in mid-stream looks like, pre-encoded.
std::span<const std::uint8_t, kFrameOctets> silence_frame(Codec codec);

// PCM to payload, keeping the state that an adaptive codec needs. Takes samples at `rate`, 8000 or
// 16000; G.711 takes 8000 only, and G.722 at 8000 leaves its upper band empty. Allocates when made,
// never afterwards.
class Encoder {
  public:
    Encoder(Codec codec, std::uint32_t rate);
    ~Encoder();
    Encoder(Encoder&&) noexcept;
    Encoder& operator=(Encoder&&) noexcept;

    // Encodes all of `samples` (an even number at 16000) and returns the octets written; `out` must
    // hold 8 octets for each millisecond.
    std::size_t encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Payload to PCM at `rate`; the rules are the Encoder's. Any octets are valid input.
class Decoder {
  public:
    Decoder(Codec codec, std::uint32_t rate);
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    // Returns the samples written; `out` must hold `rate` / 8000 samples for each octet.
    std::size_t decode(std::span<const std::uint8_t> payload, std::span<std::int16_t> out);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace skyn3t::media
