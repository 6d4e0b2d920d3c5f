#include "base/inbox.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fake_clock.hpp"

namespace skyn3t {
namespace {

using namespace std::chrono_literals;
using test::FakeLoop;

struct Reader {
    FakeLoop& loop;
    Inbox<std::string>& inbox;
    std::vector<std::string> seen;

    Task<void> read(std::chrono::nanoseconds patience) {
        const auto event = co_await inbox.next(loop.clock.now() + patience);
        seen.push_back(event                                 ? *event
                       : event.error().code == Errc::timeout ? "timeout"
                                                             : "canceled");
    }
};

TEST(Inbox, ReturnsAnEventThatCameBeforeTheWait) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    ASSERT_TRUE(inbox.push("1"));
    loop.spawn(reader.read(1s));
    loop.settle();
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"1"}));
}

TEST(Inbox, WakesItsReaderThroughTheExecutor) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    loop.spawn(reader.read(1s));
    loop.settle();
    ASSERT_TRUE(inbox.push("1"));
    EXPECT_TRUE(reader.seen.empty()) << "resumed inside push()";
    loop.settle();
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"1"}));
    EXPECT_EQ(loop.wheel.running(), 0u);
}

TEST(Inbox, TimesOutAtTheDeadline) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    loop.spawn(reader.read(5s));
    loop.run_for(4990ms);
    EXPECT_TRUE(reader.seen.empty());
    loop.run_for(20ms);
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"timeout"}));
}

TEST(Inbox, PrefersAnEventToATimeoutOfTheSameMoment) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    Timer push(loop.wheel, [&] { ASSERT_TRUE(inbox.push("7")); });
    loop.spawn(reader.read(1s));
    loop.settle();
    push.start_after(1s);
    loop.run_for(2s);
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"7"}));
}

TEST(Inbox, LosesNothingBetweenTwoWaits) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    loop.spawn(reader.read(1s));
    loop.settle();
    ASSERT_TRUE(inbox.push("1"));
    ASSERT_TRUE(inbox.push("2"));
    loop.settle();
    loop.spawn(reader.read(1s));
    loop.settle();
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"1", "2"}));
}

TEST(Inbox, GivesWhatIsQueuedAndThenCanceledOnceClosed) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
    Reader reader{loop, inbox, {}};
    ASSERT_TRUE(inbox.push("1"));
    inbox.close();
    EXPECT_FALSE(inbox.push("2"));
    loop.spawn(reader.read(1s));
    loop.settle();
    loop.spawn(reader.read(1s));
    loop.settle();
    EXPECT_EQ(reader.seen, (std::vector<std::string>{"1", "canceled"}));
}

TEST(Inbox, RefusesWhatIsBeyondItsCapacity) {
    FakeLoop loop;
    Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel, 2);
    EXPECT_TRUE(inbox.push("1"));
    EXPECT_TRUE(inbox.push("2"));
    EXPECT_FALSE(inbox.push("3"));
}

TEST(Inbox, FreesACoroutineThatStillWaitsWhenItGoes) {
    FakeLoop loop;
    auto gone = std::make_shared<int>(0);
    {
        Inbox<std::string> inbox(loop.io.get_executor(), loop.wheel);
        auto wait = [](Inbox<std::string>& box, std::shared_ptr<int>) -> Task<void> {
            co_await box.next(SteadyTime::max());
        };
        loop.spawn(wait(inbox, gone));
        loop.settle();
        EXPECT_EQ(gone.use_count(), 2);
    }
    loop.settle();
    EXPECT_EQ(gone.use_count(), 1);
}

}  // namespace
}  // namespace skyn3t
