#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "media/stream.hpp"
#include "support/fake_clock.hpp"

namespace skyn3t::media {

inline Address address(const char* ip, std::uint16_t port) {
    return {asio::ip::make_address(ip), port};
}

// A packet as its parts.
struct Rtp {
    bool marker = false;
    int type = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;
    std::vector<std::uint8_t> payload;
    Address to;
};

inline std::vector<std::uint8_t> octets_of(const Rtp& rtp) {
    std::vector<std::uint8_t> octets(12);
    RtpHeader{rtp.marker, static_cast<std::uint8_t>(rtp.type), rtp.sequence, rtp.timestamp,
              rtp.ssrc}
        .write(std::span(octets).first<12>());
    octets.insert(octets.end(), rtp.payload.begin(), rtp.payload.end());
    return octets;
}

// A stream whose network is a list.
struct TestStream final : StreamIo {
    TestStream(test::FakeClock& fake_clock, std::uint64_t id, const char* peer_ip)
        : clock(fake_clock),
          peer(address(peer_ip, 4000)),
          peer_rtcp(address(peer_ip, 4001)),
          stream(StreamId{id}, Patience{},
                 {0xabcd0000u + static_cast<std::uint32_t>(id), 65534, 0xffffff00}, *this, clock) {}

    void send_rtp(std::span<const std::uint8_t> packet, const Address& to) override {
        const auto view = RtpPacketView::parse(packet);
        if (!view || looks_like_rtcp(packet)) {
            muxed_rtcp.emplace_back(packet.begin(), packet.end());
            return;
        }
        sent.push_back({view->marker(),
                        view->payload_type(),
                        view->sequence_number(),
                        view->timestamp(),
                        view->ssrc(),
                        {view->payload().begin(), view->payload().end()},
                        to});
    }
    void send_rtcp(std::span<const std::uint8_t> packet, const Address& to) override {
        rtcp.emplace_back(packet.begin(), packet.end());
        rtcp_to = to;
    }
    void raise(MediaEvent event) override { events.push_back(std::move(event)); }
    void on_bridged(bool bridged) override { at_once = bridged; }

    RemoteMedia remote(Codec codec = Codec::pcmu) const {
        RemoteMedia media;
        media.rtp = peer;
        media.rtcp = peer_rtcp;
        media.codec = codec;
        media.payload_type = static_payload_type(codec);
        media.receive = {{0, Codec::pcmu}, {8, Codec::pcma}, {9, Codec::g722}};
        media.telephone_event_send = 101;
        media.telephone_event_receive = 101;
        return media;
    }
    void receive(const Rtp& rtp) { receive(rtp, peer); }
    void receive(const Rtp& rtp, const Address& from) {
        stream.on_rtp(octets_of(rtp), from, clock.now());
    }
    template <class Event>
    std::vector<Event> all() const {
        std::vector<Event> found;
        for (const auto& event : events)
            if (const auto* each = std::get_if<Event>(&event)) found.push_back(*each);
        return found;
    }
    std::string digits() const {
        std::string text;
        for (const auto& event : all<DigitReceived>()) text += event.digit;
        return text;
    }

    test::FakeClock& clock;
    Address peer;
    Address peer_rtcp;
    std::vector<Rtp> sent;
    std::vector<std::vector<std::uint8_t>> rtcp;
    std::vector<std::vector<std::uint8_t>> muxed_rtcp;
    Address rtcp_to;
    std::vector<MediaEvent> events;
    bool at_once = false;
    Stream stream;
};

// Two legs on one simulated thread.
struct Rig {
    test::FakeClock clock;
    TestStream a{clock, 1, "192.0.2.1"};
    TestStream b{clock, 2, "192.0.2.2"};

    void tick(int count = 1) {
        for (; count > 0; --count) {
            clock.advance(std::chrono::milliseconds(20));
            a.stream.tick(clock.now());
            b.stream.tick(clock.now());
        }
    }
    void start_both(Codec for_a = Codec::pcmu, Codec for_b = Codec::pcmu) {
        a.stream.set_remote(a.remote(for_a));
        b.stream.set_remote(b.remote(for_b));
    }
};

}  // namespace skyn3t::media
