#include "media/receiver.hpp"

namespace skyn3t::media {

void Receiver::configure(const RemoteMedia& remote, SteadyTime now) {
    meanings_.fill({});
    meanings_[kComfortNoiseType] = {true, Kind::comfort_noise, Codec::pcmu};
    for (const auto& receive : remote.receive)
        meanings_[receive.payload_type & 0x7f] = {true, Kind::audio, receive.codec};
    if (remote.telephone_event_receive)
        meanings_[*remote.telephone_event_receive & 0x7f] = {true, Kind::event, Codec::pcmu};
    latch_.expect(remote.rtp, remote.signalling_peer, now);
}

std::optional<Receiver::Accepted> Receiver::on_packet(std::span<const std::uint8_t> octets,
                                                      const Address& from, SteadyTime arrival) {
    const auto packet = RtpPacketView::parse(octets);
    if (!packet) {
        ++malformed_;
        return std::nullopt;
    }
    const Meaning meaning = meanings_[packet->payload_type()];
    // A type that was not negotiated does not make a source the peer, and is of no use.
    const auto verdict = meaning.known ? latch_.judge(from, packet->ssrc(), arrival)
                                       : SourceLatch::Verdict::stranger;
    if (verdict == SourceLatch::Verdict::stranger) {
        if (latch_.source() == from)
            ++malformed_;
        else
            ++from_strangers_;
        return std::nullopt;
    }
    const bool first = !ssrc_;
    const bool other_ssrc = ssrc_ && *ssrc_ != packet->ssrc();
    if (other_ssrc) reception_.restart();
    ssrc_ = packet->ssrc();
    const auto placement =
        reception_.on_packet(packet->sequence_number(), packet->timestamp(), arrival);
    if (placement == ReceptionStats::Placement::duplicate) return std::nullopt;
    octets_ += packet->payload().size();
    return Accepted{*packet,
                    meaning.kind,
                    meaning.codec,
                    first,
                    verdict == SourceLatch::Verdict::moved,
                    other_ssrc || placement == ReceptionStats::Placement::restarted};
}

}  // namespace skyn3t::media
