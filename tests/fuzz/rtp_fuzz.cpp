#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "media/stream.hpp"

// Two bridged streams fed with packets of any content: the first octet of each says to whom, from
// where and after how many ticks, the second how long it is.
namespace {

using namespace skyn3t;
using namespace skyn3t::media;

struct FuzzClock final : Clock {
    SteadyTime now() const override { return SteadyTime(std::chrono::hours(1)) + elapsed; }
    WallTime wall() const override { return WallTime(std::chrono::hours(500000)); }
    std::chrono::milliseconds elapsed{0};
};
struct Nowhere final : StreamIo {
    void send_rtp(std::span<const std::uint8_t>, const Address&) override {}
    void send_rtcp(std::span<const std::uint8_t>, const Address&) override {}
    void raise(MediaEvent) override {}
    void on_bridged(bool) override {}
};

RemoteMedia remote(Codec codec, bool events) {
    RemoteMedia media;
    media.rtp = media.rtcp = Address(asio::ip::make_address("192.0.2.1"), 4000);
    media.codec = codec;
    media.payload_type = static_payload_type(codec);
    media.receive = {{0, Codec::pcmu}, {8, Codec::pcma}, {9, Codec::g722}};
    if (events) media.telephone_event_receive = media.telephone_event_send = 101;
    return media;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzClock clock;
    Nowhere nowhere;
    Stream a(StreamId{1}, std::chrono::seconds(60), {1, 65530, 0xfffffff0}, nowhere, clock);
    Stream b(StreamId{2}, std::chrono::seconds(60), {2, 1, 1}, nowhere, clock);
    a.set_remote(remote(Codec::pcmu, true));
    b.set_remote(remote(size % 2 == 0 ? Codec::pcma : Codec::g722, false));
    if (size % 5 != 0) a.bridge(b);
    b.capture_audio(std::chrono::milliseconds(100));

    std::span<const std::uint8_t> rest(data, size);
    while (rest.size() >= 2) {
        const std::uint8_t how = rest[0];
        const std::size_t length = std::min<std::size_t>(rest[1], rest.size() - 2);
        const Address from(asio::ip::make_address("192.0.2.1"),
                           static_cast<std::uint16_t>(4000 + (how >> 7)));
        Stream& stream = (how & 1) != 0 ? a : b;
        stream.on_rtp(rest.subspan(2, length), from, clock.now());
        for (int ticks = (how >> 1) & 7; ticks > 0; --ticks) {
            clock.elapsed += std::chrono::milliseconds(20);
            a.tick(clock.now());
            b.tick(clock.now());
        }
        rest = rest.subspan(2 + length);
    }
    a.close();
    b.close();
    return 0;
}
