#include "media/sender.hpp"

#include <algorithm>
#include <utility>

#include "base/random.hpp"
#include "media/dtmf_receiver.hpp"
#include "media/jitter_buffer.hpp"

namespace skyn3t::media {
namespace {

constexpr std::chrono::milliseconds kSendTick{20};
// A clock that is behind by more than this was stopped: less is a late tick.
constexpr std::chrono::milliseconds kPause{60};

// Updates of an event come every 20 to 50 ms; audio goes on when there are none.
constexpr std::chrono::milliseconds kEventPause{60};
constexpr std::chrono::seconds kReordered{1};  // no network holds a packet back for longer

std::uint32_t to_rtp_units(SteadyTime::duration time) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count() * 8 / 1000);
}
std::chrono::microseconds duration_of(std::size_t octets) {
    return std::chrono::microseconds(octets * 1000 / kOctetsPerMillisecond);
}

}  // namespace

RtpOrigin RtpOrigin::random() {
    // RFC 3550, appendix A.1: a first number in the lower half keeps a wrap away from the
    // beginning.
    return {random_u32(), static_cast<std::uint16_t>(random_u32() & 0x7fff), random_u32()};
}

Sender::Sender(StreamId stream, StreamIo& io, RtpOrigin origin)
    : stream_(stream),
      io_(io),
      ssrc_(origin.ssrc),
      sequence_number_(origin.sequence_number),
      timestamp_(origin.timestamp) {}

void Sender::configure(const RemoteMedia& remote) {
    const auto ptime = remote.ptime.count();
    // Only what the tick can space evenly: 30 ms would leave after 20 and 40 by turns.
    const bool fits_ticks = ptime == 10 || ptime == 40;
    packet_octets_ = static_cast<std::size_t>(fits_ticks ? ptime : 20) * kOctetsPerMillisecond;
    most_octets_.reset();
    if (remote.maxptime)
        most_octets_ = static_cast<std::size_t>(remote.maxptime->count()) * kOctetsPerMillisecond;
    direction_ = remote.direction;
    codec_ = remote.codec;
    payload_type_ = remote.payload_type;
    event_type_ = remote.telephone_event_send;
    if (!event_type_ && digits_.is_active()) {  // the peer takes no events any more
        digits_.stop();
        io_.raise(DigitsSent{stream_});
    }
    cut_left_ = 0;
    live_size_ = 0;
    forwarding_.active = false;
}

bool Sender::can_send() const {
    const bool sends = direction_ == Direction::send_receive || direction_ == Direction::send_only;
    return sends && target_.port() != 0 && !target_.address().is_unspecified();
}

void Sender::play(PlayId play, std::vector<PlayItem> items, Repeat repeat) {
    if (play_.is_active()) stop_play();
    spurt_begins_ = true;
    play_.start(play, std::move(items), repeat);
}

void Sender::stop_play() {
    if (!play_.is_active()) return;
    if (codec_ == Codec::g722 && can_send()) {
        if (const auto cut = play_.g722_cut()) {
            cut_ = *cut;
            cut_left_ = cut_.size();
        }
    }
    end_play();
}

void Sender::end_play() {
    PlayEnded ended = play_.stop();
    if (std::exchange(digits_as_sound_, false)) return io_.raise(DigitsSent{stream_});
    ended.stream = stream_;
    io_.raise(std::move(ended));
}

void Sender::send_digits(std::string digits, std::chrono::milliseconds length,
                         std::vector<PlayItem> as_sound) {
    if (event_type_) return digits_.start(std::move(digits), length);
    if (digits_as_sound_) return play_.append(std::move(as_sound));
    play(0, std::move(as_sound), Repeat::once);
    digits_as_sound_ = true;
}

void Sender::set_bridged(bool bridged) {
    bridged_ = bridged;
    forwarding_.active = false;
    spurt_begins_ = true;
    live_size_ = 0;
}

std::uint32_t Sender::timestamp_at(SteadyTime now) const {
    return clock_started_ ? timestamp_ + to_rtp_units(now - clock_at_) : timestamp_;
}

