#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace skyn3t::server {

// Waiting that the server's end cuts short. Any thread.
class Pause {
  public:
    // False once the server ends: whoever waits gives up.
    bool wait(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, time, [this] { return is_over_; });
    }
    void end() {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        changed_.notify_all();
    }
    bool is_over() {
        const std::lock_guard lock(mutex_);
        return is_over_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_over_ = false;
};

}  // namespace skyn3t::server
