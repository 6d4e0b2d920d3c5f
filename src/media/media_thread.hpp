#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "media/engine.hpp"
#include "media/event_mailbox.hpp"
#include "media/port_pool.hpp"
#include "media/stream.hpp"
#include "media/udp_socket.hpp"

namespace skyn3t::media {

// One media thread: the sockets of its streams, and the 20 ms tick. Bridged streams are read as
// soon as a packet comes; all others once a tick, by then some hundreds together, which saves a
// wake-up for each of their packets (the kernel stamps their arrival). Without a started stream it
// sleeps.
class MediaThread {
  public:
    struct Command;

    MediaThread(const Clock& clock, std::shared_ptr<EventMailbox> mailbox,
                std::size_t queue_capacity);
    ~MediaThread();  // stops the thread and closes its streams, without events
    MediaThread(const MediaThread&) = delete;
    MediaThread& operator=(const MediaThread&) = delete;

    // From the signalling thread; false when the queue is full.
    [[nodiscard]] bool add(StreamId id, Patience patience, PortPair ports);
    [[nodiscard]] bool submit(MediaCommand command);
    [[nodiscard]] bool send_digits(SendDigits command, std::vector<PlayItem> as_sound);

    struct Counters {
        std::atomic<std::uint64_t> streams, ticks, late_ticks, packets_received, packets_sent,
            send_errors, events_dropped;
    };
    const Counters& counters() const { return counters_; }

  private:
    class Leg;
    static constexpr std::size_t kMaxPacket = 2048;
    static constexpr std::size_t kBatch = 4;
    struct ReceiveBatch;

    [[nodiscard]] bool push(Command command);
    void run();
    void on_timer();
    void tick(SteadyTime nominal);
    void arm_timer();
    void read_waiting();
    void read_now(Leg& leg, bool rtcp, SteadyTime now);
    void read_all(Leg& leg);
    std::size_t read_batch(Leg& leg);
    void run_commands();
    void apply(MediaCommand& command);
    void raise(MediaEvent event);
    Leg* find(StreamId id);
    void poll(Leg& leg, bool at_once);

    const Clock& clock_;
    std::shared_ptr<EventMailbox> mailbox_;
    BoundedQueue<Command> commands_;
    std::vector<Command> running_commands_;
    std::vector<MediaEvent> events_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Leg>> legs_;
    std::vector<Leg*> ticking_;

    FileDescriptor at_once_;  // epoll: timer, wake-up, RTCP and bridged RTP
    FileDescriptor at_tick_;  // epoll: all other RTP
    FileDescriptor timer_;
    FileDescriptor wake_up_;
    bool timer_armed_ = false;
    SteadyTime next_tick_{};
    std::unique_ptr<ReceiveBatch> batch_;
    Counters counters_{};
    std::atomic<bool> stopping_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace skyn3t::media