// The media clock goes on while nothing is sent (RFC 3550, section 5.1), and a new talk spurt
// begins after that.
void Sender::catch_up(SteadyTime now) {
    if (!clock_started_) {
        clock_started_ = true;
        clock_at_ = now;
    } else if (now - clock_at_ > kPause) {
        timestamp_ = timestamp_at(now);
        clock_at_ = now;
        spurt_begins_ = true;
    }
}

void Sender::tick(SteadyTime now) {
    // A play goes on while it cannot be heard (hold): it ends when it should.
    const bool audible = can_send();
    const bool was_busy = is_busy();
    if (digits_.is_active()) {
        const auto packet = digits_.tick();
        if (packet && audible) {
            catch_up(now);
            send_event(*packet);
        }
        if (!digits_.is_active()) io_.raise(DigitsSent{stream_});
        if (packet) {
            std::array<std::uint8_t, kFrameOctets> unheard;
            if (play_.is_active()) play_.read(codec_, unheard);
            timestamp_ += kFrameOctets;
            clock_at_ += kSendTick;
            if (play_.is_at_end()) end_play();
            return;
        }
    }
    if (!audible) {
        std::array<std::uint8_t, kFrameOctets> unheard;
        if (play_.is_active()) play_.read(codec_, unheard);
    } else if (was_busy || !bridged_) {
        forwarding_.active = false;
        catch_up(now);
        for (credit_ += kFrameOctets; credit_ >= packet_octets_; credit_ -= packet_octets_)
            send_audio(packet_octets_);
    }
    if (play_.is_at_end()) end_play();
}

void Sender::send_event(const DigitSender::Packet& packet) {
    if (packet.begins) event_timestamp_ = timestamp_;
    send({packet.begins, *event_type_, sequence_number_++, event_timestamp_, ssrc_},
         packet.payload);
    forwarding_.active = false;
}

void Sender::send_audio(std::size_t octets) {
    std::array<std::uint8_t, kMaxAudio> payload;
    const auto out = std::span(payload).first(octets);
    const std::size_t cut = std::min(cut_left_, octets);
    std::copy_n(cut_.end() - static_cast<std::ptrdiff_t>(cut_left_), cut, out.begin());
    cut_left_ -= cut;
    play_.read(codec_, out.subspan(cut));
    send(
        {std::exchange(spurt_begins_, false), payload_type_, sequence_number_++, timestamp_, ssrc_},
        out);
    timestamp_ += static_cast<std::uint32_t>(octets);
    clock_at_ += duration_of(octets);
}

void Sender::send(const RtpHeader& header, std::span<const std::uint8_t> payload) {
    // Not initialised: 20 ms of a forwarded packet are 172 octets of it, and it is written 50 times
    // a second.
    std::array<std::uint8_t, 1500> packet;
    const std::size_t size = RtpHeader::kSize + payload.size();
    if (size > packet.size()) return;
    header.write(std::span(packet).first<RtpHeader::kSize>());
    std::copy(payload.begin(), payload.end(), packet.begin() + RtpHeader::kSize);
    io_.send_rtp(std::span(packet).first(size), target_);
    ++packets_;
    octets_ += payload.size();
}

void Sender::begin_forwarding(const RtpPacketView& packet, SteadyTime now) {
    catch_up(now);
    live_size_ = 0;
    forwarding_ = {true,
                   packet.ssrc(),
                   packet.sequence_number(),
                   packet.sequence_number(),
                   0,
                   static_cast<std::uint16_t>(sequence_number_ - packet.sequence_number()),
                   timestamp_ - packet.timestamp()};
    spurt_begins_ = true;
}

// Digits alone: neither side ever agrees to other events with us (fmtp 0-15).
bool Sender::takes_event(std::span<const std::uint8_t> payload) const {
    return event_type_ && DtmfReceiver::is_digit(payload);
}

// Longer than a jitter buffer takes, and yet not longer than the peer allows.
bool Sender::is_beyond_repacking(std::size_t octets) const {
    return octets > JitterBuffer::kMaxPayload && (!most_octets_ || octets <= *most_octets_);
}

