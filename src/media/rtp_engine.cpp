#include "media/rtp_engine.hpp"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

namespace skyn3t::media {

RtpEngine::RtpEngine(const RtpEngineConfig& config, const Clock& clock,
                     asio::any_io_executor signalling)
    : ports_(config.first_port, config.last_port),
      mailbox_(std::make_shared<EventMailbox>(
          std::move(signalling), [this](MediaEvent& event) { on_event(event); },
          config.event_queue)) {
    const unsigned count =
        config.threads != 0 ? config.threads : std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i)
        threads_.push_back(std::make_unique<MediaThread>(clock, mailbox_, config.command_queue));
}

RtpEngine::~RtpEngine() {
    threads_.clear();
    mailbox_->close();
}

Result<OpenedStream> RtpEngine::open_stream(const StreamConfig& config) {
    auto ports = ports_.acquire(config.local_address);
    if (!ports) return tl::unexpected(ports.error());
    const std::size_t shard = std::hash<std::string>{}(config.key) % threads_.size();
    // The id says which thread: the remainder by their number.
    const StreamId id{++opened_ * threads_.size() + shard};
    const OpenedStream opened{id, ports->rtp.port(), ports->rtcp.port()};
    if (!threads_[shard]->add(id, config.patience, std::move(*ports))) {
        ports_.release(opened.rtp_port);
        ++commands_refused_;
        return fail(Errc::unavailable, "the media thread's queue is full");
    }
    port_of_.emplace(id.value, opened.rtp_port);
    return opened;
}

bool RtpEngine::dispatch(MediaCommand command) {
    if (const auto* tone = std::get_if<PlayTone>(&command))
        return dispatch(PlayPrompts{tone->stream,
                                    tone->play,
                                    {tones_.progress(tone->tone, tone->country)},
                                    Repeat::forever});
    if (const auto* sine = std::get_if<PlaySine>(&command))
        return dispatch(
            PlayPrompts{sine->stream, sine->play, {tones_.sine(sine->hertz)}, Repeat::forever});
    if (auto* digits = std::get_if<SendDigits>(&command)) {
        auto as_sound = tones_.digits(digits->digits, digits->length);
        return thread_of(digits->stream).send_digits(std::move(*digits), std::move(as_sound));
    }
    if (const auto* bridge = std::get_if<Bridge>(&command)) {
        // Streams of different keys may live on different threads: a mistake of the caller.
        if (&thread_of(bridge->a) != &thread_of(bridge->b)) return false;
        return thread_of(bridge->a).submit(std::move(command));
    }
    const StreamId stream = std::visit(
        [](const auto& any) {
            if constexpr (requires { any.stream; })
                return any.stream;
            else
                return any.a;
        },
        command);
    return thread_of(stream).submit(std::move(command));
}

bool RtpEngine::submit(MediaCommand command) {
    const bool taken = dispatch(std::move(command));
    if (!taken) ++commands_refused_;
    return taken;
}

void RtpEngine::on_event(MediaEvent& event) {
    if (const auto* closed = std::get_if<StreamClosed>(&event)) {
        if (const auto found = port_of_.find(closed->stream.value); found != port_of_.end()) {
            ports_.release(found->second);
            port_of_.erase(found);
        }
    }
    if (handler_) handler_(event);
}

EngineCounters RtpEngine::counters() const {
    EngineCounters sum;
    sum.commands_refused = commands_refused_;
    for (const auto& thread : threads_) {
        const auto& each = thread->counters();
        sum.streams += each.streams.load(std::memory_order_relaxed);
        sum.ticks += each.ticks.load(std::memory_order_relaxed);
        sum.late_ticks += each.late_ticks.load(std::memory_order_relaxed);
        sum.packets_received += each.packets_received.load(std::memory_order_relaxed);
        sum.packets_sent += each.packets_sent.load(std::memory_order_relaxed);
        sum.send_errors += each.send_errors.load(std::memory_order_relaxed);
        sum.events_dropped += each.events_dropped.load(std::memory_order_relaxed);
    }
    return sum;
}

}  // namespace skyn3t::media
