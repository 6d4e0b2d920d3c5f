#include "verify/call_watch.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace skyn3t::verify {
namespace {

struct Log final : call::CallRecords {
    void begin(const model::CallRecord&) override { ++rows; }
    void change(const model::CallRecord&) override { ++rows; }
    void end(const model::CallRecord&) override { ++rows; }
    void add(model::CallEvent) override { ++events; }
    void alert(model::Alert) override {}
    int rows = 0;
    int events = 0;
};

struct CallWatchTest : testing::Test {
    test::FakeLoop loop;
    Signal changed{loop.io.get_executor(), loop.wheel};
    Log log;
    CallWatch watch{log};

    static model::CallRecord parent(const std::string& sip_call_id) {
        model::CallRecord record;
        record.sid = CallSid::generate();
        record.sip_call_id = sip_call_id;
        return record;
    }
    static model::CallRecord child_of(const model::CallRecord& parent) {
        model::CallRecord record;
        record.sid = CallSid::generate();
        record.parent_sid = parent.sid;
        record.sip_call_id = "of-the-other-dialog";
        return record;
    }
};

TEST_F(CallWatchTest, PassesEverythingOnToTheLog) {
    const auto record = parent("a");
    watch.begin(record);
    watch.change(record);
    watch.end(record);
    watch.add({});
    EXPECT_EQ(log.rows, 3);
    EXPECT_EQ(log.events, 1);
}

TEST_F(CallWatchTest, SeesTheCallWithTheSipCallIdAndItsChildren) {
    const WatchedCall& seen = watch.watch("a", changed);
    const auto record = parent("a");
    auto child = child_of(record);
    watch.begin(record);
    watch.begin(child);
    child.status = model::CallStatus::ringing;
    watch.change(child);
    ASSERT_TRUE(seen.parent);
    EXPECT_EQ(seen.parent->record.sid, record.sid);
    ASSERT_EQ(seen.children.size(), 1u);
    EXPECT_EQ(seen.children[0].record.status, model::CallStatus::ringing);
}

TEST_F(CallWatchTest, SeesNothingOfOtherCalls) {
    const WatchedCall& seen = watch.watch("a", changed);
    const auto record = parent("b");
    watch.begin(record);
    watch.begin(child_of(record));
    EXPECT_FALSE(seen.parent);
    EXPECT_TRUE(seen.children.empty());
}

TEST_F(CallWatchTest, IsFinalWhenTheCallAndAllItsChildrenHaveEnded) {
    const WatchedCall& seen = watch.watch("a", changed);
    const auto record = parent("a");
    const auto child = child_of(record);
    EXPECT_FALSE(seen.is_final());
    watch.begin(record);
    watch.begin(child);
    watch.end(record);
    EXPECT_FALSE(seen.is_final());
    watch.end(child);
    EXPECT_TRUE(seen.is_final());
}

}  // namespace
}  // namespace skyn3t::verify
