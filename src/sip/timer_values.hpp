#pragma once

#include <chrono>

namespace skyn3t::sip {

// RFC 3261 §17 and its table 4. Tests and slow links change them.
struct TimerValues {
    std::chrono::milliseconds t1{500};      // round-trip estimate
    std::chrono::milliseconds t2{4000};     // longest gap between retransmissions
    std::chrono::milliseconds t4{5000};     // longest life of a message in the network
    std::chrono::milliseconds trying{200};  // 100 when the TU has not answered an INVITE (§17.2.1)
    std::chrono::milliseconds completed{32000};  // D: how long a UDP INVITE client absorbs finals

    [[nodiscard]] std::chrono::milliseconds timeout() const { return 64 * t1; }  // B, F, H, J, L, M
};

}  // namespace skyn3t::sip
