#pragma once

#include <deque>
#include <string>
#include <vector>

#include "wire.hpp"

namespace skyn3t::bench {

struct CallerFigures {
    std::size_t started = 0, answered = 0, ended = 0, failed = 0, retransmissions = 0;
    std::vector<double> answer_ms;  // from INVITE to 200
};

// The carrier: calls numbers over one socket, with one port of media for all calls.
class Callers {
  public:
    Callers(const Socket& socket, Address server, Address media, std::vector<std::string> numbers);

    void start();  // one more call, to the next number
    void take(std::string_view message, const Address& from, Time arrived);
    void retransmit(Time now);
    void hang_up_older_than(Time answered_before);  // BYE
    std::size_t alive() const { return figures_.started - figures_.ended - figures_.failed; }
    std::size_t up() const { return up_; }
    // When the INVITE was sent of the call that this caller's number names.
    const Time* find_start(std::string_view caller) const;
    const CallerFigures& figures() const { return figures_; }

  private:
    enum class Step { inviting, proceeding, up, leaving, over };
    struct Call {
        Step step = Step::inviting;
        Time began, answered, sent;
        int sends = 1;
        std::string request;  // what is retransmitted
        std::string to, target;
    };
    struct Due {
        std::size_t call;
        Time sent;
    };

    std::string request(std::size_t call, std::string_view method, std::string_view target,
                        unsigned cseq, std::string_view to) const;
    void answer(std::size_t number, std::string_view message);
    void finish(Call& call, bool good);
    void arm(std::size_t number, std::string request);

    const Socket& socket_;
    Address server_, media_;
    std::string local_, run_, sdp_;
    std::vector<std::string> numbers_;
    std::vector<Call> calls_;
    std::deque<Due> due_;
    std::deque<std::size_t> answered_;  // in this order
    std::size_t up_ = 0;
    CallerFigures figures_;
};

}  // namespace skyn3t::bench
