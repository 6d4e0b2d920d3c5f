#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// Session descriptions (RFC 8866) as values. Reading is tolerant - unknown lines and attributes are
// ignored, LF alone ends a line - and bounded.
namespace skyn3t::sip {

enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
[[nodiscard]] std::string_view name_of(Direction direction);
// The same flow seen from the other end: sendonly <-> recvonly.
[[nodiscard]] Direction reversed(Direction direction);

struct SdpLimits {
    static constexpr std::size_t kBytes = 64 * 1024;
    static constexpr std::size_t kMedia = 32;
    static constexpr std::size_t kFormats =
        128;  // of one m= line; also rtpmap and fmtp lines of one
};

struct SdpOrigin {
    std::string username = "-";
    std::uint64_t session_id = 0;
    std::uint64_t version = 0;
    std::string address = "0.0.0.0";
};

struct SdpRtpmap {
    std::uint8_t payload_type = 0;
    std::string encoding;  // as written; compare without case
    std::uint32_t clock_rate = 0;
    unsigned channels = 1;
};

struct SdpFmtp {
    std::string format;
    std::string parameters;
};

struct SdpMedia {
    std::string type;        // "audio"
    std::uint16_t port = 0;  // zero: refused, or not offered any more
    std::string protocol;    // "RTP/AVP"
    std::vector<std::string> formats;
    std::optional<std::string> address;  // its own c= line
    std::vector<SdpRtpmap> rtpmaps;
    std::vector<SdpFmtp> fmtps;
    std::optional<std::chrono::milliseconds> ptime, maxptime;
    std::optional<Direction> direction;
    std::optional<std::uint16_t> rtcp_port;  // RFC 3605
    std::optional<std::string> rtcp_address;
    bool rtcp_mux = false;  // RFC 5761

    // The first; null when there is none. A peer may write several for one payload type, of which
    // one is usable: who looks for something looks at all of them.
    [[nodiscard]] const SdpRtpmap* rtpmap(std::uint8_t payload_type) const;
    [[nodiscard]] std::string_view fmtp(std::string_view format) const;  // empty when absent
    [[nodiscard]] bool is_rtp() const { return protocol.starts_with("RTP/"); }
};

struct SdpSession {
    SdpOrigin origin;
    std::string name = "-";
    std::optional<std::string> address;  // the session's c= line
    std::optional<Direction> direction;
    std::vector<SdpMedia> media;

    // The media's own, otherwise the session's; empty when neither is there.
    [[nodiscard]] std::string_view address_of(const SdpMedia& line) const;
    [[nodiscard]] Direction direction_of(const SdpMedia& line) const;
};

// parse_error names the line; too_large.
[[nodiscard]] Result<SdpSession> parse_sdp(std::string_view text);
[[nodiscard]] std::string to_string(const SdpSession& session);

}  // namespace skyn3t::sip
