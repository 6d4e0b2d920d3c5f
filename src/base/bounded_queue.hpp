#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace skyn3t {

// Values from many threads to one. push() refuses when full and never blocks on the reader; the
// reader takes all at once, so that it holds the lock for a swap only.
template <class T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) { items_.reserve(capacity); }

    [[nodiscard]] bool push(T item) {
        const std::lock_guard lock(mutex_);
        if (items_.size() >= capacity_) return false;
        items_.push_back(std::move(item));
        return true;
    }
    // Swaps the queued items into `out`, which must be empty; keep it between calls and nothing is
    // allocated.
    void drain(std::vector<T>& out) {
        const std::lock_guard lock(mutex_);
        items_.swap(out);
    }
    std::size_t capacity() const { return capacity_; }

  private:
    std::mutex mutex_;
    std::vector<T> items_;
    std::size_t capacity_;
};

}  // namespace skyn3t
