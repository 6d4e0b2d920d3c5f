#pragma once

#include <string>

#include "sip/message.hpp"

// Who calls whom, as a trunk's INVITE tells it. Trunks are trusted: what they assert is believed.
namespace skyn3t::call {

// The number that the Request-URI names, or its user as written when it is no number.
[[nodiscard]] std::string dialled_in(const sip::Message& invite);
// From's number in E.164 where the plan knows it; else the number that the network asserts (RFC
// 3325), unless the caller asked for privacy; else From's user as written; "anonymous".
[[nodiscard]] std::string caller_in(const sip::Message& invite);
// Who diverted the call here last (Diversion, RFC 5806): Twilio's ForwardedFrom. Empty: nobody.
[[nodiscard]] std::string forwarded_from(const sip::Message& invite);

}  // namespace skyn3t::call
