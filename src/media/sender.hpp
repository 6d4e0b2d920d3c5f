#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "media/digit_sender.hpp"
#include "media/engine.hpp"
#include "media/play_queue.hpp"
#include "media/rtp_packet.hpp"

namespace skyn3t::media {

// Where a stream's packets and events go: the media thread, or a test.
class StreamIo {
  public:
    virtual ~StreamIo() = default;
    virtual void send_rtp(std::span<const std::uint8_t> packet, const Address& to) = 0;
    virtual void send_rtcp(std::span<const std::uint8_t> packet, const Address& to) = 0;
    virtual void raise(MediaEvent event) = 0;
    // A bridged stream's packets are to be handed over at once; any other's may wait for the tick.
    virtual void on_bridged(bool bridged) = 0;
};

// Where an outgoing RTP stream begins; random, as RFC 3550 section 5.1 asks.
struct RtpOrigin {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence_number = 0;
    std::uint32_t timestamp = 0;
    static RtpOrigin random();
};

// The outgoing half of a stream: one SSRC whose sequence numbers and timestamps go on without a
// break through prompts, digits and forwarded packets. On each tick it sends what it plays, or
// silence.
class Sender {
  public:
    Sender(StreamId stream, StreamIo& io, RtpOrigin origin);

    void configure(const RemoteMedia& remote);
    void set_target(const Address& target) { target_ = target; }
    bool can_send() const;
    Codec codec() const { return codec_; }

    void play(PlayId play, std::vector<PlayItem> items, Repeat repeat);
    void stop_play();
    // `as_sound` is played instead when telephone-events were not negotiated.
    void send_digits(std::string digits, std::chrono::milliseconds length,
                     std::vector<PlayItem> as_sound);
    // While bridged, silence is not sent: the other leg's packets are.
    void set_bridged(bool bridged);

    // Every 20 ms, at the tick's nominal time.
    void tick(SteadyTime now);
    // Whether audio of this codec and size may be forwarded as it is: the peer agreed to both.
    bool takes(Codec codec, std::size_t octets) const {
        return codec == codec_ && (octets == packet_octets_ || is_beyond_repacking(octets));
    }
    enum class Forwarded : std::uint8_t { audio, event };
    // Sends another stream's packet as part of this one, at once: payload, marker and spacing are
    // kept. An event that the peer did not agree to leaves no gap.
    void forward(const RtpPacketView& packet, Forwarded kind, SteadyTime now);
    // 20 ms of transcoded audio ...
    void send_live(std::span<const std::uint8_t, kFrameOctets> payload, SteadyTime now);
    // ... and a telephone-event among it, whose timestamp is mapped to ours; the audio pauses
    // meanwhile.
    void relay_event(const RtpPacketView& packet, SteadyTime now);

    std::uint32_t ssrc() const { return ssrc_; }
    std::uint32_t timestamp_at(SteadyTime now) const;
    std::uint64_t packets_sent() const { return packets_; }
    std::uint64_t octets_sent() const { return octets_; }

  private:
    static constexpr std::size_t kMaxAudio = 320;  // 40 ms
    struct Forwarding {
        bool active = false;
        std::uint32_t ssrc = 0;
        std::uint16_t first = 0;
        std::uint16_t highest = 0;
        std::uint32_t count = 0;
        std::uint16_t sequence_offset = 0;
        std::uint32_t timestamp_offset = 0;
    };

    bool takes_event(std::span<const std::uint8_t> payload) const;
    bool is_beyond_repacking(std::size_t octets) const;
    bool is_busy() const { return play_.is_active() || cut_left_ > 0 || digits_.in_event(); }
    void catch_up(SteadyTime now);
    void send_event(const DigitSender::Packet& packet);
    void send_audio(std::size_t octets);
    void send(const RtpHeader& header, std::span<const std::uint8_t> payload);
    void begin_forwarding(const RtpPacketView& packet, SteadyTime now);
    void end_play();

    StreamId stream_;
    StreamIo& io_;
    Address target_;
    Direction direction_ = Direction::inactive;
    Codec codec_ = Codec::pcmu;
    std::uint8_t payload_type_ = 0;
    std::optional<std::uint8_t> event_type_;
    std::size_t packet_octets_ = kFrameOctets;
    std::optional<std::size_t> most_octets_;  // of a packet, as the peer's maxptime says

    std::uint32_t ssrc_;
    std::uint16_t sequence_number_;  // of the next packet
    std::uint32_t timestamp_;        // of the next sample, ...
    SteadyTime clock_at_{};          // ... which is due now
    bool clock_started_ = false;
    bool spurt_begins_ = true;  // the next audio packet carries the marker
    bool bridged_ = false;
    std::size_t credit_ = 0;  // octets that are due to be sent

    PlayQueue play_;
    std::array<std::uint8_t, PlayQueue::kCutOctets> cut_{};
    std::size_t cut_left_ = 0;
    DigitSender digits_;
    std::uint32_t event_timestamp_ = 0;
    bool digits_as_sound_ = false;
    Forwarding forwarding_;
    std::array<std::uint8_t, kMaxAudio> live_{};
    std::size_t live_size_ = 0;
    struct RelayedEvent {
        std::uint32_t timestamp_in;
        std::uint32_t timestamp_out;
        std::uint16_t sequence_in;
        bool ended;
        SteadyTime last;
    };
    std::optional<RelayedEvent> relayed_;

    std::uint64_t packets_ = 0;
    std::uint64_t octets_ = 0;
};

}  // namespace skyn3t::media
