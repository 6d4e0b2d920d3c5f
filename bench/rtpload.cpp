// The media of many calls behind one UDP port: counts what arrives from each sender, and with
// --echo sends 50 PCMU packets a second back to each, in four bursts every 20 ms.
//
//     rtpload --local IP:PORT [--echo] [--digit 1 --digit-after SECONDS]
//
// With --digit it presses that key (RFC 4733, 160 ms) once in every stream, so long after the
// stream began. What it sends carries a mark and a count in its payload, so that the
// rtpload at the other end of a bridge sees every packet that was lost on the way, whatever the
// bridge did with the RTP header. Commands on standard input, one a line: "to IP:PORT" sends to an
// address that has not sent yet; "report" prints the figures since the last report. A datagram "to
// IP:PORT" does what the command does: callblast sends it when it has read the server's SDP.

#include <arpa/inet.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <unordered_map>

#include "wire.hpp"

using namespace skyn3t::bench;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPacket = 172, kHeader = 12;
constexpr std::uint32_t kMark = 0x42454e43;
constexpr unsigned kEventType = 101, kEventPackets = 8, kEventEnds = 3;

std::uint16_t load16(const char* from) {
    std::uint16_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return ntohs(value);
}
std::uint32_t load32(const char* from) {
    std::uint32_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return ntohl(value);
}
void store16(char* to, unsigned value) {
    const std::uint16_t big = htons(static_cast<std::uint16_t>(value));
    std::memcpy(to, &big, sizeof big);
}
void store32(char* to, std::uint32_t value) {
    value = htonl(value);
    std::memcpy(to, &value, sizeof value);
}

struct Figures {
    std::uint64_t packets = 0, lost = 0, marked = 0, marked_lost = 0, sent = 0;
    std::uint64_t gaps = 0, even_gaps = 0, late_gaps = 0;  // 15-25 ms; over 30 ms
    std::uint64_t first_packets = 0;                       // streams that began
    double worst_gap_ms = 0;
};

struct Stream {
    Address remote;
    std::uint32_t id = 0;
    // Received
    bool heard = false;
    std::uint32_t ssrc = 0, marked_id = 0, marked_count = 0;
    std::uint16_t sequence = 0;
    Time first, last;
    // Sent
    std::uint16_t out_sequence = 0;
    std::uint32_t out_timestamp = 0, out_count = 0;
    unsigned event_sent = 0;  // packets of the key press
};

class Endpoint {
  public:
    explicit Endpoint(const Options& options)
        : socket_(Address::parse(options.text("--local", "127.0.0.1:0"))),
          echo_(options.has("--echo")),
          digit_(options.has("--digit") ? std::stoi(options.text("--digit")) : -1),
          digit_after_(std::chrono::duration_cast<Clock::duration>(
              std::chrono::duration<double>(options.number("--digit-after", 1)))) {}

    void run() {
        std::printf("{\"local\": \"%s\"}\n", socket_.local().str().c_str());
        std::fflush(stdout);
        auto next = std::chrono::steady_clock::now();
        while (!commands_.ended()) {
            next += 5ms;
            const auto late = std::chrono::steady_clock::now() - next;
            if (late > 1s) next += late;  // the machine was stopped
            if (const auto left = next - std::chrono::steady_clock::now(); left > 0ns)
                wait_readable({}, left);
            socket_.receive([this](std::string_view packet, const Address& from, Time arrived) {
                take(packet, from, arrived);
            });
            if (echo_) send_quarter();
            quarter_ = (quarter_ + 1) % 4;
            if (quarter_ == 0) obey();
        }
    }

  private:
    void obey() {
        for (const auto& line : commands_.take()) {
            if (line.starts_with("to ")) reopen(Address::parse(line.substr(3)));
            if (line == "report") report();
        }
        const Time now = Clock::now();
        std::erase_if(streams_, [now](const auto& item) {
            return now - item.second.last > (item.second.heard ? 2s : 10s);
        });
    }

    Stream& open(const Address& remote) {
        Stream& stream = streams_[remote.key()];
        if (stream.id == 0) {
            stream.remote = remote;
            stream.id = ++ids_;
            stream.first = stream.last = Clock::now();
        }
        return stream;
    }

    // A call begins, perhaps at a port whose last call has just ended.
    void reopen(const Address& remote) {
        streams_.erase(remote.key());
        open(remote);
    }

