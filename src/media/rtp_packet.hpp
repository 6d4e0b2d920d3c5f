#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace skyn3t::media {

// A received RTP packet (RFC 3550, section 5.1): a bounded view into the datagram, which must
// outlive it.
class RtpPacketView {
  public:
    // Nothing when the octets are not RTP: too short, another version, or lengths that do not fit.
    static std::optional<RtpPacketView> parse(std::span<const std::uint8_t> octets);

    bool marker() const { return (octets_[1] & 0x80) != 0; }
    std::uint8_t payload_type() const { return octets_[1] & 0x7f; }
    std::uint16_t sequence_number() const;
    std::uint32_t timestamp() const;
    std::uint32_t ssrc() const;
    std::span<const std::uint8_t> payload() const { return payload_; }

  private:
    RtpPacketView(std::span<const std::uint8_t> octets, std::span<const std::uint8_t> payload)
        : octets_(octets), payload_(payload) {}

    std::span<const std::uint8_t> octets_;
    std::span<const std::uint8_t> payload_;
};

// True for an RTCP packet on a port that carries both (RFC 5761, section 4): payload types 64-95
// are not used for RTP.
constexpr bool looks_like_rtcp(std::span<const std::uint8_t> octets) {
    return octets.size() >= 2 && octets[1] >= 192 && octets[1] <= 223;
}

inline constexpr std::uint8_t kComfortNoiseType =
    13;  // RFC 3389; static, so it needs no negotiation

struct RtpHeader {
    static constexpr std::size_t kSize = 12;
    bool marker = false;
    std::uint8_t payload_type = 0;
    std::uint16_t sequence_number = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;

    void write(std::span<std::uint8_t, kSize> out) const;
};

// Network byte order; the caller has checked the bounds.
constexpr std::uint16_t be16(std::span<const std::uint8_t> octets, std::size_t at) {
    return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}
constexpr std::uint32_t be32(std::span<const std::uint8_t> octets, std::size_t at) {
    return std::uint32_t{be16(octets, at)} << 16 | be16(octets, at + 2);
}
constexpr void put_be16(std::span<std::uint8_t> out, std::size_t at, std::uint16_t value) {
    out[at] = static_cast<std::uint8_t>(value >> 8);
    out[at + 1] = static_cast<std::uint8_t>(value);
}
constexpr void put_be32(std::span<std::uint8_t> out, std::size_t at, std::uint32_t value) {
    put_be16(out, at, static_cast<std::uint16_t>(value >> 16));
    put_be16(out, at + 2, static_cast<std::uint16_t>(value));
}

}  // namespace skyn3t::media
