#pragma once

#include <deque>
#include <string>
#include <vector>

#include "wire.hpp"

namespace skyn3t::bench {

struct User {
    std::string name, password;
};
std::vector<User> read_users(const std::string& file);  // "name password" a line

struct RegistrationFigures {
    std::size_t done = 0, failed = 0, retransmissions = 0;
    std::vector<double> milliseconds;  // from the first REGISTER to its 200
};

// Registers phones over one socket as a phone does after a start: REGISTER, 401, REGISTER with
// credentials, 200. Every later registration of a user refreshes the first (same Call-ID).
class Registrations {
  public:
    Registrations(const Socket& socket, Address server, std::string domain, int expires,
                  std::vector<User> users);

    std::size_t users() const { return phones_.size(); }
    bool is_busy(std::size_t user) const { return phones_[user].step != Step::idle; }
    std::size_t outstanding() const { return outstanding_; }
    void start(std::size_t user);
    // Whether this was a response to a REGISTER.
    bool take(std::string_view message, Time arrived);
    void retransmit(Time now);  // RFC 3261 §17.1.2.2, timer E at its first value; gives up after 32
    const RegistrationFigures& figures() const { return figures_; }

  private:
    enum class Step { idle, asking, answering };
    struct Phone {
        User user;
        Step step = Step::idle;
        unsigned cseq = 0;
        int sends = 0;
        std::string message;
        Time began, sent;
    };
    struct Due {
        std::size_t user;
        Time sent;
    };

    void send(std::size_t user, const std::string& credentials);
    void finish(Phone& phone);

    const Socket& socket_;
    Address server_;
    std::string domain_, contact_host_, run_;
    int expires_;
    std::vector<Phone> phones_;
    std::deque<Due> due_;
    std::size_t outstanding_ = 0;
    RegistrationFigures figures_;
};

}  // namespace skyn3t::bench
