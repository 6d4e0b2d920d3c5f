#include "media/rtp_engine.hpp"

#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <functional>

#include "media/rtp_packet.hpp"

// The thread and the sockets around Stream, over real loopback: waits for what must happen, and
// never sleeps.
namespace skyn3t::media {
namespace {

using namespace std::chrono_literals;

const asio::ip::address kLoopback = asio::ip::make_address("127.0.0.1");

struct Engine {
    explicit Engine(RtpEngineConfig config = make_config())
        : engine(config, clock, io.get_executor()) {
        engine.set_event_handler([this](MediaEvent& event) { events.push_back(std::move(event)); });
    }
    static RtpEngineConfig make_config() {
        RtpEngineConfig config;
        config.threads = 2;
        config.first_port = 31000;
        config.last_port = 31999;
        return config;
    }
    StreamId open(const std::string& key = "PLAZA_NORTE") {
        const auto opened = engine.open_stream({key, kLoopback});
        EXPECT_TRUE(opened);
        last_opened = *opened;
        return opened->id;
    }
    // Runs the signalling loop until `done`, or for 5 s.
    bool wait_for(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        while (!done()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            io.restart();
            io.run_one_for(10ms);
        }
        return true;
    }
    template <class Event>
    std::size_t count() const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(),
                          [](const auto& event) { return std::holds_alternative<Event>(event); }));
    }

    asio::io_context io;
    SystemClock clock;
    std::vector<MediaEvent> events;
    OpenedStream last_opened;
    RtpEngine engine;
};

// The even one of two ports that were free a moment ago.
std::uint16_t free_pair() {
    for (;;) {
        const auto rtp = UdpSocket::bind(kLoopback, 0);
        if (!rtp || rtp->port() % 2 != 0) continue;
        if (UdpSocket::bind(kLoopback, static_cast<std::uint16_t>(rtp->port() + 1)))
            return rtp->port();
    }
}

// A phone's RTP socket.
struct Phone {
    asio::io_context io;
    asio::ip::udp::socket socket{io, Address(kLoopback, 0)};
    std::uint16_t next = 100;

    Phone() { socket.non_blocking(true); }
    RemoteMedia remote(Codec codec = Codec::pcmu) const {
        RemoteMedia media;
        media.rtp = socket.local_endpoint();
        media.rtcp = media.rtp;  // mux: one socket will do
        media.codec = codec;
        media.payload_type = static_payload_type(codec);
        media.receive = {{0, Codec::pcmu}, {8, Codec::pcma}};
        media.telephone_event_send = media.telephone_event_receive = 101;
        return media;
    }
    void send(std::uint16_t port, std::vector<std::uint8_t> payload, std::uint8_t type = 0) {
        std::vector<std::uint8_t> packet(12);
        RtpHeader{false, type, next, 160u * next, 0x1234}.write(std::span(packet).first<12>());
        ++next;
        packet.insert(packet.end(), payload.begin(), payload.end());
        socket.send_to(asio::buffer(packet), Address(kLoopback, port));
    }
    // The payload of the next audio packet, waiting at most 5 s.
    std::vector<std::uint8_t> receive() {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        std::vector<std::uint8_t> packet(2048);
        std::vector<std::uint8_t> payload;
        while (payload.empty() && std::chrono::steady_clock::now() < deadline) {
            socket.async_receive(
                asio::buffer(packet), [&](std::error_code error, std::size_t size) {
                    const auto octets = std::span(packet).first(error ? 0 : size);
                    const auto view = RtpPacketView::parse(octets);
                    if (view && !looks_like_rtcp(octets))
                        payload.assign(view->payload().begin(), view->payload().end());
                });
            io.restart();
            io.run_one_for(5s);
        }
        return payload;
    }
};

PromptPtr short_prompt() {
    std::vector<std::int16_t> pcm(3200);
    for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = static_cast<std::int16_t>(i * 7);
    return make_prompt(pcm);
}

TEST(RtpEngine, PlaysAPromptToAPhoneAndSaysWhenItEnded) {
    Engine engine;
    Phone phone;
    const auto stream = engine.open();
    const auto prompt = short_prompt();
    ASSERT_TRUE(engine.engine.submit(SetRemote{stream, phone.remote()}));
    ASSERT_TRUE(engine.engine.submit(PlayPrompts{stream, 5, {prompt}, Repeat::once}));
    const auto wanted = prompt->payload(Codec::pcmu);
    for (std::size_t frame = 0; frame < 10; ++frame) {
        const auto payload = phone.receive();
        ASSERT_EQ(payload.size(), 160u);
        EXPECT_TRUE(std::equal(payload.begin(), payload.end(),
                               wanted.begin() + static_cast<std::ptrdiff_t>(frame * 160)));
    }
    EXPECT_TRUE(engine.wait_for([&] { return engine.count<PlayEnded>() == 1; }));
}

