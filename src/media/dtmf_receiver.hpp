#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "media/rtp_packet.hpp"

namespace skyn3t::media {

struct ReceivedDigit {
    char digit;
    std::chrono::milliseconds length;
};

// Telephone-events (RFC 4733) to digits: one for each event, however many of its packets came, when
// it ends. Events above 15 (flash and all else) are ignored.
class DtmfReceiver {
  public:
    // An update repeats every 20 to 50 ms; after this time without one, the end packets are taken
    // as lost.
    static constexpr std::chrono::milliseconds kLostEnd{160};

    // Whether an event's payload is a digit's: we agree to no other events (fmtp 0-15).
    static bool is_digit(std::span<const std::uint8_t> payload) {
        return payload.size() >= 4 && payload[0] < 16;
    }
    // What is older than what came is known by its sequence number, and a new event by its marker
    // (RFC 4733, section 2.5.1.1): a sender may set its clock back between two digits.
    void on_event(const RtpPacketView& packet, SteadyTime now);
    void on_tick(SteadyTime now);
    // A new SSRC: its timestamps have nothing to do with the earlier ones.
    void restart();
    // The next digit that has ended; call until there is none.
    std::optional<ReceivedDigit> take();
    bool in_event() const { return current_.has_value(); }

  private:
    struct Event {
        std::uint8_t code;
        std::uint32_t timestamp;  // of this segment
        std::uint32_t earlier;    // duration of the segments before it (section 2.5.1.3)
        std::uint16_t duration;
        SteadyTime last_heard;
    };
    void finish();

    std::optional<Event> current_;
    struct Finished {
        std::uint8_t code;
        std::uint32_t timestamp;
    };
    std::optional<Finished> finished_;  // the last one that ended
    std::uint16_t newest_ = 0;          // sequence number ...
    SteadyTime newest_at_{};            // ... of the last event packet that was not overtaken
    std::array<ReceivedDigit, 4> ended_{};
    std::size_t ended_count_ = 0;
};

// Digits as sound, by spandsp's detector. Holds 0.5 kB; made only when no telephone-event was
// negotiated.
class InbandDtmf {
  public:
    InbandDtmf();
    ~InbandDtmf();
    InbandDtmf(const InbandDtmf&) = delete;
    InbandDtmf& operator=(const InbandDtmf&) = delete;

    void feed(std::span<const std::int16_t> samples);  // 8000 Hz
    std::optional<ReceivedDigit> take();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace skyn3t::media
