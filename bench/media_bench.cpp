// CPU of the media engine for 100 calls that play a prompt (budget: 2 x the floor) and for 100
// bridged calls (1.6 x), beside the floor of the same work in the same run: the bare system calls,
// paced alike (DESIGN.md, section 7). Phones are a child process, so that what is printed is the
// engine's process alone.
//
//     media_bench [calls] [seconds of each measurement] [rounds]

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "media/rtp_engine.hpp"
#include "media/rtp_packet.hpp"

namespace {

using namespace skyn3t;
using namespace skyn3t::media;
using namespace std::chrono_literals;

const asio::ip::address kLoopback = asio::ip::make_address("127.0.0.1");
constexpr std::size_t kPacket = 172;

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

// Wakes every `period` until `length` is over.
void paced(std::chrono::milliseconds period, std::chrono::seconds length,
           const std::function<void()>& action) {
    const FileDescriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
    itimerspec spec{};
    spec.it_value.tv_nsec = spec.it_interval.tv_nsec = std::chrono::nanoseconds(period).count();
    timerfd_settime(timer.get(), 0, &spec, nullptr);
    for (const auto end = std::chrono::steady_clock::now() + length;
         std::chrono::steady_clock::now() < end;) {
        std::uint64_t expired = 0;
        if (read(timer.get(), &expired, sizeof expired) != sizeof expired) return;
        action();
    }
}

// All phones: one socket that swallows what comes, and sends 50 packets a second to each of
// `ports`, in four bursts each 20 ms.
class Phones {
  public:
    Phones() : socket_(*UdpSocket::bind(kLoopback, 0)) {
        const int size = 8 << 20;
        setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    ~Phones() { stop(); }
    Address address() const { return {kLoopback, socket_.port()}; }
    void start(const std::vector<std::uint16_t>& ports) {
        child_ = fork();
        if (child_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            run(ports);
        }
    }
    void stop() {
        if (child_ <= 0) return;
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        child_ = 0;
    }

  private:
    [[noreturn]] void run(const std::vector<std::uint16_t>& ports) {
        std::uint16_t number = 0;
        std::size_t burst = 0;
        paced(5ms, 3600s, [&] {
            std::array<std::uint8_t, 2048> packet{};
            while (recv(socket_.fd(), packet.data(), packet.size(), MSG_DONTWAIT) > 0) {
            }
            if (burst == 0) ++number;
            for (std::size_t i = burst; i < ports.size(); i += 4) {
                RtpHeader{false, 0, number, 160u * number, static_cast<std::uint32_t>(i)}.write(
                    std::span(packet).first<12>());
                socket_.send(std::span(packet).first(kPacket), {kLoopback, ports[i]});
            }
            burst = (burst + 1) % 4;
        });
        _exit(0);
    }

    UdpSocket socket_;
    pid_t child_ = 0;
};

// In percent of a core.
double measure(std::chrono::seconds length, const std::function<void(std::chrono::seconds)>& work) {
    const double before = cpu_seconds();
    const auto began = std::chrono::steady_clock::now();
    work(length);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return 100 * (cpu_seconds() - before) / took.count();
}

double send_floor(std::size_t calls, std::chrono::seconds length) {
    Phones phones;
    std::vector<UdpSocket> sockets;
    for (std::size_t i = 0; i < calls; ++i) sockets.push_back(*UdpSocket::bind(kLoopback, 0));
    phones.start({});
    const std::array<std::uint8_t, kPacket> packet{};
    return measure(length, [&](std::chrono::seconds time) {
        paced(20ms, time, [&] {
            for (const UdpSocket& socket : sockets) socket.send(packet, phones.address());
        });
    });
}

double relay_floor(std::size_t calls, std::chrono::seconds length) {
    Phones phones;
    std::vector<UdpSocket> sockets;
    std::vector<std::uint16_t> ports;
    const FileDescriptor epoll(epoll_create1(0));
    for (std::size_t i = 0; i < 2 * calls; ++i) {
        sockets.push_back(*UdpSocket::bind(kLoopback, 0));
        ports.push_back(sockets.back().port());
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        epoll_ctl(epoll.get(), EPOLL_CTL_ADD, sockets.back().fd(), &event);
    }
    phones.start(ports);
    return measure(length, [&](std::chrono::seconds time) {
        const auto end = std::chrono::steady_clock::now() + time;
        std::array<epoll_event, 64> ready;
        std::array<std::uint8_t, 2048> packet;
        Address from;
        while (std::chrono::steady_clock::now() < end) {
            const int count = epoll_wait(epoll.get(), ready.data(), 64, 100);
            for (int i = 0; i < count; ++i) {
                const auto leg = ready[static_cast<std::size_t>(i)].data.u64;
                auto size = static_cast<socklen_t>(from.capacity());
                const auto got = recvfrom(sockets[leg].fd(), packet.data(), packet.size(), 0,
                                          from.data(), &size);
                if (got > 0)
                    sockets[leg ^ 1].send(std::span(packet).first(static_cast<std::size_t>(got)),
                                          phones.address());
            }
        }
    });
}

// The engine with its streams, and the signalling loop that gets the events.
struct Engine {
    asio::io_context io;
    SystemClock clock;
    RtpEngine engine;
    std::vector<OpenedStream> streams;