TEST(RtpEngine, ReportsTheDigitsOfAPhone) {
    Engine engine;
    Phone phone;
    const auto stream = engine.open();
    ASSERT_TRUE(engine.engine.submit(SetRemote{stream, phone.remote()}));
    phone.receive();  // the stream is started
    phone.send(engine.last_opened.rtp_port, {1, 0x8a, 3, 0x20}, 101);
    ASSERT_TRUE(engine.wait_for([&] { return engine.count<DigitReceived>() == 1; }));
    EXPECT_EQ(engine.count<FirstPacket>(), 1u);
}

TEST(RtpEngine, BridgesTwoPhones) {
    Engine engine;
    Phone caller, callee;
    const auto a = engine.open();
    const auto port_a = engine.last_opened.rtp_port;
    const auto b = engine.open();
    ASSERT_TRUE(engine.engine.submit(SetRemote{a, caller.remote()}));
    ASSERT_TRUE(engine.engine.submit(SetRemote{b, callee.remote()}));
    ASSERT_TRUE(engine.engine.submit(Bridge{a, b}));
    ASSERT_TRUE(engine.engine.submit(ReportStats{a}));
    ASSERT_TRUE(engine.wait_for([&] { return engine.count<StatsReported>() == 1; }));
    const std::vector<std::uint8_t> voice(160, 0x42);
    caller.send(port_a, voice);
    std::vector<std::uint8_t> heard;
    while (heard != voice) {  // silence from before the bridge comes first
        heard = callee.receive();
        ASSERT_FALSE(heard.empty());
    }
}

TEST(RtpEngine, ClosingGivesTheStatisticsAndThePortsBack) {
    RtpEngineConfig config = Engine::make_config();
    config.first_port = free_pair();
    config.last_port = static_cast<std::uint16_t>(config.first_port + 1);
    Engine engine(config);
    const auto stream = engine.open();
    EXPECT_EQ(engine.last_opened.rtp_port, config.first_port);
    EXPECT_EQ(engine.last_opened.rtcp_port, config.last_port);
    const auto second = engine.engine.open_stream({"X", kLoopback});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::unavailable);
    ASSERT_TRUE(engine.engine.submit(CloseStream{stream}));
    ASSERT_TRUE(engine.wait_for([&] { return engine.count<StreamClosed>() == 1; }));
    EXPECT_TRUE(engine.engine.open_stream({"X", kLoopback}));
    EXPECT_TRUE(engine.wait_for([&] { return engine.engine.counters().streams == 1; }));
}

TEST(RtpEngine, StreamsOfOneKeyMayBeBridgedAndOthersOnlyByChance) {
    Engine engine;
    const auto a = engine.open("A");
    const auto b = engine.open("A");
    EXPECT_TRUE(engine.engine.submit(Bridge{a, b}));
    EXPECT_EQ(a.value % 2, b.value % 2);
    const auto refused = engine.engine.counters().commands_refused;
    EXPECT_FALSE(engine.engine.submit(Bridge{a, StreamId{a.value + 1}}));
    EXPECT_EQ(engine.engine.counters().commands_refused, refused + 1);
}

TEST(RtpEngine, ACommandForAStreamThatIsGoneDoesNothing) {
    Engine engine;
    const auto stream = engine.open();
    ASSERT_TRUE(engine.engine.submit(CloseStream{stream}));
    ASSERT_TRUE(engine.engine.submit(StopPlay{stream}));
    ASSERT_TRUE(engine.engine.submit(Bridge{stream, stream}));
    ASSERT_TRUE(engine.engine.submit(CloseStream{stream}));
    EXPECT_TRUE(engine.wait_for([&] { return engine.count<StreamClosed>() == 1; }));
}

