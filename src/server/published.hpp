#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace skyn3t::server {

// An immutable value that is replaced as a whole by one thread and read by many; readers keep what
// they got.
template <class T>
class Published {
  public:
    explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}
    std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    void set(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_.swap(value);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;  // shared with whoever is reading it
};

}  // namespace skyn3t::server
