#include "callers.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <utility>

#include "sip_text.hpp"

namespace skyn3t::bench {
namespace {

constexpr std::chrono::milliseconds kT1{500};
constexpr int kMaxSends = 16;
constexpr std::string_view kCallerPrefix = "+569";  // a Chilean mobile: eight digits follow
constexpr std::size_t kFirstCaller = 61000000;

std::string caller_of(std::size_t call) {
    return std::string(kCallerPrefix) + std::to_string(kFirstCaller + call);
}

}  // namespace

Callers::Callers(const Socket& socket, Address server, Address media,
                 std::vector<std::string> numbers)
    : socket_(socket),
      server_(server),
      media_(media),
      local_(socket.local().str()),
      run_(std::to_string(Clock::now().time_since_epoch().count()) + "." +
           std::to_string(getpid())),
      sdp_(audio_sdp(media.host(), media.port())),
      numbers_(std::move(numbers)) {}

std::string Callers::request(std::size_t call, std::string_view method, std::string_view target,
                             unsigned cseq, std::string_view to) const {
    const std::string number = std::to_string(call);
    std::string text(method);
    text.append(" ").append(target).append(" SIP/2.0\r\nVia: SIP/2.0/UDP ").append(local_);
    text.append(";branch=z9hG4bK").append(run_).append(".").append(number).append(".");
    text.append(method == "ACK" ? "a" : std::to_string(cseq)).append(";rport\r\n");
    text.append("Max-Forwards: 70\r\nFrom: <sip:").append(caller_of(call)).append("@");
    text.append(local_).append(">;tag=").append(number).append("\r\nTo: ").append(to);
    text.append("\r\nCall-ID: ").append(number).append("@c").append(run_).append("\r\nCSeq: ");
    text.append(std::to_string(cseq)).append(" ").append(method).append("\r\n");
    text.append("Contact: <sip:carrier@").append(local_).append(">\r\n");
    return text;
}

void Callers::start() {
    const std::size_t number = calls_.size();
    calls_.emplace_back();
    Call& call = calls_.back();
    ++figures_.started;
    const std::string target = "sip:" + numbers_[number % numbers_.size()] + "@" + server_.str();
    std::string invite = request(number, "INVITE", target, 1, "<" + target + ">");
    invite += "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nContent-Type: application/sdp\r\n";
    invite += "Content-Length: " + std::to_string(sdp_.size()) + "\r\n\r\n" + sdp_;
    call.began = Clock::now();
    arm(number, std::move(invite));
}

void Callers::arm(std::size_t number, std::string request) {
    Call& call = calls_[number];
    call.request = std::move(request);
    call.sent = Clock::now();
    call.sends = 1;
    due_.push_back({number, call.sent});
    socket_.send(call.request, server_);
}

const Time* Callers::find_start(std::string_view caller) const {
    if (!caller.starts_with(kCallerPrefix)) return nullptr;
    std::size_t number = 0;
    std::from_chars(caller.data() + kCallerPrefix.size(), caller.data() + caller.size(), number);
    number -= kFirstCaller;
    return number < calls_.size() ? &calls_[number].began : nullptr;
}

void Callers::take(std::string_view message, const Address& from, Time arrived) {
    const auto call_id = header(message, "Call-ID");
    std::size_t number = 0;
    std::from_chars(call_id.data(), call_id.data() + call_id.size(), number);
    if (number >= calls_.size() || call_id.find(run_) == std::string_view::npos) return;
    Call& call = calls_[number];
    const int status = status_of(message);
    if (status == 0) {
        if (method_of(message) == "ACK") return;
        socket_.send(response(message, "200 OK", {}), from);
        if (method_of(message) == "BYE" && call.step != Step::over) finish(call, true);
        return;
    }
    const auto cseq = header(message, "CSeq");
    if (cseq.ends_with("BYE")) {
        if (call.step == Step::leaving && status >= 200) finish(call, status == 200);
        return;
    }
    if (status < 200) {
        if (call.step == Step::inviting) call.step = Step::proceeding;
        return;
    }
    if (status >= 300) {
        socket_.send(
            request(number, "ACK", uri_in(header(message, "To")), 1, header(message, "To")) +
                "Content-Length: 0\r\n\r\n",
            server_);
        if (call.step == Step::over) return;
        std::fprintf(stderr, "bench: call refused with %d\n", status);
        finish(call, false);
        return;
    }
    if (call.step == Step::inviting || call.step == Step::proceeding) {
        figures_.answer_ms.push_back(
            std::chrono::duration<double, std::milli>(arrived - call.began).count());
        call.answered = arrived;
        call.step = Step::up;
        call.request.clear();
        ++figures_.answered;
        ++up_;
        answered_.push_back(number);
        if (const auto remote = media_address(message); !remote.empty())
            socket_.send("to " + remote, media_);
    }
    answer(number, message);
}

// Every 2xx gets an ACK, a repeated one too (RFC 3261 §13.2.2.4).
void Callers::answer(std::size_t number, std::string_view message) {
    Call& call = calls_[number];
    call.to = header(message, "To");
    call.target = uri_in(header(message, "Contact"));
    socket_.send(request(number, "ACK", call.target, 1, call.to) + "Content-Length: 0\r\n\r\n",
                 server_);
}

void Callers::finish(Call& call, bool good) {
    if (call.step == Step::up || call.step == Step::leaving) --up_;
    call.step = Step::over;
    call.request.clear();
    call.request.shrink_to_fit();
    ++(good ? figures_.ended : figures_.failed);
}

void Callers::hang_up_older_than(Time answered_before) {
    while (!answered_.empty() && calls_[answered_.front()].answered < answered_before) {
        const std::size_t number = answered_.front();
        answered_.pop_front();
        Call& call = calls_[number];
        if (call.step != Step::up) continue;
        call.step = Step::leaving;
        arm(number, request(number, "BYE", call.target, 2, call.to) + "Content-Length: 0\r\n\r\n");
    }
}

void Callers::retransmit(Time now) {
    while (!due_.empty() && now - due_.front().sent >= kT1) {
        const Due due = due_.front();
        due_.pop_front();
        Call& call = calls_[due.call];
        // Calm once the server said anything (RFC 3261 §17.1.1.2).
        if (call.sent != due.sent || (call.step != Step::inviting && call.step != Step::leaving))
            continue;
        if (++call.sends > kMaxSends) {
            std::fprintf(stderr, "bench: no answer to a call's request\n");
            finish(call, false);
            continue;
        }
        ++figures_.retransmissions;
        socket_.send(call.request, server_);
        call.sent = now;
        due_.push_back({due.call, now});
    }
}

}  // namespace skyn3t::bench
