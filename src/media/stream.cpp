#include "media/stream.hpp"

#include <algorithm>
#include <utility>

#include "media/mos.hpp"

namespace skyn3t::media {

using std::chrono::duration_cast;
using std::chrono::microseconds;

namespace {

constexpr std::chrono::seconds kUnheardFor{8};  // longer than RTCP's longest interval, 7.5 s
constexpr std::chrono::seconds kPatient{1};     // a shorter absence is a late beginning
// Packets that could have been forwarded as they are until they are so again: one odd packet among
// thousands must not make the audio jump to and fro.
constexpr unsigned kFittingAgain = 250;

}  // namespace

Stream::Stream(StreamId id, Patience patience, RtpOrigin origin, StreamIo& io, const Clock& clock)
    : id_(id),
      patience_(patience),
      io_(io),
      clock_(clock),
      sender_(id, io, origin),
      rtcp_(origin.ssrc) {}

Stream::~Stream() { unbridge(); }

void Stream::set_remote(const RemoteMedia& remote) {
    const SteadyTime now = clock_.now();
    const bool begins = !started_;
    if (begins) {
        rtcp_.start(now);
        started_at_ = now;
    }
    const bool expected = expects_media();
    const auto absence = expected ? absence_until(now) : SteadyTime::duration(0);
    started_ = true;
    direction_ = remote.direction;
    // Hold begins or ends, and with it what silence means. A description that changes nothing of
    // that is no sign of life.
    if (begins || expects_media() != expected) {
        absence_ += absence;
        timeout_from_ = expected_from_ = now;
        timed_out_ = false;
    }
    rtcp_target_ = remote.rtcp;
    rtcp_mux_ = remote.rtcp == remote.rtp;
    sender_.configure(remote);
    receiver_.configure(remote, now);
    sender_.set_target(remote.rtp.address().is_unspecified() ? remote.rtp
                                                             : receiver_.latch().target());
    if (!remote.telephone_event_receive) tap().listen_for_digits(true);
    if (remote.telephone_event_receive && tap_) tap_->listen_for_digits(false);
    drop_idle_tap();
    transcoding_ = false;
}

void Stream::bridge(Stream& other) {
    if (&other == this) return;
    unbridge();
    other.unbridge();
    peer_ = &other;
    other.peer_ = this;
    for (Stream* each : {this, &other}) {
        each->sender_.set_bridged(true);
        each->transcoding_ = false;
        if (each->jitter_buffer_) each->jitter_buffer_->reset();
        each->io_.on_bridged(true);
    }
}

void Stream::unbridge() {
    if (peer_ == nullptr) return;
    for (Stream* each : {peer_, this}) {
        each->peer_ = nullptr;
        each->transcoding_ = false;
        each->sender_.set_bridged(false);
        each->io_.on_bridged(false);
    }
}

AudioTap& Stream::tap() {
    if (!tap_) tap_ = std::make_unique<AudioTap>();
    return *tap_;
}

void Stream::drop_idle_tap() {
    if (tap_ && tap_->is_idle()) tap_.reset();
}

void Stream::detect_tones(const std::vector<unsigned>& hertz) {
    tap().detect(hertz);
    drop_idle_tap();
}

void Stream::capture_audio(std::chrono::milliseconds length) {
    tap().capture(length, clock_.now());
}

bool Stream::may_receive() const {
    return started_ &&
           (direction_ == Direction::send_receive || direction_ == Direction::receive_only);
}

void Stream::on_rtp(std::span<const std::uint8_t> octets, const Address& from, SteadyTime arrival) {
    // What came before the stream was started is old: forwarding it now would be a burst.
    if (!started_ || arrival < started_at_) return;
    if (looks_like_rtcp(octets)) return on_rtcp(octets, from, arrival);
    const auto accepted = receiver_.on_packet(octets, from, arrival);
    if (accepted) on_accepted(*accepted, arrival);
}

void Stream::on_accepted(const Receiver::Accepted& accepted, SteadyTime arrival) {
    if (accepted.first && expects_media()) absence_ += absence_until(arrival);
    last_received_ = arrival;
    note_life(arrival);
    if (accepted.first) {
        first_packet_ = clock_.wall();
        io_.raise(FirstPacket{id_, *receiver_.latch().source()});
    }
    if (accepted.source_moved && sender_.can_send()) {
        sender_.set_target(receiver_.latch().target());
        io_.raise(SourceChanged{id_, receiver_.latch().target()});
    }
    if (accepted.restarted) {
        dtmf_.restart();
        if (jitter_buffer_) jitter_buffer_->reset();
        if (tap_) tap_->restart();
    }
    switch (accepted.kind) {
        case Receiver::Kind::audio:
            audio_octets_ = std::max<std::size_t>(1, accepted.packet.payload().size());
            listen(accepted);
            break;
        case Receiver::Kind::event:
            dtmf_.on_event(accepted.packet, arrival);
            break;
        case Receiver::Kind::comfort_noise:
            break;
    }
    report_digits();
    if (peer_ != nullptr && may_receive()) pass_on(accepted, arrival);
}

void Stream::listen(const Receiver::Accepted& accepted) {
    if (!tap_) return;
    tap_->feed(accepted.codec, accepted.packet.timestamp(), accepted.packet.payload());
    while (const auto hertz = tap_->take_tone()) io_.raise(ToneDetected{id_, *hertz});
}

// To the other leg, as far as that agreed to it: as it is, or by way of the jitter buffer.
void Stream::pass_on(const Receiver::Accepted& accepted, SteadyTime arrival) {
    const RtpPacketView& packet = accepted.packet;
    switch (accepted.kind) {
        case Receiver::Kind::audio:
            return pass_on_audio(accepted, arrival);
        case Receiver::Kind::event:
            return pass_on_event(packet, arrival);
        case Receiver::Kind::comfort_noise:
            // Neither our offers nor our answers list it (RFC 3389, section 4), so nobody agreed to
            // get it from us: the other side hears it as sound, for as long as it lasts.
            begin_transcoding();
            fitting_ = 0;
            if (!packet.payload().empty())
                jitter_buffer_->put_comfort_noise(packet.sequence_number(), packet.timestamp(),
                                                  packet.payload()[0]);
            return;
    }
}

void Stream::pass_on_audio(const Receiver::Accepted& accepted, SteadyTime arrival) {
    const RtpPacketView& packet = accepted.packet;
    if (!must_repack(accepted)) {
        transcoding_ = false;
        return peer_->sender_.forward(packet, Sender::Forwarded::audio, arrival);
    }
    begin_transcoding();
    jitter_buffer_->put({packet.sequence_number(), packet.timestamp(), accepted.codec,
                         packet.payload(), duration_cast<microseconds>(arrival - last_tick_)});
}

void Stream::pass_on_event(const RtpPacketView& packet, SteadyTime arrival) {
    if (!transcoding_) return peer_->sender_.forward(packet, Sender::Forwarded::event, arrival);
    jitter_buffer_->put_other(packet.sequence_number());
    peer_->sender_.relay_event(packet, arrival);
}

bool Stream::must_repack(const Receiver::Accepted& accepted) {
    if (!peer_->sender_.takes(accepted.codec, accepted.packet.payload().size())) {
        fitting_ = 0;
        return true;
    }
    return transcoding_ && ++fitting_ < kFittingAgain;
}

void Stream::begin_transcoding() {
    if (!jitter_buffer_)
        jitter_buffer_ = std::make_unique<JitterBuffer>();
    else if (!transcoding_)
        jitter_buffer_->reset();
    transcoding_ = true;
}

void Stream::report_digits() {
    while (const auto digit = dtmf_.take())
        io_.raise(DigitReceived{id_, digit->digit, digit->length, DigitSource::rfc4733});
    if (!tap_) return;
    while (const auto digit = tap_->take_digit())
        io_.raise(DigitReceived{id_, digit->digit, digit->length, DigitSource::inband});
}

void Stream::on_rtcp(std::span<const std::uint8_t> octets, const Address& from,
                     SteadyTime arrival) {
    if (!started_) return;
    // Whoever sends the RTP may send the RTCP, from another port of the same address.
    const auto& source = receiver_.latch().source();
    const bool known = from == rtcp_target_ || receiver_.latch().trusts(from.address()) ||
                       (source && source->address() == from.address());
    const WallTime wall = clock_.wall() - duration_cast<WallTime::duration>(clock_.now() - arrival);
    if (!known || !rtcp_.on_packet(octets, arrival, wall)) return;
    note_life(arrival);
    if (!rtcp_mux_) rtcp_target_ = from;
}

void Stream::tick(SteadyTime now) {
    if (!started_) return;
    last_tick_ = now;
    sender_.tick(now);
    if (dtmf_.in_event()) {
        dtmf_.on_tick(now);
        report_digits();
    }
    if (peer_ != nullptr && transcoding_) transcode(now);
    if (tap_) {
        if (auto samples = tap_->take_capture(now)) {
            io_.raise(AudioCaptured{id_, std::move(*samples)});
            drop_idle_tap();
        }
    }
    check_silence(now);
    if (rtcp_.is_due(now)) send_report(RtcpSession::Goodbye::no, now);
}

void Stream::transcode(SteadyTime now) {
    const Codec codec = peer_->sender_.codec();
    if (!encoder_ || encoder_codec_ != codec) {
        encoder_.emplace(codec, 8000);
        encoder_codec_ = codec;
    }
    std::array<std::int16_t, JitterBuffer::kFrame> samples;
    std::array<std::uint8_t, kFrameOctets> payload;
    jitter_buffer_->pull(samples);
    encoder_->encode(samples, payload);
    peer_->sender_.send_live(payload, now);
}

void Stream::note_life(SteadyTime arrival) {
    timeout_from_ = std::max(timeout_from_, arrival);
    timed_out_ = false;
    if (std::exchange(told_silent_, false)) io_.raise(ReceptionChanged{id_, Reception::flowing});
}

void Stream::check_silence(SteadyTime now) {
    const auto silent = now - timeout_from_;
    if (expects_media() && silent >= kUnheardFor && !std::exchange(told_silent_, true))
        io_.raise(ReceptionChanged{id_, Reception::silent});
    const bool talking = expects_media();
    if (timed_out_ || silent < (talking ? patience_.talking : patience_.on_hold)) return;
    timed_out_ = true;
    io_.raise(RtpTimeout{id_, duration_cast<std::chrono::seconds>(silent),
                         talking ? SilentWhile::talking : SilentWhile::on_hold});
}

// How long the peer has not sent although it should: since it last did, or since it should begin.
SteadyTime::duration Stream::absence_until(SteadyTime now) const {
    const auto absent = now - std::max(expected_from_, last_received_);
    return absent > kPatient ? absent : SteadyTime::duration(0);
}

std::uint64_t Stream::packets_absent() const {
    auto absent = absence_;
    if (expects_media()) absent += absence_until(clock_.now());
    const auto packets =
        static_cast<std::uint64_t>(duration_cast<std::chrono::milliseconds>(absent).count() *
                                   static_cast<std::int64_t>(kOctetsPerMillisecond) /
                                   static_cast<std::int64_t>(audio_octets_));
    // A peer that suppresses silence tells by RTCP that it has sent no more than what came.
    const auto told = receiver_.ssrc() ? rtcp_.packets_sent_by(*receiver_.ssrc()) : std::nullopt;
    if (!told || rtcp_.sender_report_at() < last_received_) return packets;
    const auto expected = receiver_.reception().expected_of_source();
    return std::min<std::uint64_t>(packets, *told > expected ? *told - expected : 0);
}

void Stream::send_report(RtcpSession::Goodbye goodbye, SteadyTime now) {
    std::optional<SenderInfo> sent;
    if (sender_.packets_sent() > 0)
        sent = SenderInfo{0, sender_.timestamp_at(now),
                          static_cast<std::uint32_t>(sender_.packets_sent()),
                          static_cast<std::uint32_t>(sender_.octets_sent())};
    std::optional<RtcpSession::Reception> received;
    if (receiver_.ssrc()) {
        ReceptionStats& reception = receiver_.reception();
        received = {*receiver_.ssrc(), reception.take_fraction_lost(), reception.lost(),
                    reception.extended_highest(), reception.jitter()};
    }
    std::array<std::uint8_t, kMaxRtcpReport> report;
    const auto size = rtcp_.write(sent, received, goodbye, now, clock_.wall(), report);
    const auto packet = std::span<const std::uint8_t>(report).first(size);
    const Address& target = rtcp_mux_ ? receiver_.latch().target() : rtcp_target_;
    if (target.port() == 0 || target.address().is_unspecified()) return;
    if (rtcp_mux_)
        io_.send_rtp(packet, target);
    else
        io_.send_rtcp(packet, target);
}

void Stream::close() {
    unbridge();
    sender_.stop_play();
    if (started_) send_report(RtcpSession::Goodbye::yes, clock_.now());
    StreamClosed closed{id_, stats()};
    started_ = false;
    io_.raise(std::move(closed));
}

StreamStats Stream::stats() const {
    const ReceptionStats& reception = receiver_.reception();
    StreamStats stats;
    if (direction_ != Direction::inactive || first_packet_) stats.codec = sender_.codec();
    stats.packets_sent = sender_.packets_sent();
    stats.octets_sent = sender_.octets_sent();
    stats.packets_received = reception.received();
    stats.octets_received = receiver_.octets();
    stats.packets_lost = reception.lost();
    stats.packets_absent = packets_absent();
    stats.packets_duplicated = reception.duplicated();
    stats.packets_from_strangers = receiver_.from_strangers();
    stats.packets_malformed = receiver_.malformed();
    if (jitter_buffer_) {
        stats.frames_decoded = jitter_buffer_->frames_decoded();
        stats.frames_concealed = jitter_buffer_->frames_concealed();
    }
    stats.jitter = microseconds(std::uint64_t{reception.jitter()} * 1000 / kOctetsPerMillisecond);
    stats.remote_packets_lost = rtcp_.remote_lost();
    stats.remote_jitter = rtcp_.remote_jitter();
    stats.round_trip = rtcp_.round_trip_time();
    stats.first_packet = first_packet_;
    if (first_packet_)
        stats.last_packet =
            clock_.wall() - duration_cast<WallTime::duration>(clock_.now() - last_received_);
    const auto missing = stats.packets_lost + stats.packets_absent;
    if ((first_packet_ || missing > 0) && sender_.codec() != Codec::g722) {
        // The delay of one way: half the round trip, the jitter and one packet.
        const auto delay =
            stats.round_trip.value_or(microseconds(0)) / 2 + 2 * stats.jitter + microseconds(20000);
        const auto expected = reception.expected() + stats.packets_absent;
        stats.mos =
            estimate_mos(delay, static_cast<double>(missing) /
                                    static_cast<double>(std::max<std::uint64_t>(1, expected)));
        if (!first_packet_) stats.mos = 1;
    }
    return stats;
}

}  // namespace skyn3t::media
