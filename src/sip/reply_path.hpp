#pragma once

#include "sip/flow.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

// Where the response to a request goes.
struct ReplyPath {
    Flow flow;
    Endpoint fallback;  // TCP: where to connect when the connection is gone (RFC 3261 §18.2.2)
};

// RFC 3261 §18.2.2 and RFC 3581 §4: to the source. Only a UDP peer that asks for no rport and whose
// Via tells its real address gets its responses at the port in its Via: some phones send from
// another port than they listen on. maddr is not followed, since it lets a stranger aim our
// responses.
[[nodiscard]] ReplyPath reply_path(const Message& request, const Flow& flow);

}  // namespace skyn3t::sip
