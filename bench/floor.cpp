// The least that the work costs on this machine: its system calls and nothing else, paced as the
// real work is. The driver measures this process as it measures the servers.
//
//     floor send  --streams N --to IP:PORT             one packet per stream every 20 ms
//     floor relay --streams N --to IP:PORT --back IP:PORT   N sockets for each side; what one
//     side's
//                                                      gets, its partner sends on
//     floor registrar --local IP:PORT                  receives, answers 401 or 200, looks nothing
//     up

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "sip_text.hpp"
#include "wire.hpp"

using namespace skyn3t::bench;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPacket = 172;

std::vector<Socket> sockets(std::size_t count) {
    std::vector<Socket> result;
    for (std::size_t i = 0; i < count; ++i) result.emplace_back(Address::parse("127.0.0.1:0"));
    return result;
}

std::string rtp_packet() {
    std::string packet(kPacket, '\xff');
    std::memset(packet.data(), 0, 12);
    packet[0] = static_cast<char>(0x80);
    return packet;
}

void send_paced(const Options& options) {
    const auto from = sockets(static_cast<std::size_t>(options.number("--streams", 100)));
    const Address to = Address::parse(options.text("--to"));
    std::string packet = rtp_packet();
    const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    itimerspec spec{};
    spec.it_value.tv_nsec = spec.it_interval.tv_nsec = 20'000'000;
    timerfd_settime(timer, 0, &spec, nullptr);
    Commands commands;
    for (unsigned tick = 0; !commands.ended(); ++tick) {
        std::uint64_t expired = 0;
        if (read(timer, &expired, sizeof expired) != sizeof expired) break;
        packet[2] = static_cast<char>(tick >> 8);
        packet[3] = static_cast<char>(tick);
        for (const auto& socket : from) socket.send(packet, to);
        if (tick % 25 == 0) commands.take();
    }
    close(timer);
}

void relay(const Options& options) {
    const auto legs = sockets(2 * static_cast<std::size_t>(options.number("--streams", 100)));
    const Address sides[] = {Address::parse(options.text("--to")),
                             Address::parse(options.text("--back"))};
    const int epoll = epoll_create1(0);
    for (std::size_t i = 0; i < legs.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        epoll_ctl(epoll, EPOLL_CTL_ADD, legs[i].fd(), &event);
        legs[i].send(rtp_packet(), sides[i % 2]);  // so that the endpoints know this leg
    }
    Commands commands;
    std::array<epoll_event, 64> ready{};
    std::array<char, 2048> packet{};
    auto next_look = std::chrono::steady_clock::now();
    while (!commands.ended()) {
        const int count = epoll_wait(epoll, ready.data(), 64, 100);
        for (int i = 0; i < count; ++i) {
            const auto leg = ready[static_cast<std::size_t>(i)].data.u64;
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got = recvfrom(legs[leg].fd(), packet.data(), packet.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &size);
            if (got > 0)
                legs[leg ^ 1].send({packet.data(), static_cast<std::size_t>(got)},
                                   sides[(leg ^ 1) % 2]);
        }
        if (std::chrono::steady_clock::now() < next_look) continue;
        commands.take();
        next_look = std::chrono::steady_clock::now() + 500ms;
    }
    close(epoll);
}

void registrar(const Options& options) {
    const Socket socket(Address::parse(options.text("--local", "127.0.0.1:0")));
    std::printf("{\"local\": \"%s\"}\n", socket.local().str().c_str());
    std::fflush(stdout);
    Commands commands;
    std::array<char, 4096> buffer{};
    while (!commands.ended()) {
        wait_readable({socket.fd(), STDIN_FILENO}, 1s);
        for (;;) {
            Address from;
            socklen_t size = sizeof from.value;
            const auto got = recvfrom(socket.fd(), buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from.value), &size);
            if (got <= 0) break;
            const std::string_view request(buffer.data(), static_cast<std::size_t>(got));
            const bool authorized = !header(request, "Authorization").empty();
            socket.send(authorized ? response(request, "200 OK", "floor")
                                   : response(request, "401 Unauthorized", "floor",
                                              "WWW-Authenticate: Digest realm=\"floor\", "
                                              "nonce=\"0123456789abcdef\", qop=\"auth\"\r\n"),
                        from);
        }
        commands.take();
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string work = argc > 1 ? argv[1] : "";
    const Options options(argc - 1, argv + 1);
    if (work == "send") send_paced(options);
    if (work == "relay") relay(options);
    if (work == "registrar") registrar(options);
}
