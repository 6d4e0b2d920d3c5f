#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "model/call_status.hpp"
#include "model/end_reason.hpp"

namespace skyn3t::model {

enum class Direction { inbound, outbound_dial, outbound_api };
[[nodiscard]] std::string_view to_string(Direction direction);  // Twilio's: "outbound-dial"
[[nodiscard]] std::optional<Direction> parse_direction(std::string_view word);

// What was measured on a leg's audio; sent by us and received from the peer.
struct MediaStats {
    std::string codec;  // the SDP's encoding name, such as "PCMA"
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_lost = 0;
    double loss_percent = 0;
    double jitter_ms = 0;
    double round_trip_ms = 0;
    double mos = 0;  // estimated, 1 to 4.5; 0 when nothing was received
    bool operator==(const MediaStats&) const = default;
};

// A leg of the call log. Times are wall time, kept to the millisecond.
struct CallRecord {
    CallSid sid;
    CallSid parent_sid;      // empty for a call that came in or was asked for by the API
    CommunitySid community;  // empty only while a call is for no community (an unknown number)
    std::string from;
    std::string to;  // a number or the dialled SIP URI
    Direction direction = Direction::inbound;
    CallStatus status = CallStatus::queued;
    WallTime start_time{};  // created
    std::optional<WallTime> answer_time;
    std::optional<WallTime> end_time;
    std::string sip_call_id;
    int sip_code = 0;  // the final response of the leg's INVITE; 0 when there was none
    std::optional<EndReason> end_reason;
    int error_code = 0;  // Twilio's, such as 32009; 0 when none
    MediaStats media;
    std::string node;  // the server that runs it
    // What it cost, as Twilio says it ("-0.0085", "USD"), for calls that ran there; empty until it
    // is known. Nothing that runs a call sets it: CallStore::set_price does.
    std::string price, price_unit;

    // From answer to end, rounded as Twilio does: whole seconds, a begun one counts. 0 when never
    // answered.
    std::chrono::seconds duration() const;
    bool operator==(const CallRecord&) const = default;
};

// One line of a call's story: what was said, pressed, dialled, answered.
struct CallEvent {
    CallSid call;
    CommunitySid community;
    WallTime time{};
    std::string
        kind;  // "say", "digit", "dial", "ringing", "answered", "bridged", "ended", "warning", ...
    std::vector<std::pair<std::string, std::string>> detail;
    bool operator==(const CallEvent&) const = default;
};

}  // namespace skyn3t::model
