#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/udp.hpp>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/codec.hpp"
#include "media/prompt.hpp"
#include "media/stream_stats.hpp"

// What call/ knows of media: it opens a stream for each leg, sends commands and gets events.
// RtpEngine is the real one; tests/support/fake_media.hpp stands in for it.
namespace skyn3t::media {

using Address = asio::ip::udp::endpoint;

// One leg's RTP and RTCP. Zero is no stream; an id is never used twice by one engine.
struct StreamId {
    std::uint64_t value = 0;
    auto operator<=>(const StreamId&) const = default;
};
// Chosen by whoever starts a play, and given back when it ends.
using PlayId = std::uint64_t;

// For how long nothing at all may come, neither RTP nor RTCP, until RtpTimeout.
struct Patience {
    std::chrono::seconds talking{60};    // while both sides may send
    std::chrono::seconds on_hold{3600};  // while the agreement lets the peer be silent
};
struct StreamConfig {
    std::string
        key;  // streams with the same key share a thread and may be bridged: the community's code
    asio::ip::address local_address;  // to bind to; 0.0.0.0 is every interface
    Patience patience{};
};
struct OpenedStream {
    StreamId id;
    std::uint16_t rtp_port = 0;   // even
    std::uint16_t rtcp_port = 0;  // the next
};

// As seen from here: send_only means that we send and do not expect to receive.
enum class Direction : std::uint8_t { send_receive, send_only, receive_only, inactive };

// What offer and answer settled for one stream. It may come again (re-INVITE), whole.
struct RemoteMedia {
    struct Receive {
        std::uint8_t payload_type;
        Codec codec;
    };
    Address rtp;   // 0.0.0.0 or port 0: nothing is sent (the old way of holding)
    Address rtcp;  // equal to `rtp` with rtcp-mux (RFC 5761)
    asio::ip::address signalling_peer{};  // the host that sent the SDP; RTP may come from there too
    Codec codec = Codec::pcmu;            // that we send
    std::uint8_t payload_type = 0;
    std::vector<Receive> receive;                      // what the peer may send us, at most 8
    std::optional<std::uint8_t> telephone_event_send;  // payload types; absent: not negotiated
    std::optional<std::uint8_t> telephone_event_receive;
    std::chrono::milliseconds ptime{
        20};  // of what we send: 10, 20 or 40; anything else is taken as 20
    std::optional<std::chrono::milliseconds> maxptime{};  // no packet that we send is longer
    Direction direction = Direction::send_receive;
};

// ---- Commands ----

// Starts the stream or changes it. Opens the 5 seconds in which the source is settled
// (SourceLatch).
struct SetRemote {
    StreamId stream;
    RemoteMedia remote;
};

struct Silence {
    std::chrono::milliseconds length;  // rounded up to 20 ms
};
using PlayItem = std::variant<PromptPtr, Silence>;
enum class Repeat : std::uint8_t { once, forever };

// Plays the items one after the other; ends with PlayEnded. A play in progress is stopped first
// (and says so).
struct PlayPrompts {
    StreamId stream;
    PlayId play = 0;
    std::vector<PlayItem> items;
    Repeat repeat = Repeat::once;
};
enum class Tone : std::uint8_t { ringback, busy, congestion };
// A call-progress tone, for ever, as a play. Country: ISO code as TwiML's ringTone ("cl", "us"); an
// unknown one is "us".
struct PlayTone {
    StreamId stream;
    PlayId play = 0;
    Tone tone = Tone::ringback;
    std::string country = "cl";
};
// A sine for ever, as a play: for test calls.
struct PlaySine {
    StreamId stream;
    PlayId play = 0;
    unsigned hertz = 1000;
};
struct StopPlay {
    StreamId stream;
};
// Digits 0-9 * # A-D, and w / W for pauses of 0.5 s / 1 s; RFC 4733 when negotiated, else as sound.
// Those of a second command follow the first one's. Ends with DigitsSent; what is being played goes
// on silently meanwhile.
struct SendDigits {
    StreamId stream;
    std::string digits;
    std::chrono::milliseconds length{100};  // of each; 40-8000
};
// Joins two streams of one key. What either plays has the right of way over what it would get from
// the other.
struct Bridge {
    StreamId a;
    StreamId b;
};
struct Unbridge {
    StreamId stream;  // either of them
};
// Looks for sines in what is received; each that is heard for 300 ms gives one ToneDetected.
// Replaces earlier ones.
struct DetectTones {
    StreamId stream;
    std::vector<unsigned> hertz;  // at most 8, each under 4000; none stops it
};
// Keeps the next `length` of what is received, and gives it as AudioCaptured.
struct CaptureAudio {
    StreamId stream;
    std::chrono::milliseconds length{5000};  // at most 60 s
};
struct ReportStats {
    StreamId stream;
};
// Sends BYE (RTCP), closes the ports, and ends with StreamClosed, the stream's last event.
struct CloseStream {
    StreamId stream;
};

using MediaCommand =
    std::variant<SetRemote, PlayPrompts, PlayTone, PlaySine, StopPlay, SendDigits, Bridge, Unbridge,
                 DetectTones, CaptureAudio, ReportStats, CloseStream>;

// ---- Events ----

enum class DigitSource : std::uint8_t { rfc4733, inband, info };
struct DigitReceived {
    StreamId stream;
    char digit = 0;  // 0-9 * # A-D
    std::chrono::milliseconds length{0};
    DigitSource source = DigitSource::rfc4733;
};
enum class PlayEnd : std::uint8_t { finished, stopped };
struct PlayEnded {
    StreamId stream;
    PlayId play = 0;
    PlayEnd end = PlayEnd::finished;
    std::chrono::milliseconds played{0};
    std::vector<PlayItem> items;  // given back, so that their memory is freed where this is read
};
struct DigitsSent {
    StreamId stream;
};
// The first valid RTP packet after the stream was opened.
struct FirstPacket {
    StreamId stream;
    Address source;
};
// Neither RTP nor RTCP for as long as the stream's patience. Comes again only after packets came
// again.
enum class SilentWhile : std::uint8_t { talking, on_hold };
struct RtpTimeout {
    StreamId stream;
    std::chrono::seconds silent{0};
    SilentWhile during = SilentWhile::talking;
};
// Both sides may talk, and nothing has come for 8 s (silent), or comes again (flowing).
enum class Reception : std::uint8_t { flowing, silent };
struct ReceptionChanged {
    StreamId stream;
    Reception reception = Reception::flowing;
};
// We now send to `source` instead of where we sent before.
struct SourceChanged {
    StreamId stream;
    Address source;
};
struct ToneDetected {
    StreamId stream;
    unsigned hertz = 0;
};
struct AudioCaptured {
    StreamId stream;
    std::vector<std::int16_t> samples;  // 8000 Hz
};
struct StatsReported {
    StreamId stream;
    StreamStats stats;
};
struct StreamClosed {
    StreamId stream;
    StreamStats stats;
};

using MediaEvent =
    std::variant<DigitReceived, PlayEnded, DigitsSent, FirstPacket, RtpTimeout, ReceptionChanged,
                 SourceChanged, ToneDetected, AudioCaptured, StatsReported, StreamClosed>;
using MediaEventHandler = std::function<void(MediaEvent&)>;

// For /metrics; they only grow, but for `streams`.
struct EngineCounters {
    std::uint64_t streams = 0;
    std::uint64_t ticks = 0;
    std::uint64_t late_ticks = 0;  // by over 10 ms
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
    std::uint64_t send_errors = 0;
    std::uint64_t commands_refused = 0;  // a queue was full
    std::uint64_t events_dropped = 0;    // the signalling thread did not take them
};

// Owned by the server. All of it is called on the signalling thread, which also gets the events.
class MediaEngine {
  public:
    virtual ~MediaEngine() = default;

    // Must be set before the first stream is opened.
    virtual void set_event_handler(MediaEventHandler handler) = 0;
    // Binds a port pair. Errc::unavailable: no free pair left, or the command queue is full.
    [[nodiscard]] virtual Result<OpenedStream> open_stream(const StreamConfig& config) = 0;
    // False when the queue is full: say so, never block. A command for a stream that is gone does
    // nothing.
    [[nodiscard]] virtual bool submit(MediaCommand command) = 0;
    virtual EngineCounters counters() const = 0;
};

}  // namespace skyn3t::media
