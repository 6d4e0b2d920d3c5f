#include "registrations.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <sstream>
#include <utility>

#include "sip_text.hpp"

namespace skyn3t::bench {
namespace {

constexpr std::chrono::milliseconds kT1{500};
constexpr int kMaxSends = 32;

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

std::vector<User> read_users(const std::string& file) {
    std::vector<User> users;
    for (const auto& line : read_lines(file)) {
        std::istringstream words(line);
        User user;
        words >> user.name >> user.password;
        users.push_back(std::move(user));
    }
    return users;
}

Registrations::Registrations(const Socket& socket, Address server, std::string domain, int expires,
                             std::vector<User> users)
    : socket_(socket),
      server_(server),
      domain_(std::move(domain)),
      contact_host_(socket.local().str()),
      run_(std::to_string(Clock::now().time_since_epoch().count()) + "." +
           std::to_string(getpid())),
      expires_(expires) {
    for (auto& user : users) {
        Phone phone;
        phone.user = std::move(user);
        phones_.push_back(std::move(phone));
    }
}

void Registrations::start(std::size_t user) {
    Phone& phone = phones_[user];
    phone.step = Step::asking;
    phone.began = Clock::now();
    ++outstanding_;
    send(user, {});
}

void Registrations::send(std::size_t user, const std::string& credentials) {
    Phone& phone = phones_[user];
    const std::string number = std::to_string(user), cseq = std::to_string(++phone.cseq);
    const std::string aor = "sip:" + phone.user.name + "@" + domain_;
    phone.message = "REGISTER sip:" + domain_ + " SIP/2.0\r\nVia: SIP/2.0/UDP " + contact_host_ +
                    ";branch=z9hG4bK" + run_ + "." + number + "." + cseq +
                    ";rport\r\nMax-Forwards: 70\r\nFrom: <" + aor + ">;tag=" + number +
                    "\r\nTo: <" + aor + ">\r\nCall-ID: " + number + "@r" + run_ +
                    "\r\nCSeq: " + cseq + " REGISTER\r\nContact: <sip:" + phone.user.name + "@" +
                    contact_host_ + ">\r\nExpires: " + std::to_string(expires_) +
                    "\r\nUser-Agent: bench\r\n" + credentials + "Content-Length: 0\r\n\r\n";
    phone.sent = Clock::now();
    phone.sends = 1;
    due_.push_back({user, phone.sent});
    socket_.send(phone.message, server_);
}

bool Registrations::take(std::string_view message, Time arrived) {
    const int status = status_of(message);
    const auto cseq = header(message, "CSeq");
    if (status == 0 || cseq.find("REGISTER") == std::string_view::npos) return false;
    const auto call_id = header(message, "Call-ID");
    std::size_t user = 0;
    unsigned number = 0;
    std::from_chars(call_id.data(), call_id.data() + call_id.size(), user);
    std::from_chars(cseq.data(), cseq.data() + cseq.size(), number);
    if (user >= phones_.size() || status < 200) return true;
    Phone& phone = phones_[user];
    if (phone.step == Step::idle || number != phone.cseq) return true;  // of a retransmission
    if (status == 401 && phone.step == Step::asking) {
        phone.step = Step::answering;
        send(user, authorization(header(message, "WWW-Authenticate"), phone.user.name,
                                 phone.user.password, "REGISTER", "sip:" + domain_));
        return true;
    }
    if (status == 200) {
        ++figures_.done;
        figures_.milliseconds.push_back(milliseconds(arrived - phone.began));
    } else {
        if (figures_.failed++ == 0)
            std::fprintf(stderr, "bench: REGISTER refused: %.*s\n",
                         static_cast<int>(message.size()), message.data());
    }
    finish(phone);
    return true;
}

void Registrations::finish(Phone& phone) {
    phone.step = Step::idle;
    --outstanding_;
}

void Registrations::retransmit(Time now) {
    while (!due_.empty() && now - due_.front().sent >= kT1) {
        const Due due = due_.front();
        due_.pop_front();
        Phone& phone = phones_[due.user];
        if (phone.step == Step::idle || phone.sent != due.sent) continue;
        if (++phone.sends > kMaxSends) {
            ++figures_.failed;
            finish(phone);
            continue;
        }
        ++figures_.retransmissions;
        socket_.send(phone.message, server_);
        phone.sent = now;
        due_.push_back({due.user, now});
    }
}

}  // namespace skyn3t::bench
