// The carrier and the phones of many calls, each side over one socket.
//
//     callblast --server IP:PORT --caller IP:PORT --numbers FILE --media IP:PORT
//               [--rate PER_SECOND] [--calls N | --seconds N] [--hold SECONDS]
//               [--phones IP:PORT --phone-media IP:PORT --users FILE --domain NAME
//                --refresh SECONDS]
//
// Phones register when it starts and every --refresh seconds. Calls begin after all are registered,
// `rate` a second, to the numbers in turn. The caller hangs up after --hold seconds; without it the
// server does. Commands on standard input: "status" prints the figures, "hang_up" ends all calls.
// The end of the input ends everything; the last line has the final figures. `delay` is the time
// between the carrier's INVITE and the phone's, by the kernel's time of arrival.

#include <cstdio>
#include <memory>
#include <optional>

#include "callees.hpp"
#include "callers.hpp"
#include "registrations.hpp"
#include "sip_text.hpp"

using namespace skyn3t::bench;
using namespace std::chrono_literals;

namespace {

Clock::duration seconds(double count) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

class Blast {
  public:
    explicit Blast(const Options& options)
        : server_(Address::parse(options.text("--server"))),
          trunk_(Address::parse(options.text("--caller", "127.0.0.2:0"))),
          rate_(options.number("--rate", 20)),
          calls_(static_cast<std::size_t>(options.number("--calls", 1e9))),
          length_(seconds(options.number("--seconds", 1e6))) {
        const Address media = Address::parse(options.text("--media", "127.0.0.2:9"));
        callers_ = std::make_unique<Callers>(trunk_, server_, media,
                                             read_lines(options.text("--numbers")));
        if (options.has("--hold")) hold_ = seconds(options.number("--hold", 0));
        if (!options.has("--phones")) return;
        phones_ = std::make_unique<Socket>(Address::parse(options.text("--phones")));
        const Address phone_media = Address::parse(options.text("--phone-media", "127.0.0.1:9"));
        callees_ = std::make_unique<Callees>(
            *phones_, phone_media,
            [this](std::string_view caller, Time arrived) { note_delay(caller, arrived); });
        registrations_ = std::make_unique<Registrations>(
            *phones_, server_, options.text("--domain"), 3600, read_users(options.text("--users")));
        refresh_ = seconds(options.number("--refresh", 1800));
    }

    void run() {
        if (registrations_) register_all();
        std::printf("{\"registered\": %zu}\n", registered_);
        std::fflush(stdout);
        began_ = Clock::now();
        while (!commands_.ended()) {
            step();
            obey();
        }
        hang_up();
        for (const Time until = Clock::now() + 5s; callers_->up() > 0 && Clock::now() < until;)
            step();
        print();
    }

  private:
    void register_all() {
        const Time began = Clock::now();
        for (std::size_t next = 0; next < registrations_->users();) {
            // As many at once as a building's phones after a power cut, but never a flood.
            while (next < registrations_->users() && registrations_->outstanding() < 16)
                registrations_->start(next++);
            serve_sockets(5ms);
            if (commands_.take(), commands_.ended()) return;
        }
        while (registrations_->outstanding() > 0 && !commands_.ended()) {
            serve_sockets(5ms);
            commands_.take();
        }
        registered_ = registrations_->figures().done;
        first_refresh_ = began + refresh_;
    }

    void step() {
        const Time now = Clock::now();
        const auto due = [&] {
            return static_cast<double>(callers_->figures().started) <
                   rate_ * std::chrono::duration<double>(now - began_).count();
        };
        while (!is_ending_ && now - began_ < length_ && callers_->figures().started < calls_ &&
               due())
            callers_->start();
        if (hold_) callers_->hang_up_older_than(now - *hold_);
        refresh(now);
        serve_sockets(1ms);
    }

    // Spread over the interval, as phones that were switched on at different times are.
    void refresh(Time now) {
        if (!registrations_ || is_ending_) return;
        const auto each = refresh_ / static_cast<long>(registrations_->users());
        while (now >= first_refresh_ - refresh_ + each * static_cast<long>(refreshed_ + 1)) {
            const std::size_t user = refreshed_++ % registrations_->users();
            if (!registrations_->is_busy(user)) registrations_->start(user);
        }
    }

    void serve_sockets(std::chrono::nanoseconds at_most) {
        std::vector<int> descriptors{trunk_.fd()};
        if (phones_) descriptors.push_back(phones_->fd());
        wait_readable(descriptors, at_most);
        trunk_.receive([this](std::string_view message, const Address& from, Time arrived) {
            callers_->take(message, from, arrived);
        });
        if (phones_)
            phones_->receive([this](std::string_view message, const Address& from, Time arrived) {
                if (status_of(message) != 0)
                    registrations_->take(message, arrived);
                else if (message.size() > 4)  // a keep-alive is shorter
                    callees_->take(message, from, arrived);
            });
        const Time now = Clock::now();
        callers_->retransmit(now);
        if (callees_) callees_->retransmit(now);
        if (registrations_) registrations_->retransmit(now);
    }

    void note_delay(std::string_view caller, Time arrived) {
        if (const Time* began = callers_->find_start(caller))
            delays_.push_back(std::chrono::duration<double, std::milli>(arrived - *began).count());
    }

    void hang_up() {
        is_ending_ = true;
        callers_->hang_up_older_than(Clock::now() + 1h);
    }

    void obey() {
        for (const auto& line : commands_.take()) {
            if (line == "status") print();
            if (line == "hang_up") hang_up();
        }
    }

    void print() const {
        const auto& f = callers_->figures();
        const CalleeFigures phone = callees_ ? callees_->figures() : CalleeFigures{};
        const auto registration =
            registrations_ ? registrations_->figures() : RegistrationFigures{};
        std::printf(
            "{\"started\": %zu, \"answered\": %zu, \"ended\": %zu, \"failed\": %zu, \"up\": %zu, "
            "\"alive\": %zu, \"retransmissions\": %zu, \"answer_ms_p50\": %.2f, "
            "\"answer_ms_p99\": %.2f, \"invited\": %zu, \"acknowledged\": %zu, \"canceled\": %zu, "
            "\"phones_up\": %zu, \"delays\": %zu, \"delay_ms_p50\": %.2f, \"delay_ms_p99\": %.2f, "
            "\"delay_ms_max\": %.2f, \"registrations\": %zu, \"registrations_failed\": %zu, "
            "\"registration_ms_p99\": %.2f}\n",
            f.started, f.answered, f.ended, f.failed, callers_->up(), callers_->alive(),
            f.retransmissions, percentile(f.answer_ms, 0.5), percentile(f.answer_ms, 0.99),
            phone.invited, phone.acknowledged, phone.canceled, callees_ ? callees_->up() : 0,
            delays_.size(), percentile(delays_, 0.5), percentile(delays_, 0.99),
            percentile(delays_, 1), registration.done, registration.failed,
            percentile(registration.milliseconds, 0.99));
        std::fflush(stdout);
    }

    Commands commands_;
    Address server_;
    Socket trunk_;
    double rate_;
    std::size_t calls_;
    Clock::duration length_;
    std::optional<Clock::duration> hold_;
    std::unique_ptr<Callers> callers_;
    std::unique_ptr<Socket> phones_;
    std::unique_ptr<Callees> callees_;
    std::unique_ptr<Registrations> registrations_;
    Clock::duration refresh_{};
    Time began_, first_refresh_;
    std::size_t registered_ = 0, refreshed_ = 0;
    bool is_ending_ = false;
    std::vector<double> delays_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options(argc, argv);
    Blast(options).run();
}