    void take(std::string_view packet, const Address& from, Time arrived) {
        if (packet.starts_with("to ")) return reopen(Address::parse(std::string(packet.substr(3))));
        if (packet.size() < kHeader || (static_cast<unsigned char>(packet[0]) >> 6) != 2) return;
        Stream& stream = open(from);
        ++figures_.packets;
        const auto sequence = load16(packet.data() + 2);
        const auto ssrc = load32(packet.data() + 8);
        if (!stream.heard || ssrc != stream.ssrc) {
            ++figures_.first_packets;
        } else {
            const auto step = static_cast<std::int16_t>(sequence - stream.sequence);
            if (step > 1) figures_.lost += static_cast<std::uint64_t>(step - 1);
            count_gap(std::chrono::duration<double, std::milli>(arrived - stream.last).count());
        }
        stream.heard = true;
        stream.ssrc = ssrc;
        stream.sequence = sequence;
        stream.last = arrived;
        if (packet.size() == kPacket && load32(packet.data() + kHeader) == kMark)
            count_marked(stream, packet);
    }

    void count_gap(double ms) {
        ++figures_.gaps;
        figures_.even_gaps += ms >= 15 && ms <= 25 ? 1 : 0;
        figures_.late_gaps += ms > 30 ? 1 : 0;
        figures_.worst_gap_ms = std::max(figures_.worst_gap_ms, ms);
    }

    void count_marked(Stream& stream, std::string_view packet) {
        const auto id = load32(packet.data() + kHeader + 4);
        const auto count = load32(packet.data() + kHeader + 8);
        ++figures_.marked;
        if (id == stream.marked_id && count > stream.marked_count + 1)
            figures_.marked_lost += count - stream.marked_count - 1;
        stream.marked_id = id;
        stream.marked_count = count;
    }

    void send_quarter() {
        const Time now = Clock::now();
        std::size_t count = 0, event_count = 0;
        for (auto& [key, stream] : streams_) {
            if (stream.id % 4 != quarter_) continue;
            if (write_event(stream, now)) {
                ++event_count;
                continue;
            }
            if (count == packets_.size()) {
                packets_.emplace_back();
                to_.emplace_back();
            }
            write_audio(stream, packets_[count]);
            to_[count++] = stream.remote;
        }
        socket_.send_each(packets_, to_, count);
        figures_.sent += count + event_count;
    }

    void write_header(Stream& stream, char* packet, unsigned type) {
        packet[0] = static_cast<char>(0x80);
        packet[1] = static_cast<char>(type);
        store16(packet + 2, stream.out_sequence++);
        store32(packet + 4, stream.out_timestamp);
        store32(packet + 8, 0x5000u + stream.id);
    }

    void write_audio(Stream& stream, std::array<char, kPacket>& packet) {
        packet.fill(static_cast<char>(0xff));  // silence in mu-law
        write_header(stream, packet.data(), 0);
        stream.out_timestamp += 160;
        store32(packet.data() + kHeader, kMark);
        store32(packet.data() + kHeader + 4, stream.id);
        store32(packet.data() + kHeader + 8, stream.out_count++);
    }

    // Whether it is the key press's turn in this stream.
    bool write_event(Stream& stream, Time now) {
        if (digit_ < 0 || now - stream.first < digit_after_ ||
            stream.event_sent == kEventPackets + kEventEnds)
            return false;
        std::array<char, kHeader + 4> packet{};
        const bool is_end = stream.event_sent >= kEventPackets;
        write_header(stream, packet.data(), kEventType | (stream.event_sent == 0 ? 0x80u : 0u));
        packet[kHeader] = static_cast<char>(digit_);
        packet[kHeader + 1] = static_cast<char>(is_end ? 0x8a : 0x0a);
        store16(packet.data() + kHeader + 2, 160 * std::min(stream.event_sent + 1, kEventPackets));
        // The timestamp of an event stands still (RFC 4733 §2.5.1.2).
        if (++stream.event_sent == kEventPackets + kEventEnds)
            stream.out_timestamp += 160 * (kEventPackets + kEventEnds);
        socket_.send({packet.data(), packet.size()}, stream.remote);
        return true;
    }

    void report() {
        std::printf(
            "{\"streams\": %zu, \"began\": %llu, \"packets\": %llu, \"lost\": %llu, \"marked\": "
            "%llu, \"marked_lost\": %llu, \"sent\": %llu, \"gaps\": %llu, \"even_gaps\": %llu, "
            "\"late_gaps\": %llu, \"worst_gap_ms\": %.1f}\n",
            streams_.size(), of(figures_.first_packets), of(figures_.packets), of(figures_.lost),
            of(figures_.marked), of(figures_.marked_lost), of(figures_.sent), of(figures_.gaps),
            of(figures_.even_gaps), of(figures_.late_gaps), figures_.worst_gap_ms);
        std::fflush(stdout);
        figures_ = {};
    }
    static unsigned long long of(std::uint64_t value) { return value; }

    Socket socket_;
    Commands commands_;
    bool echo_;
    int digit_;
    Clock::duration digit_after_;
    std::unordered_map<std::uint64_t, Stream> streams_;
    std::uint32_t ids_ = 0, quarter_ = 0;
    std::vector<std::array<char, kPacket>> packets_;
    std::vector<Address> to_;
    Figures figures_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options(argc, argv);
    Endpoint(options).run();
}
