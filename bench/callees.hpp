#pragma once

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "wire.hpp"

namespace skyn3t::bench {

struct CalleeFigures {
    std::size_t invited = 0, acknowledged = 0, ended = 0, canceled = 0, retransmissions = 0;
};

// Phones that ring and answer at once: 180, 200, ACK, then a BYE from the server. One socket and
// one port of media for all.
class Callees {
  public:
    using OnInvite = std::function<void(std::string_view caller, Time arrived)>;

    Callees(const Socket& socket, Address media, OnInvite on_invite);
    void take(std::string_view request, const Address& from, Time arrived);
    void retransmit(Time now);  // the 200 that no ACK has come for (RFC 3261 §13.3.1.4)
    std::size_t up() const { return figures_.acknowledged - figures_.ended; }
    const CalleeFigures& figures() const { return figures_; }

  private:
    struct Call {
        bool is_acknowledged = false;
        std::string answer;
        Address from;
    };
    struct Due {
        std::string call_id;
        Time at;
        int sends;
    };

    const Socket& socket_;
    Address media_;
    std::string local_, sdp_;
    OnInvite on_invite_;
    std::unordered_map<std::string, Call> calls_;
    std::deque<Due> due_;
    CalleeFigures figures_;
};

}  // namespace skyn3t::bench