    explicit Engine(unsigned threads) : engine(config(threads), clock, io.get_executor()) {}
    static RtpEngineConfig config(unsigned threads) {
        RtpEngineConfig result;
        result.threads = threads;
        return result;
    }
    void must(bool taken) {
        if (!taken) std::abort();
    }
    void open(std::size_t count, const Phones& phones) {
        RemoteMedia remote;
        remote.rtp = remote.rtcp = phones.address();
        remote.receive = {{0, Codec::pcmu}};
        remote.telephone_event_send = remote.telephone_event_receive = 101;
        for (std::size_t i = 0; i < count; ++i) {
            streams.push_back(*engine.open_stream({"BENCH", kLoopback, 3600s}));
            must(engine.submit(SetRemote{streams.back().id, remote}));
        }
    }
    std::vector<std::uint16_t> ports() const {
        std::vector<std::uint16_t> result;
        for (const auto& stream : streams) result.push_back(stream.rtp_port);
        return result;
    }
    double run(std::chrono::seconds length) {
        return measure(length, [&](std::chrono::seconds time) {
            const auto work = asio::make_work_guard(io);
            io.run_for(time);
        });
    }
    void print_ticks() const {
        const auto counters = engine.counters();
        std::printf("   (%llu packets out, %llu in, %llu of %llu ticks late, %llu send errors)\n",
                    static_cast<unsigned long long>(counters.packets_sent),
                    static_cast<unsigned long long>(counters.packets_received),
                    static_cast<unsigned long long>(counters.late_ticks),
                    static_cast<unsigned long long>(counters.ticks),
                    static_cast<unsigned long long>(counters.send_errors));
    }
};

enum class Callers { silent, talking };

double play(std::size_t calls, std::chrono::seconds length, const PromptPtr& prompt,
            Callers callers) {
    Phones phones;
    Engine engine(1);
    engine.open(calls, phones);
    for (const auto& stream : engine.streams)
        engine.must(engine.engine.submit(PlayPrompts{stream.id, 1, {prompt}, Repeat::forever}));
    phones.start(callers == Callers::talking ? engine.ports() : std::vector<std::uint16_t>{});
    const double cpu = engine.run(length);
    engine.print_ticks();
    return cpu;
}

double bridge(std::size_t calls, std::chrono::seconds length) {
    Phones phones;
    Engine engine(1);
    engine.open(2 * calls, phones);
    for (std::size_t i = 0; i < 2 * calls; i += 2)
        engine.must(engine.engine.submit(Bridge{engine.streams[i].id, engine.streams[i + 1].id}));
    phones.start(engine.ports());
    const double cpu = engine.run(length);
    engine.print_ticks();
    return cpu;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int at, int otherwise) {
        return argc > at ? std::max(1, std::atoi(argv[at])) : otherwise;
    };
    const auto calls = static_cast<std::size_t>(argument(1, 100));
    const std::chrono::seconds length(argument(2, 4));
    const int rounds = argument(3, 3);

    std::vector<std::int16_t> pcm(16000 * 5);
    for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = static_cast<std::int16_t>(i * 37);
    const PromptPtr prompt = make_prompt(pcm);

    std::array<std::vector<double>, 5> results;
    for (int round = 0; round < rounds; ++round) {
        results[0].push_back(send_floor(calls, length));
        results[1].push_back(play(calls, length, prompt, Callers::silent));
        results[2].push_back(play(calls, length, prompt, Callers::talking));
        results[3].push_back(relay_floor(calls, length));
        results[4].push_back(bridge(calls, length));
    }
    const double per_hundred = 100.0 / static_cast<double>(calls);
    const auto print = [&](const char* what, std::size_t row, std::size_t floor) {
        const double cpu = median(results[row]) * per_hundred;
        std::printf("%-46s %6.2f %% of a core per 100 calls, %.2f x the floor\n", what, cpu,
                    cpu / (median(results[floor]) * per_hundred));
    };
    print("floor: one send per call and 20 ms", 0, 0);
    print("prompts, silent callers (budget 2 x)", 1, 0);
    print("prompts, callers talking", 2, 0);
    print("floor: epoll, receive, send per packet", 3, 3);
    print("bridged calls (budget 1.6 x)", 4, 3);
}
