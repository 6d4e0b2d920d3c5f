#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "media/audio_tap.hpp"
#include "media/dtmf_receiver.hpp"
#include "media/engine.hpp"
#include "media/jitter_buffer.hpp"
#include "media/receiver.hpp"
#include "media/rtcp_session.hpp"
#include "media/sender.hpp"

namespace skyn3t::media {

// One leg's media: all of a stream but its sockets and its thread. It is fed with packets, commands
// and ticks, and answers through StreamIo; owned by a media thread, or by a test on simulated time.
class Stream {
  public:
    Stream(StreamId id, Patience patience, RtpOrigin origin, StreamIo& io, const Clock& clock);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    StreamId id() const { return id_; }

    // ---- Commands ----
    void set_remote(const RemoteMedia& remote);
    Sender& sender() { return sender_; }
    // Both streams live on one thread. Bridging to another one leaves the first.
    void bridge(Stream& other);
    void unbridge();
    void detect_tones(const std::vector<unsigned>& hertz);
    void capture_audio(std::chrono::milliseconds length);
    // RTCP's goodbye, and the end of what is played; nothing is sent afterwards.
    void close();

    // ---- The network and the clock ----
    // `arrival` is when the packet came, which may be a while ago.
    void on_rtp(std::span<const std::uint8_t> octets, const Address& from, SteadyTime arrival);
    void on_rtcp(std::span<const std::uint8_t> octets, const Address& from, SteadyTime arrival);
    // Every 20 ms once the remote is known, at the tick's nominal time.
    void tick(SteadyTime now);

    bool is_started() const { return started_; }
    bool is_bridged() const { return peer_ != nullptr; }
    StreamStats stats() const;

  private:
    void on_accepted(const Receiver::Accepted& accepted, SteadyTime arrival);
    void listen(const Receiver::Accepted& accepted);
    void pass_on(const Receiver::Accepted& accepted, SteadyTime arrival);
    void pass_on_audio(const Receiver::Accepted& accepted, SteadyTime arrival);
    void pass_on_event(const RtpPacketView& packet, SteadyTime arrival);
    bool must_repack(const Receiver::Accepted& accepted);
    void begin_transcoding();
    void transcode(SteadyTime now);
    void report_digits();
    void note_life(SteadyTime arrival);
    void check_silence(SteadyTime now);
    std::uint64_t packets_absent() const;
    SteadyTime::duration absence_until(SteadyTime now) const;
    void send_report(RtcpSession::Goodbye goodbye, SteadyTime now);
    AudioTap& tap();
    void drop_idle_tap();
    bool may_receive() const;
    // Both sides may send, so the peer should; on hold, or when one is muted, it need not.
    bool expects_media() const { return started_ && direction_ == Direction::send_receive; }

    StreamId id_;
    Patience patience_;
    StreamIo& io_;
    const Clock& clock_;
    bool started_ = false;
    SteadyTime started_at_{};
    Direction direction_ = Direction::inactive;
    Address rtcp_target_;
    bool rtcp_mux_ = false;

    Sender sender_;
    Receiver receiver_;
    DtmfReceiver dtmf_;
    RtcpSession rtcp_;
    Stream* peer_ = nullptr;
    bool transcoding_ = false;  // what comes in is decoded for the peer
    unsigned fitting_ = 0;      // packets since one that could not be forwarded as it is

    // Made when first needed: most streams are forwarded or only play.
    std::unique_ptr<JitterBuffer> jitter_buffer_;
    std::optional<Encoder> encoder_;  // for the peer
    Codec encoder_codec_ = Codec::pcmu;
    std::unique_ptr<AudioTap> tap_;

    SteadyTime last_tick_{};
    SteadyTime last_received_{};
    SteadyTime timeout_from_{};  // silence, of RTP and of RTCP, counts from here
    bool timed_out_ = false;
    bool told_silent_ = false;
    SteadyTime expected_from_{};       // since when the peer should send
    SteadyTime::duration absence_{0};  // of times in which it should have sent, and did not begin
    std::size_t audio_octets_ = kFrameOctets;  // of its latest packet of audio
    std::optional<WallTime> first_packet_;
};

}  // namespace skyn3t::media
