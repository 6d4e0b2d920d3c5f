#pragma once

#include <cstdint>

namespace skyn3t::sip {

// Since the start, for /metrics.
struct UserAgentCounters {
    std::uint64_t requests_received = 0;
    std::uint64_t responses_received = 0;
    std::uint64_t dropped = 0;           // not SIP, or not answerable
    std::uint64_t shed = 0;              // of strangers, more than are read (StrangerBudget)
    std::uint64_t refused_by_limit = 0;  // 503: too much at once, or draining
    std::uint64_t retransmissions_received = 0;
    std::uint64_t retransmissions_sent = 0;
    std::uint64_t send_failures = 0;
    std::uint64_t timeouts =
        0;  // client transactions without a final response, 200s without an ACK
    std::uint64_t stray_responses = 0;
};

}  // namespace skyn3t::sip
