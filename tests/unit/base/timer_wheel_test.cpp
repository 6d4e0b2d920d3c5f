#include "base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "support/fake_clock.hpp"

namespace skyn3t {
namespace {

using namespace std::chrono_literals;
using test::FakeLoop;

TEST(TimerWheel, FiresAtTheDeadlineAndNotBefore) {
    FakeLoop loop;
    int fired = 0;
    Timer timer(loop.wheel, [&] { ++fired; });
    timer.start_after(500ms);
    loop.run_for(499ms);
    EXPECT_EQ(fired, 0);
    loop.run_for(11ms);
    EXPECT_EQ(fired, 1);
    EXPECT_FALSE(timer.is_running());
}

TEST(TimerWheel, FiresEveryDeadlineWithinOneTickWhateverItsDistance) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        FakeLoop loop;
        loop.run_for(std::chrono::milliseconds(random() % 100'000));
        const auto distance = std::chrono::milliseconds(random() % (1u << (random() % 28)));
        const SteadyTime deadline = loop.clock.now() + distance;
        SteadyTime fired_at{};
        Timer timer(loop.wheel, [&] { fired_at = loop.clock.now(); });
        timer.start_at(deadline);
        loop.run_for(distance + 20ms);
        ASSERT_GE(fired_at, deadline) << distance.count();
        ASSERT_LE(fired_at, deadline + TimerWheel::kTick) << distance.count();
    }
}

TEST(TimerWheel, FiresInOrderOfDeadlineAcrossLevels) {
    FakeLoop loop;
    std::vector<int> order;
    std::vector<std::unique_ptr<Timer>> timers;
    for (const int s : {3000, 1, 700, 60, 5, 41, 42}) {
        timers.push_back(std::make_unique<Timer>(loop.wheel, [&order, s] { order.push_back(s); }));
        timers.back()->start_after(std::chrono::seconds(s));
    }
    loop.run_for(1h);
    EXPECT_EQ(order, (std::vector<int>{1, 5, 41, 42, 60, 700, 3000}));
}

TEST(TimerWheel, KeepsADeadlineBeyondItsHorizon) {
    FakeLoop loop;
    bool fired = false;
    Timer timer(loop.wheel, [&] { fired = true; });
    timer.start_after(24h * 7);
    loop.run_for(24h * 7 - 1s);
    EXPECT_FALSE(fired);
    loop.run_for(2s);
    EXPECT_TRUE(fired);
}

TEST(TimerWheel, DoesNotRunAStoppedOrDestroyedTimer) {
    FakeLoop loop;
    int fired = 0;
    Timer stopped(loop.wheel, [&] { ++fired; });
    auto destroyed = std::make_unique<Timer>(loop.wheel, [&] { ++fired; });
    stopped.start_after(1s);
    destroyed->start_after(1s);
    stopped.stop();
    destroyed.reset();
    loop.run_for(2s);
    EXPECT_EQ(fired, 0);
    EXPECT_EQ(loop.wheel.running(), 0u);
    EXPECT_FALSE(loop.wheel.next_wake());
}

TEST(TimerWheel, LetsAnActionDestroyATimerThatIsDueAtTheSameMoment) {
    FakeLoop loop;
    int fired = 0;
    std::unique_ptr<Timer> second;
    Timer first(loop.wheel, [&] {
        ++fired;
        second.reset();
    });
    second = std::make_unique<Timer>(loop.wheel, [&] { ++fired; });
    first.start_after(50ms);
    second->start_after(50ms);
    loop.run_for(1s);
    EXPECT_EQ(fired, 1);
}

TEST(TimerWheel, LetsAnActionStartItsOwnTimerAgain) {
    FakeLoop loop;
    int fired = 0;
    std::unique_ptr<Timer> timer;
    timer = std::make_unique<Timer>(loop.wheel, [&] {
        if (++fired < 5) timer->start_after(640ms);  // the same slot of level 0, a turn later
    });
    timer->start_after(640ms);
    loop.run_for(10s);
    EXPECT_EQ(fired, 5);
}

TEST(TimerWheel, SaysWhenADeadlineComesEarlier) {
    FakeLoop loop;
    int earlier = 0;
    loop.wheel.on_earlier([&] { ++earlier; });
    Timer late(loop.wheel, [] {}), early(loop.wheel, [] {}), between(loop.wheel, [] {});
    late.start_after(10s);
    early.start_after(100ms);
    between.start_after(5s);
    EXPECT_EQ(earlier, 2);
}

TEST(TimerWheel, AnActionThatThrowsKeepsNoOtherFromRunning) {
    FakeLoop loop;
    std::vector<int> fired;
    Timer first(loop.wheel, [] { throw std::runtime_error("a fault"); });
    Timer second(loop.wheel, [&] { fired.push_back(2); });
    Timer third(loop.wheel, [&] { fired.push_back(3); });
    const SteadyTime deadline = loop.clock.now() + 50ms;
    for (Timer* timer : {&first, &second, &third}) timer->start_at(deadline);
    loop.clock.advance(50ms);
    EXPECT_THROW(loop.wheel.advance(), std::runtime_error);
    EXPECT_EQ(loop.wheel.running(), 2u);
    loop.run_for(TimerWheel::kTick);
    EXPECT_EQ(fired, (std::vector<int>{2, 3}));
    EXPECT_EQ(loop.wheel.running(), 0u);
}

}  // namespace
}  // namespace skyn3t