void Sender::forward(const RtpPacketView& packet, Forwarded kind, SteadyTime now) {
    if (!can_send() || is_busy()) return;
    if (!forwarding_.active || forwarding_.ssrc != packet.ssrc()) begin_forwarding(packet, now);

    const auto ahead = static_cast<std::int16_t>(
        static_cast<std::uint16_t>(packet.sequence_number() - forwarding_.highest));
    // One from before the first would take a number that was sent already.
    constexpr std::uint32_t kSettled = 256;
    const auto from_first = static_cast<std::int16_t>(
        static_cast<std::uint16_t>(packet.sequence_number() - forwarding_.first));
    if (forwarding_.count < kSettled && from_first < 0) return;
    ++forwarding_.count;

    if (kind == Forwarded::event && !takes_event(packet.payload())) {
        // Closes the gap that this packet would leave.
        if (ahead >= 0) --forwarding_.sequence_offset;
        return;
    }
    RtpHeader header;
    header.payload_type = kind == Forwarded::event ? *event_type_ : payload_type_;
    header.marker = packet.marker();
    header.sequence_number =
        static_cast<std::uint16_t>(packet.sequence_number() + forwarding_.sequence_offset);
    header.timestamp = packet.timestamp() + forwarding_.timestamp_offset;
    header.ssrc = ssrc_;
    if (kind == Forwarded::audio && std::exchange(spurt_begins_, false)) header.marker = true;
    if (ahead >= 0) {
        forwarding_.highest = packet.sequence_number();
        sequence_number_ = static_cast<std::uint16_t>(header.sequence_number + 1);
        if (kind == Forwarded::audio) {  // an event's timestamp stands still while it lasts
            timestamp_ = header.timestamp + static_cast<std::uint32_t>(packet.payload().size());
            clock_at_ = now + duration_of(packet.payload().size());
        }
    }
    send(header, packet.payload());
}

void Sender::send_live(std::span<const std::uint8_t, kFrameOctets> payload, SteadyTime now) {
    if (!can_send() || is_busy()) return;
    forwarding_.active = false;
    catch_up(now);
    if (relayed_ && now - relayed_->last < kEventPause) {
        timestamp_ += static_cast<std::uint32_t>(live_size_ + payload.size());
        clock_at_ += duration_of(live_size_ + payload.size());
        live_size_ = 0;
        return;
    }
    for (std::size_t done = 0; done < payload.size();) {
        const std::size_t part = std::min(packet_octets_ - live_size_, payload.size() - done);
        std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(done), part,
                    live_.begin() + static_cast<std::ptrdiff_t>(live_size_));
        live_size_ += part;
        done += part;
        if (live_size_ < packet_octets_) continue;
        send({std::exchange(spurt_begins_, false), payload_type_, sequence_number_++, timestamp_,
              ssrc_},
             std::span(live_).first(live_size_));
        timestamp_ += static_cast<std::uint32_t>(live_size_);
        clock_at_ += duration_of(live_size_);
        live_size_ = 0;
    }
}

void Sender::relay_event(const RtpPacketView& packet, SteadyTime now) {
    if (!can_send() || is_busy() || !takes_event(packet.payload())) return;
    forwarding_.active = false;
    const bool is_end = (packet.payload()[1] & 0x80) != 0;
    const bool same = relayed_ && relayed_->timestamp_in == packet.timestamp();
    const bool overtaken = relayed_ && now - relayed_->last < kReordered &&
                           static_cast<std::int16_t>(static_cast<std::uint16_t>(
                               packet.sequence_number() - relayed_->sequence_in)) <= 0;
    // A late packet of an earlier event would begin that event again.
    if (overtaken && !same) return;
    const bool begins = !same || (relayed_->ended && packet.marker() && !is_end);
    if (begins) {
        catch_up(now);
        relayed_ = RelayedEvent{packet.timestamp(), timestamp_, 0, false, now};
    }
    if (!overtaken) relayed_->sequence_in = packet.sequence_number();
    relayed_->ended = relayed_->ended || is_end;
    relayed_->last = now;
    send({packet.marker(), *event_type_, sequence_number_++, relayed_->timestamp_out, ssrc_},
         packet.payload());
}

}  // namespace skyn3t::media
