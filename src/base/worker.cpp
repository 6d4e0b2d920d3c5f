#include "base/worker.hpp"

#include <utility>

#include "base/faults.hpp"

namespace skyn3t {

Worker::Worker(std::size_t most_waiting)
    : most_waiting_(most_waiting), thread_([this] { serve(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

Result<void> Worker::push(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= most_waiting_)
            return fail(Errc::too_many,
                        "too many orders of this kind are waiting; try again in a minute");
        jobs_.push_back(std::move(job));
    }
    wake_.notify_all();
    return {};
}

void Worker::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_) return;
        {
            const auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            // A fault of ours in one job must not take the server with it.
            run_guarded("job", job);
        }  // what the job holds goes without the lock, too
        lock.lock();
    }
}

}  // namespace skyn3t
