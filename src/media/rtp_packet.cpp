#include "media/rtp_packet.hpp"

namespace skyn3t::media {

std::optional<RtpPacketView> RtpPacketView::parse(std::span<const std::uint8_t> octets) {
    if (octets.size() < RtpHeader::kSize || octets[0] >> 6 != 2) return std::nullopt;
    std::size_t header = RtpHeader::kSize + 4 * (octets[0] & 0x0fu);  // CSRC list
    if ((octets[0] & 0x10) != 0) {                                    // X bit, section 5.3.1
        if (octets.size() < header + 4) return std::nullopt;
        header += 4 + 4u * be16(octets, header + 2);
    }
    // P bit: the last octet counts the padding, itself included, so zero is malformed.
    const bool padded = (octets[0] & 0x20) != 0;
    const std::size_t padding = padded ? octets.back() : 0;
    if ((padded && padding == 0) || octets.size() < header + padding) return std::nullopt;
    return RtpPacketView{octets, octets.subspan(header, octets.size() - header - padding)};
}

std::uint16_t RtpPacketView::sequence_number() const { return be16(octets_, 2); }
std::uint32_t RtpPacketView::timestamp() const { return be32(octets_, 4); }
std::uint32_t RtpPacketView::ssrc() const { return be32(octets_, 8); }

void RtpHeader::write(std::span<std::uint8_t, kSize> out) const {
    out[0] = 0x80;
    out[1] = static_cast<std::uint8_t>((marker ? 0x80 : 0) | payload_type);
    put_be16(out, 2, sequence_number);
    put_be32(out, 4, timestamp);
    put_be32(out, 8, ssrc);
}

}  // namespace skyn3t::media
