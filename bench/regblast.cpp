// Registers phones as fast as the server takes them, or at a fixed rate, and prints what happened.
//
//     regblast --server IP:PORT --domain NAME --users FILE [--local IP:PORT] [--expires SECONDS]
//              [--outstanding 32 | --rate PER_SECOND] [--seconds N | --count N]
//
// Users take turns. Without --rate the loop is closed: `outstanding` registrations are always under
// way.

#include <cstdio>

#include "registrations.hpp"

using namespace skyn3t::bench;

int main(int argc, char** argv) {
    const Options options(argc, argv);
    const Socket socket(Address::parse(options.text("--local", "127.0.0.1:0")));
    Registrations registrations(
        socket, Address::parse(options.text("--server")), options.text("--domain"),
        static_cast<int>(options.number("--expires", 3600)), read_users(options.text("--users")));
    const auto outstanding = static_cast<std::size_t>(options.number("--outstanding", 32));
    const auto count = static_cast<std::size_t>(options.number("--count", 1e9));
    const double rate = options.number("--rate", 0);
    const std::chrono::duration<double> length(options.number("--seconds", 1e6));
    Commands commands;

    const Time began = Clock::now();
    std::size_t started = 0, skipped = 0;
    const auto is_due = [&](Time now) {
        if (rate == 0) return registrations.outstanding() < outstanding;
        return static_cast<double>(started + skipped) <
               rate * std::chrono::duration<double>(now - began).count();
    };
    for (;;) {
        Time now = Clock::now();
        const bool over = now - began >= length || started >= count;
        while (!over && started < count && is_due(now)) {
            const std::size_t user = (started + skipped) % registrations.users();
            if (registrations.is_busy(user)) {
                ++skipped;  // the server is that far behind
                if (skipped > started + registrations.users()) break;
                continue;
            }
            registrations.start(user);
            ++started;
        }
        if (over && registrations.outstanding() == 0) break;
        commands.take();
        if (commands.ended()) break;
        std::chrono::nanoseconds wait = std::chrono::milliseconds(5);
        if (rate > 0 && !over)
            wait = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / rate));
        wait_readable({socket.fd()}, wait);
        socket.receive([&](std::string_view message, const Address&, Time arrived) {
            registrations.take(message, arrived);
        });
        registrations.retransmit(Clock::now());
    }
    const std::chrono::duration<double> took = Clock::now() - began;
    const auto& figures = registrations.figures();
    std::printf(
        "{\"done\": %zu, \"failed\": %zu, \"retransmissions\": %zu, \"skipped\": %zu, "
        "\"seconds\": %.4f, \"ms_p50\": %.3f, \"ms_p99\": %.3f, \"ms_max\": %.3f}\n",
        figures.done, figures.failed, figures.retransmissions, skipped, took.count(),
        percentile(figures.milliseconds, 0.5), percentile(figures.milliseconds, 0.99),
        percentile(figures.milliseconds, 1));
}
