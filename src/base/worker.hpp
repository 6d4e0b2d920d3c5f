#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.hpp"

namespace skyn3t {

// Jobs that take their time, one after the other on a thread of its own. Any thread may push. At
// its end the job that runs is waited for, and those that have not begun are dropped.
class Worker {
  public:
    explicit Worker(std::size_t most_waiting);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Errc::too_many when that many wait already; then the job is never run.
    [[nodiscard]] Result<void> push(std::function<void()> job);

  private:
    void serve();

    const std::size_t most_waiting_;
    std::mutex mutex_;  // of all below
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace skyn3t
