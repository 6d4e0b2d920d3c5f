#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "media/codec.hpp"

namespace skyn3t::media {

// What a stream did, for the call log. Times of day are wall time; a value that is not known is
// absent.
struct StreamStats {
    std::optional<Codec> codec;
    std::uint64_t packets_sent = 0;
    std::uint64_t octets_sent = 0;  // payload only, as RTCP counts them
    std::uint64_t packets_received = 0;
    std::uint64_t octets_received = 0;
    std::uint64_t packets_lost = 0;  // towards us, from gaps in the sequence numbers
    // Not seen as gaps, since nothing came before or after them: what a peer that may talk and
    // does not say by RTCP that it was silent should have sent.
    std::uint64_t packets_absent = 0;
    std::uint64_t packets_duplicated = 0;  // or too old to place
    std::uint64_t packets_from_strangers = 0;
    std::uint64_t packets_malformed = 0;  // or of a payload type that was not negotiated
    std::uint64_t frames_concealed = 0;   // 20 ms each; only decoded audio is concealed
    std::uint64_t frames_decoded = 0;
    std::chrono::microseconds jitter{0};              // RFC 3550, section 6.4.1, of what we receive
    std::optional<std::int64_t> remote_packets_lost;  // of what we sent, as the peer's RTCP says
    std::optional<std::chrono::microseconds> remote_jitter;
    std::optional<std::chrono::microseconds> round_trip;
    // Estimated (E-model) for the audio that should have been received; G.711 only.
    std::optional<double> mos;
    std::optional<WallTime> first_packet;  // received
    std::optional<WallTime> last_packet;
};

}  // namespace skyn3t::media
