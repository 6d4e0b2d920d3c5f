#include "base/worker.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

namespace skyn3t {
namespace {

// A job that says when it runs, and ends when it is let go.
struct Held {
    std::promise<void> running, let_go;

    std::function<void()> job() {
        return [this] {
            running.set_value();
            let_go.get_future().wait();
        };
    }
};

TEST(Worker, DoesOneJobAfterTheOtherInTheirOrder) {
    std::vector<int> done;
    std::promise<void> last;
    Worker worker(8);
    Held held;
    ASSERT_TRUE(worker.push(held.job()));
    for (const int each : {1, 2, 3})
        ASSERT_TRUE(worker.push([&done, each] { done.push_back(each); }));
    ASSERT_TRUE(worker.push([&last] { last.set_value(); }));
    held.running.get_future().wait();
    EXPECT_TRUE(done.empty());
    held.let_go.set_value();
    last.get_future().wait();
    EXPECT_EQ(done, (std::vector<int>{1, 2, 3}));
}

TEST(Worker, RefusesWhatWouldWaitTooLong) {
    Worker worker(1);
    Held held;
    ASSERT_TRUE(worker.push(held.job()));
    held.running.get_future().wait();  // it does not wait any more
    std::promise<void> second;
    ASSERT_TRUE(worker.push([&second] { second.set_value(); }));
    EXPECT_EQ(worker.push([] { ADD_FAILURE(); }).error().code, Errc::too_many);
    held.let_go.set_value();
    second.get_future().wait();
    EXPECT_TRUE(worker.push([] {}));
}

TEST(Worker, GoesOnAfterAFaultOfAJob) {
    std::promise<void> after;
    Worker worker(2);
    ASSERT_TRUE(worker.push([] { throw std::runtime_error("a fault"); }));
    ASSERT_TRUE(worker.push([&after] { after.set_value(); }));
    after.get_future().wait();
}

TEST(Worker, AtItsEndDropsWhatHasNotBegun) {
    const auto kept = std::make_shared<int>(0);
    Held held;
    auto worker = std::make_unique<Worker>(2);
    ASSERT_TRUE(worker->push(held.job()));
    ASSERT_TRUE(worker->push([kept] { ++*kept; }));
    held.running.get_future().wait();
    auto ended = std::async(std::launch::async, [&worker] { worker.reset(); });
    EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
    held.let_go.set_value();
    ended.get();
    // The end may have been asked for before the second job began or after it; it is gone now.
    EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace skyn3t
