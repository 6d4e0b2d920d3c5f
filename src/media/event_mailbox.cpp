#include "media/event_mailbox.hpp"

#include <algorithm>
#include <asio/post.hpp>
#include <iterator>
#include <utility>

namespace skyn3t::media {

EventMailbox::EventMailbox(asio::any_io_executor executor, MediaEventHandler deliver,
                           std::size_t capacity)
    : executor_(std::move(executor)), deliver_(std::move(deliver)), capacity_(capacity) {
    events_.reserve(capacity);
}

void EventMailbox::offer(std::vector<MediaEvent>& events) {
    bool post = false;
    {
        const std::lock_guard lock(mutex_);
        const auto count =
            static_cast<std::ptrdiff_t>(std::min(events.size(), capacity_ - events_.size()));
        if (count == 0) return;
        std::move(events.begin(), events.begin() + count, std::back_inserter(events_));
        events.erase(events.begin(), events.begin() + count);
        post = !std::exchange(posted_, true);
    }
    if (post) asio::post(executor_, [self = shared_from_this()] { self->deliver(); });
}

void EventMailbox::deliver() {
    delivering_.clear();
    {
        const std::lock_guard lock(mutex_);
        delivering_.reserve(capacity_);
        delivering_.swap(events_);
        posted_ = false;
    }
    for (MediaEvent& event : delivering_)
        if (deliver_) deliver_(event);
    delivering_.clear();
}

}  // namespace skyn3t::media