TEST(RtpEngine, StopsWithStreamsOpenAndEventsOnTheirWay) {
    Phone phone;
    for (int i = 0; i < 5; ++i) {
        Engine engine;
        for (int n = 0; n < 10; ++n) {
            const auto stream = engine.open(std::to_string(n));
            ASSERT_TRUE(engine.engine.submit(SetRemote{stream, phone.remote()}));
            ASSERT_TRUE(engine.engine.submit(PlayTone{stream, 1, Tone::ringback, "cl"}));
            ASSERT_TRUE(engine.engine.submit(PlaySine{stream, 2, 440}));
            ASSERT_TRUE(engine.engine.submit(SendDigits{stream, "12"}));
        }
    }
}

TEST(RtpEngine, EventsThatFoundTheMailboxFullComeWithoutAnotherWakeUp) {
    RtpEngineConfig config = Engine::make_config();
    config.threads = 1;
    config.event_queue = 1;
    Engine engine(config);
    // Never started, so no tick wakes the thread either.
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(engine.engine.submit(CloseStream{engine.open()}));
    EXPECT_TRUE(engine.wait_for([&] { return engine.count<StreamClosed>() == 5; }));
}

TEST(RtpEngine, LosesNothingUnderJunk) {
    constexpr int kRounds = 20;
    constexpr int kJunk = 100;  // a tick, which is 5,000 a second for one port
    Engine engine;
    Phone phone, stranger;
    const auto stream = engine.open();
    const auto port = engine.last_opened.rtp_port;
    ASSERT_TRUE(engine.engine.submit(SetRemote{stream, phone.remote()}));
    phone.receive();  // the stream is started
    const std::vector<std::uint8_t> voice(160, 0x42);
    phone.send(port, voice);
    ASSERT_TRUE(engine.wait_for([&] { return engine.count<FirstPacket>() == 1; }));
    for (int round = 0; round < kRounds; ++round) {
        const auto ticks = engine.engine.counters().ticks;
        for (int i = 0; i < kJunk / 2; ++i) stranger.send(port, voice);
        phone.send(port, voice);
        for (int i = 0; i < kJunk / 2; ++i) stranger.send(port, voice);
        ASSERT_TRUE(engine.wait_for([&] { return engine.engine.counters().ticks > ticks; }));
    }
    constexpr std::uint64_t kAll = 1 + kRounds * (kJunk + 1);
    EXPECT_TRUE(engine.wait_for([&] { return engine.engine.counters().packets_received == kAll; }))
        << engine.engine.counters().packets_received;
    ASSERT_TRUE(engine.engine.submit(CloseStream{stream}));
    ASSERT_TRUE(engine.wait_for([&] { return engine.count<StreamClosed>() == 1; }));
    const auto& stats = std::get<StreamClosed>(engine.events.back()).stats;
    EXPECT_EQ(stats.packets_received, 1u + kRounds);
    EXPECT_EQ(stats.packets_lost, 0u);
}

TEST(EventMailbox, KeepsTheOrderAndLeavesWhatDoesNotFit) {
    asio::io_context io;
    std::string heard;
    const auto mailbox = std::make_shared<EventMailbox>(
        io.get_executor(),
        [&](MediaEvent& event) { heard += std::get<DigitReceived>(event).digit; }, 2);
    std::vector<MediaEvent> events;
    for (const char digit : {'1', '2', '3'})
        events.emplace_back(DigitReceived{StreamId{1}, digit, 100ms, DigitSource::rfc4733});
    mailbox->offer(events);
    EXPECT_EQ(events.size(), 1u);
    mailbox->offer(events);
    EXPECT_EQ(events.size(), 1u);
    io.run();
    EXPECT_EQ(heard, "12");
    mailbox->offer(events);
    io.restart();
    io.run();
    EXPECT_EQ(heard, "123");
    EXPECT_TRUE(events.empty());
}

TEST(PortPool, SkipsAPortThatAnotherProgramHas) {
    auto taken = UdpSocket::bind(kLoopback, 0);
    ASSERT_TRUE(taken);
    const auto even = static_cast<std::uint16_t>(taken->port() & ~1u);
    PortPool pool(even, static_cast<std::uint16_t>(even + 1));
    const auto pair = pool.acquire(kLoopback);
    ASSERT_FALSE(pair);
    EXPECT_EQ(pair.error().code, Errc::unavailable);
    EXPECT_EQ(pool.in_use(), 0u);
}

TEST(PortPool, RefusesARangeWithoutAPair) {
    EXPECT_THROW(PortPool(20001, 20002), std::invalid_argument);
    EXPECT_THROW(PortPool(20000, 20000), std::invalid_argument);
    EXPECT_NO_THROW(PortPool(20001, 20003));
}

}  // namespace
}  // namespace skyn3t::media
