#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "media/engine.hpp"
#include "media/event_mailbox.hpp"
#include "media/media_thread.hpp"
#include "media/port_pool.hpp"
#include "media/tone.hpp"

namespace skyn3t::media {

struct RtpEngineConfig {
    unsigned threads = 0;  // 0: one for each core
    std::uint16_t first_port = 20000;
    std::uint16_t last_port = 29999;
    std::size_t command_queue = 4096;  // of each thread
    std::size_t event_queue = 4096;
};

// The media engine on real sockets. Owned by the server and used on the signalling thread only; its
// media threads start with it and stop when it is destroyed. A stream's thread follows from its
// key.
class RtpEngine final : public MediaEngine {
  public:
    // Events are delivered through `signalling`, the signalling thread's executor. Throws when the
    // port range holds no pair or the system gives no epoll or timer. Takes some 50 ms: it renders
    // the tones.
    RtpEngine(const RtpEngineConfig& config, const Clock& clock, asio::any_io_executor signalling);
    ~RtpEngine() override;

    void set_event_handler(MediaEventHandler handler) override { handler_ = std::move(handler); }
    Result<OpenedStream> open_stream(const StreamConfig& config) override;
    bool submit(MediaCommand command) override;
    EngineCounters counters() const override;

  private:
    MediaThread& thread_of(StreamId id) { return *threads_[id.value % threads_.size()]; }
    bool dispatch(MediaCommand command);
    void on_event(MediaEvent& event);

    PortPool ports_;
    ToneBank tones_;
    MediaEventHandler handler_;
    std::shared_ptr<EventMailbox> mailbox_;
    std::vector<std::unique_ptr<MediaThread>> threads_;
    std::unordered_map<std::uint64_t, std::uint16_t>
        port_of_;  // of the streams that are not closed
    std::uint64_t opened_ = 0;
    std::uint64_t commands_refused_ = 0;
};

}  // namespace skyn3t::media
