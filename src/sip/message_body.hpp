#pragma once

#include <cstdint>
#include <string_view>

#include "sip/message.hpp"

namespace skyn3t::sip {

// What we understand in a body, for Accept fields.
inline constexpr std::string_view kAcceptedBodies = "application/sdp, multipart/mixed";

// The body of an INVITE, UPDATE, ACK or of a response to one, read.
struct MessageBody {
    enum class Fault : std::uint8_t {
        none,
        type,       // 415: a type that we do not know and may not ignore
        encoding,   // 415: compressed, or written in another alphabet
        malformed,  // 400
    };
    // The session description: all of the body, or one part of a multipart one. Empty: none. A view
    // into the message.
    std::string_view sdp;
    Fault fault = Fault::none;

    // RFC 5621, RFC 2046 section 5.1. Gateways to the telephone network send the SDP beside an ISUP
    // message, which is passed over unless it says that it is required.
    [[nodiscard]] static MessageBody read(const Message& message);
};

// The same where nobody can be told of a fault: responses, ACKs, and requests that were judged.
[[nodiscard]] inline std::string_view session_description(const Message& message) {
    return MessageBody::read(message).sdp;
}

}  // namespace skyn3t::sip
