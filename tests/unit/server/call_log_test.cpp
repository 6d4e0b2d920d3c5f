#include "server/call_log.hpp"

#include <gtest/gtest.h>

#include "base/timer_wheel.hpp"
#include "support/fake_clock.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::server {
namespace {

using model::CallStatus;

class CallLogTest : public testing::Test {
  protected:
    void pass(milliseconds time) {
        clock.advance(time);
        wheel.advance();
    }
    std::optional<CallStatus> on_disk() {
        database->flush();
        const auto found = store.find_any(record.sid).value();
        return found ? std::optional(found->status) : std::nullopt;
    }
    static model::CallRecord incoming() {
        model::CallRecord made;
        made.sid = CallSid::generate();
        made.community = CommunitySid::generate();
        made.direction = model::Direction::inbound;
        made.status = CallStatus::ringing;
        made.node = "node-1";
        return made;
    }

    test::TemporaryDirectory directory;
    test::FakeClock clock;
    TimerWheel wheel{clock};
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, clock).value();
    store::CallStore store{*database};
    store::AlertStore alert_store{*database};
    AlertLog alerts{wheel, alert_store};
    CallLog log{wheel, store, alerts};
    model::CallRecord record = incoming();
};

TEST_F(CallLogTest, ACallThatGoesOnIsOnDiskAfter20MillisecondsAsItIsThen) {
    log.begin(record);
    record.status = CallStatus::in_progress;
    log.change(record);
    EXPECT_EQ(on_disk(), std::nullopt) << "both in one write, later";
    pass(milliseconds(30));
    EXPECT_EQ(on_disk(), CallStatus::in_progress);
}

TEST_F(CallLogTest, TheEndIsHandedOverAtOnceAndNothingOlderFollowsIt) {
    log.begin(record);
    record.status = CallStatus::completed;
    log.end(record);
    EXPECT_EQ(on_disk(), CallStatus::completed);
    pass(milliseconds(30));
    EXPECT_EQ(on_disk(), CallStatus::completed);
}

TEST_F(CallLogTest, WhatStillWaitsWhenTheServerStopsIsHandedOver) {
    log.begin(record);
    log.save_waiting();
    EXPECT_EQ(on_disk(), CallStatus::ringing);
    pass(milliseconds(30));  // and not once more: the timer finds nothing
}

TEST_F(CallLogTest, AStoryGoesWithTheRowOfItsCall) {
    log.begin(record);
    log.add({record.sid, record.community, clock.wall(), "incoming", {{"from", "anonymous"}}});
    pass(milliseconds(30));
    ASSERT_EQ(on_disk(), CallStatus::ringing);
    EXPECT_EQ(store.events_of(record.sid).value().size(), 1u);
}

}  // namespace
}  // namespace skyn3t::server
