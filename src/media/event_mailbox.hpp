#pragma once

#include <asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "media/engine.hpp"

namespace skyn3t::media {

// Events of all media threads on their way to the signalling thread. Bounded: what does not fit
// stays with its thread, which offers it again. Shared, since a posted delivery may come after the
// engine is gone.
class EventMailbox : public std::enable_shared_from_this<EventMailbox> {
  public:
    EventMailbox(asio::any_io_executor executor, MediaEventHandler deliver, std::size_t capacity);

    // On a media thread: takes events from the front of `events`, in order, as far as there is
    // room.
    void offer(std::vector<MediaEvent>& events);
    // On the signalling thread: nothing is delivered any more.
    void close() { deliver_ = nullptr; }

  private:
    void deliver();

    asio::any_io_executor executor_;
    MediaEventHandler deliver_;
    std::size_t capacity_;
    std::mutex mutex_;
    std::vector<MediaEvent> events_;
    bool posted_ = false;
    std::vector<MediaEvent> delivering_;
};

}  // namespace skyn3t::media
