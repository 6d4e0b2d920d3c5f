#include "media/media_thread.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <system_error>

namespace skyn3t::media {
namespace {

constexpr std::chrono::milliseconds kTick{20};
constexpr std::chrono::milliseconds kLate{10};
constexpr std::uint64_t kMostTicksAtOnce = 5;  // after a longer stall the media clocks jump
constexpr std::size_t kMostPendingEvents = 4096;

// One writer each, so a plain addition that readers may see late.
void add_to(std::atomic<std::uint64_t>& counter, std::uint64_t count = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

FileDescriptor checked(int fd, const char* what) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
    return FileDescriptor(fd);
}

void watch(const FileDescriptor& epoll, int fd, void* tag) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = tag;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

std::chrono::nanoseconds to_duration(const timespec& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

// A stream with its sockets. Its address, and the next one for RTCP, are the epoll tags.
class MediaThread::Leg final : public StreamIo {
  public:
    Leg(MediaThread& thread, StreamId id, Patience patience, PortPair ports)
        : thread_(thread),
          ports_(std::move(ports)),
          stream_(id, patience, RtpOrigin::random(), *this, thread.clock_) {}

    void send_rtp(std::span<const std::uint8_t> packet, const Address& to) override {
        count(ports_.rtp.send(packet, to));
    }
    void send_rtcp(std::span<const std::uint8_t> packet, const Address& to) override {
        count(ports_.rtcp.send(packet, to));
    }
    void raise(MediaEvent event) override { thread_.raise(std::move(event)); }
    void on_bridged(bool bridged) override { thread_.poll(*this, bridged); }

    Stream& stream() { return stream_; }
    int rtp_fd() const { return ports_.rtp.fd(); }
    int rtcp_fd() const { return ports_.rtcp.fd(); }
    void* rtp_tag() { return &tags_[0]; }
    void* rtcp_tag() { return &tags_[1]; }
    struct Tag {
        Leg* leg;
        bool rtcp;
    };

  private:
    void count(bool sent) {
        add_to(sent ? thread_.counters_.packets_sent : thread_.counters_.send_errors);
    }

    MediaThread& thread_;
    PortPair ports_;
    std::array<Tag, 2> tags_{Tag{this, false}, Tag{this, true}};
    Stream stream_;
};

struct MediaThread::Command {
    struct Digits {
        SendDigits digits;
        std::vector<PlayItem> as_sound;
    };
    std::variant<std::unique_ptr<Leg>, MediaCommand, Digits> what;
};

// Where one recvmmsg puts its packets.
struct MediaThread::ReceiveBatch {
    std::array<std::array<std::uint8_t, kMaxPacket>, kBatch> octets;
    std::array<Address, kBatch> from;
    std::array<std::array<char, CMSG_SPACE(sizeof(timespec))>, kBatch> control;
    std::array<iovec, kBatch> parts;
    std::array<mmsghdr, kBatch> messages;

    void prepare() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            parts[i] = {octets[i].data(), octets[i].size()};
            msghdr header{};
            header.msg_name = from[i].data();
            header.msg_namelen = static_cast<socklen_t>(from[i].capacity());
            header.msg_iov = &parts[i];
            header.msg_iovlen = 1;
            header.msg_control = control[i].data();
            header.msg_controllen = control[i].size();
            messages[i] = {header, 0};
        }
    }
    // How long ago the kernel got this packet.
    std::chrono::nanoseconds age(std::size_t i, std::chrono::nanoseconds wall_now) {
        for (cmsghdr* part = CMSG_FIRSTHDR(&messages[i].msg_hdr); part != nullptr;
             part = CMSG_NXTHDR(&messages[i].msg_hdr, part)) {
            if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
            timespec stamp;
            std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
            // The wall clock may have been set meanwhile: it is at most a tick and a bit.
            return std::clamp<std::chrono::nanoseconds>(wall_now - to_duration(stamp), {},
                                                        2 * kTick);
        }
        return {};
    }
};

MediaThread::MediaThread(const Clock& clock, std::shared_ptr<EventMailbox> mailbox,
                         std::size_t queue_capacity)
    : clock_(clock),
      mailbox_(std::move(mailbox)),
      commands_(queue_capacity),
      at_once_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      at_tick_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      timer_(
          checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      wake_up_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      batch_(std::make_unique<ReceiveBatch>()) {
    running_commands_.reserve(queue_capacity);
    events_.reserve(kMostPendingEvents);
    watch(at_once_, timer_.get(), &timer_);
    watch(at_once_, wake_up_.get(), &wake_up_);
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "media");
}

MediaThread::~MediaThread() {
    stopping_ = true;
    ::eventfd_write(wake_up_.get(), 1);
    thread_.join();
}

bool MediaThread::push(Command command) {
    if (!commands_.push(std::move(command))) return false;
    ::eventfd_write(wake_up_.get(), 1);
    return true;
}
bool MediaThread::add(StreamId id, Patience patience, PortPair ports) {
    return push({std::make_unique<Leg>(*this, id, patience, std::move(ports))});
}
bool MediaThread::submit(MediaCommand command) { return push({std::move(command)}); }
bool MediaThread::send_digits(SendDigits command, std::vector<PlayItem> as_sound) {
    return push({Command::Digits{std::move(command), std::move(as_sound)}});
}

void MediaThread::run() {
    std::array<epoll_event, 64> ready;
    while (!stopping_) {
        // What the mailbox had no room for is offered again soon: perhaps nothing else will wake
        // this thread, and a StreamClosed among it frees a leg and its ports.
        const int patience = events_.empty() ? -1 : static_cast<int>(kTick.count());
        const int count =
            ::epoll_wait(at_once_.get(), ready.data(), static_cast<int>(ready.size()), patience);
        const SteadyTime now = clock_.now();
        bool timer = false, wake_up = false;
        for (const auto& event :
             std::span(ready).first(static_cast<std::size_t>(std::max(count, 0)))) {
            if (event.data.ptr == &timer_) {
                timer = true;
            } else if (event.data.ptr == &wake_up_) {
                wake_up = true;
            } else {
                const auto& tag = *static_cast<Leg::Tag*>(event.data.ptr);
                read_now(*tag.leg, tag.rtcp, now);
            }
        }
        if (timer) on_timer();
        // Last: a command may close a stream that one of these events was about.
        if (wake_up) run_commands();
        if (!events_.empty()) mailbox_->offer(events_);
    }
}

void MediaThread::on_timer() {
    std::uint64_t expirations = 0;
    if (::read(timer_.get(), &expirations, sizeof expirations) != sizeof expirations) return;
    if (clock_.now() - next_tick_ > kLate) add_to(counters_.late_ticks);
    add_to(counters_.ticks, expirations);
    read_waiting();
    if (expirations > kMostTicksAtOnce) {
        next_tick_ += (expirations - kMostTicksAtOnce) * kTick;
        expirations = kMostTicksAtOnce;
    }
    for (; expirations > 0; --expirations) {
        tick(next_tick_);
        next_tick_ += kTick;
    }
}

void MediaThread::tick(SteadyTime nominal) {
    for (Leg* leg : ticking_) leg->stream().tick(nominal);
}

void MediaThread::arm_timer() {
    const bool wanted = !ticking_.empty();
    if (wanted == timer_armed_) return;
    timer_armed_ = wanted;
    itimerspec spec{};
    if (wanted) {
        next_tick_ = clock_.now() + kTick;
        const auto since = next_tick_.time_since_epoch();
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
        spec.it_value.tv_sec = whole.count();
        spec.it_value.tv_nsec = std::chrono::nanoseconds(since - whole).count();
        spec.it_interval.tv_nsec = std::chrono::nanoseconds(kTick).count();
    }
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

void MediaThread::read_waiting() {
    std::array<epoll_event, 256> ready;
    for (;;) {
        const int count =
            ::epoll_wait(at_tick_.get(), ready.data(), static_cast<int>(ready.size()), 0);
        if (count <= 0) return;
        for (const auto& event : std::span(ready).first(static_cast<std::size_t>(count)))
            read_all(*static_cast<Leg::Tag*>(event.data.ptr)->leg);
        if (static_cast<std::size_t>(count) < ready.size()) return;
    }
}

// All that waits, or a flood would push the peer's packets out of the socket's buffer; bounded, or
// it would keep the thread from all others.
void MediaThread::read_all(Leg& leg) {
    constexpr int kMostBatches = 256;
    for (int i = 0; i < kMostBatches; ++i)
        if (read_batch(leg) < kBatch) return;
}

std::size_t MediaThread::read_batch(Leg& leg) {
    batch_->prepare();
    const int count =
        ::recvmmsg(leg.rtp_fd(), batch_->messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return 0;
    add_to(counters_.packets_received, static_cast<std::uint64_t>(count));
    const SteadyTime now = clock_.now();
    const auto wall =
        std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.wall().time_since_epoch());
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const msghdr& header = batch_->messages[i].msg_hdr;
        if ((header.msg_flags & MSG_TRUNC) != 0) continue;
        const auto arrival =
            now - std::chrono::duration_cast<SteadyTime::duration>(batch_->age(i, wall));
        leg.stream().on_rtp(std::span(batch_->octets[i]).first(batch_->messages[i].msg_len),
                            batch_->from[i], arrival);
    }
    return static_cast<std::size_t>(count);
}

// One packet of a socket that is read at once; when there are more, epoll says so again.
void MediaThread::read_now(Leg& leg, bool rtcp, SteadyTime now) {
    auto& octets = batch_->octets[0];
    Address& from = batch_->from[0];
    auto size = static_cast<socklen_t>(from.capacity());
    const auto count = ::recvfrom(rtcp ? leg.rtcp_fd() : leg.rtp_fd(), octets.data(), octets.size(),
                                  MSG_DONTWAIT | MSG_TRUNC, from.data(), &size);
    if (count <= 0 || static_cast<std::size_t>(count) > octets.size()) return;
    const auto packet = std::span(octets).first(static_cast<std::size_t>(count));
    add_to(counters_.packets_received);
    if (rtcp)
        leg.stream().on_rtcp(packet, from, now);
    else
        leg.stream().on_rtp(packet, from, now);
}

void MediaThread::poll(Leg& leg, bool at_once) {
    ::epoll_ctl(at_once ? at_tick_.get() : at_once_.get(), EPOLL_CTL_DEL, leg.rtp_fd(), nullptr);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = leg.rtp_tag();
    ::epoll_ctl(at_once ? at_once_.get() : at_tick_.get(), EPOLL_CTL_ADD, leg.rtp_fd(), &event);
}

void MediaThread::run_commands() {
    eventfd_t ignored;
    ::eventfd_read(wake_up_.get(), &ignored);
    running_commands_.clear();
    commands_.drain(running_commands_);
    for (Command& command : running_commands_) {
        if (auto* added = std::get_if<std::unique_ptr<Leg>>(&command.what)) {
            Leg& leg = **added;
            watch(at_tick_, leg.rtp_fd(), leg.rtp_tag());
            watch(at_once_, leg.rtcp_fd(), leg.rtcp_tag());
            legs_.emplace(leg.stream().id().value, std::move(*added));
            add_to(counters_.streams);
        } else if (auto* digits = std::get_if<Command::Digits>(&command.what)) {
            if (Leg* leg = find(digits->digits.stream))
                leg->stream().sender().send_digits(std::move(digits->digits.digits),
                                                   digits->digits.length,
                                                   std::move(digits->as_sound));
        } else {
            apply(std::get<MediaCommand>(command.what));
        }
    }
    running_commands_.clear();
    arm_timer();
}

MediaThread::Leg* MediaThread::find(StreamId id) {
    const auto found = legs_.find(id.value);
    return found != legs_.end() ? found->second.get() : nullptr;
}

namespace {
template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
// clang 16 does not deduce the arguments of an aggregate by itself.
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;
}  // namespace

void MediaThread::apply(MediaCommand& command) {
    const StreamId id = std::visit(Overloaded{[](const Bridge& bridge) { return bridge.a; },
                                              [](const auto& other) { return other.stream; }},
                                   command);
    Leg* leg = find(id);
    if (leg == nullptr) return;
    Stream& stream = leg->stream();
    std::visit(Overloaded{[&](SetRemote& set) {
                              if (!stream.is_started()) ticking_.push_back(leg);
                              stream.set_remote(set.remote);
                          },
                          [&](PlayPrompts& play) {
                              stream.sender().play(play.play, std::move(play.items), play.repeat);
                          },
                          [&](StopPlay&) { stream.sender().stop_play(); },
                          [&](Bridge& bridge) {
                              if (Leg* other = find(bridge.b)) stream.bridge(other->stream());
                          },
                          [&](Unbridge&) { stream.unbridge(); },
                          [&](DetectTones& detect) { stream.detect_tones(detect.hertz); },
                          [&](CaptureAudio& capture) { stream.capture_audio(capture.length); },
                          [&](ReportStats&) {
                              raise(StatsReported{id, stream.stats()});
                          },
                          [&](CloseStream&) {
                              std::erase(ticking_, leg);
                              stream.close();
                              legs_.erase(id.value);
                              counters_.streams.store(legs_.size(), std::memory_order_relaxed);
                          },
                          // The engine turns these into plays and digits before they come here.
                          [](PlayTone&) {}, [](PlaySine&) {}, [](SendDigits&) {}},
               command);
}

void MediaThread::raise(MediaEvent event) {
    // A stream's last event is never dropped: there are no more of them than streams.
    if (events_.size() >= kMostPendingEvents && !std::holds_alternative<StreamClosed>(event))
        return add_to(counters_.events_dropped);
    events_.push_back(std::move(event));
}

}  // namespace skyn3t::media
