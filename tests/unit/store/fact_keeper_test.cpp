// Facts while the database is locked, away, or behind.
#include "store/fact_keeper.hpp"

#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "store/alert_store.hpp"
#include "store/audit_store.hpp"
#include "store/call_store.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using model::CallStatus;

class FactKeeperTest : public test::StoreTest {
  protected:
    void SetUp() override {
        options.patience = milliseconds(50);
        options.spool = FactKeeper::Options{.file = directory.path() / "facts.spool"};
        options.spool->late = milliseconds(50);
        options.spool->retry = milliseconds(10);
        StoreTest::SetUp();
    }
    // Another program's lock on all that facts are written to.
    std::unique_ptr<Session> lock() {
        const bool is_sqlite = GetParam() == Engine::sqlite;
        auto other =
            Session::open(
                GetParam(),
                is_sqlite ? "dbname=\"" + (directory.path() / "skyn3t.db").string() + "\" timeout=5"
                          : options.url)
                .value();
        EXPECT_TRUE(other->run(is_sqlite ? "BEGIN IMMEDIATE" : "BEGIN"));
        if (!is_sqlite) {
            EXPECT_TRUE(
                other->run("LOCK TABLE calls, call_events, alerts, audit, "
                           "call_exchanges, heartbeats IN EXCLUSIVE MODE"));
        }
        return other;
    }
    static model::CallRecord call(CallStatus status) {
        model::CallRecord made;
        made.sid = CallSid::generate();
        made.community = CommunitySid::generate();
        made.from = "+56912345678";
        made.status = status;
        made.start_time = from_milliseconds(1'700'000'000'000);
        if (is_final(status)) made.end_time = made.start_time + seconds(5);
        made.node = "node-1";
        return made;
    }
    // Saved, and told that it is safe: committed or spooled.
    Result<void> save_safely(const model::CallRecord& record,
                             std::vector<model::CallEvent> story = {}) {
        std::promise<Result<void>> safe;
        auto queued = CallStore(*database).save(
            record, std::move(story), [&](const Result<void>& done) { safe.set_value(done); });
        if (!queued) return queued;
        return safe.get_future().get();
    }
    std::optional<model::CallRecord> found(const model::CallRecord& record) {
        return CallStore(*database).find_any(record.sid).value();
    }
    // What another thread does in its own time.
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition() && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        return condition();
    }
    std::uint64_t waiting() { return database->health().facts.waiting; }
};
SKYN3T_FOR_BOTH_ENGINES(FactKeeperTest);

TEST_P(FactKeeperTest, WhatEndsWhileTheDatabaseIsLockedIsThereOnceItIsNot) {
    std::vector<model::CallRecord> calls;
    {
        const auto other = lock();
        for (int i = 0; i < 20; ++i) {
            calls.push_back(call(CallStatus::completed));
            ASSERT_TRUE(save_safely(calls.back()));
        }
        EXPECT_EQ(waiting(), 20u);
        EXPECT_FALSE(found(calls.front()));
    }
    ASSERT_TRUE(eventually([&] { return waiting() == 0; }));
    for (const auto& each : calls) EXPECT_EQ(found(each), each);
    EXPECT_EQ(database->health().facts.lost, 0u);
    EXPECT_EQ(database->health().facts.refused, 0u);
}

TEST_P(FactKeeperTest, WhatWaitsWhenTheProcessEndsIsThereAtTheNextStart) {
    const auto ended = call(CallStatus::completed);
    {
        const auto other = lock();
        ASSERT_TRUE(save_safely(ended));
        database.reset();
    }
    open();
    EXPECT_EQ(found(ended), ended);
    EXPECT_EQ(waiting(), 0u);
}

TEST_P(FactKeeperTest, WhatTheWriterStillHeldWhenItEndedWaitsInTheSpool) {
    options.spool->late = std::chrono::hours(1);
    open();
    const auto ended = call(CallStatus::completed);
    {
        const auto other = lock();
        ASSERT_TRUE(CallStore(*database).save(ended));
        database.reset();
    }
    open();
    EXPECT_EQ(found(ended), ended);
}

TEST_P(FactKeeperTest, AFullQueueLosesNothing) {
    options.queue_capacity = 2;
    open();
    std::promise<void> release;
    std::promise<void> held;
    ASSERT_TRUE(database->write([&](Session&) -> Result<void> {
        held.set_value();
        release.get_future().get();
        return {};
    }));
    held.get_future().get();
    std::vector<model::CallRecord> calls;
    for (int i = 0; i < 10; ++i) {
        calls.push_back(call(CallStatus::completed));
        ASSERT_TRUE(CallStore(*database).save(calls.back()));
    }
    release.set_value();
    ASSERT_TRUE(eventually([&] { return found(calls.back()).has_value(); }));
    for (const auto& each : calls) EXPECT_TRUE(found(each));
}

TEST_P(FactKeeperTest, TheOrderOfACallsRowsDoesNotMatterOnceItHasEnded) {
    auto record = call(CallStatus::completed);
    ASSERT_TRUE(save_safely(record));
    auto earlier = record;
    earlier.status = CallStatus::in_progress;
    earlier.end_time.reset();
    EXPECT_TRUE(save_safely(earlier));
    EXPECT_EQ(found(record), record);
}

TEST_P(FactKeeperTest, AFactThatTheDatabaseRefusesDoesNotKeepTheOthers) {
    const auto known = call(CallStatus::completed);
    ASSERT_TRUE(save_safely(known));
    auto stolen = known;
    stolen.community = CommunitySid::generate();
    const auto before = call(CallStatus::completed), after = call(CallStatus::completed);
    {
        const auto other = lock();
        ASSERT_TRUE(save_safely(before));
        ASSERT_TRUE(save_safely(stolen));
        ASSERT_TRUE(save_safely(after));
    }
    ASSERT_TRUE(eventually([&] { return waiting() == 0; }));
    EXPECT_TRUE(found(before));
    EXPECT_TRUE(found(after));
    EXPECT_EQ(found(known)->community, known.community);
    EXPECT_EQ(database->health().facts.refused, 1u);
}

TEST_P(FactKeeperTest, ForWhatThereIsNoRoomIsCountedAndSaidToWhoSavedIt) {
    options.spool->sizes = {4096, 4096};
    options.spool->memory = 16 * 1024;
    open();
    const auto other = lock();
    int refused = 0;
    for (int i = 0; i < 60; ++i)
        if (!CallStore(*database).save(call(CallStatus::completed))) ++refused;
    ASSERT_TRUE(eventually([&] { return database->health().facts.lost > 0; }));
    const auto figures = database->health().facts;
    EXPECT_GT(figures.waiting, 5u) << "and what there was room for waits";
    EXPECT_LT(figures.lost, 55u);
    EXPECT_LE(static_cast<std::uint64_t>(refused), figures.lost);
}

TEST_P(FactKeeperTest, HealthSaysThatNothingCanBeWrittenUntilItCan) {
    EXPECT_TRUE(database->health().can_write);
    {
        const auto other = lock();
        ASSERT_TRUE(eventually([&] {
            (void)CallStore(*database).save(call(CallStatus::completed));
            return !database->health().can_write;
        }));
        EXPECT_GT(database->health().failed_writes, 0u);
    }
    EXPECT_TRUE(eventually([&] { return database->health().can_write; }));
}

TEST_P(FactKeeperTest, FlushEndsWhenNothingCanBeWritten) {
    const auto other = lock();
    (void)CallStore(*database).save(call(CallStatus::completed));
    database->flush();
    EXPECT_FALSE(database->write_and_wait([](Session& session) {
        return AuditStore::add(session, {WallTime{}, "test", "test", {}, ""});
    }));
}

TEST_P(FactKeeperTest, EveryKindOfFactIsTheSameAfterTheSpoolAndWrittenOnceHoweverOftenItIs) {
    auto record = call(CallStatus::busy);
    record.answer_time = record.start_time + seconds(1);
    record.end_reason = model::EndReason::caller_hung_up;
    record.media = {"PCMA", 10, 20, 3, 1.5, 2.25, 40, 4.1};
    record.sip_call_id = "a\"b\n@host";
    const auto community = record.community;
    const model::CallEvent line{
        record.sid, community, record.start_time, "say", {{"text", "Ñuñoa"}, {"text", "2"}}};
    const model::Alert alert{AlertSid::generate(), record.sid,  community, record.start_time, 11200,
                             "no \\ answer",       "http://x/", "POST"};
    const model::Exchange exchange{record.sid,
                                   community,
                                   record.start_time,
                                   "POST",
                                   "http://x/y",
                                   {{"CallSid", record.sid.str()}},
                                   200,
                                   milliseconds(12),
                                   "text/xml",
                                   "<Response/>",
                                   0};
    const AuditEntry entry{record.start_time, "api", "call.delete", community, "detail", "AE1"};
    const std::vector<Fact> facts{CallFact{record, {{line, 7}}}, alert, ExchangeFact{exchange, 3},
                                  entry};
    for (const Fact& fact : facts) {
        const auto again = read_fact(fact_text(fact));
        ASSERT_TRUE(again) << again.error().detail;
        for (int i = 0; i < 2; ++i)
            ASSERT_TRUE(database->write_and_wait(
                [&](Session& session) { return write_fact(session, *again); }));
    }
    EXPECT_EQ(found(record), record);
    EXPECT_EQ(CallStore(*database).events_of(record.sid).value(), std::vector{line});
    EXPECT_EQ(AlertStore(*database).find_any(alert.sid).value(), alert);
    EXPECT_EQ(AlertStore(*database).exchanges(community, record.sid).value(),
              std::vector{exchange});
    const auto audit = AuditStore(*database).list(community).value();
    ASSERT_EQ(audit.size(), 1u);
    EXPECT_EQ(audit[0].detail, "detail");
}

TEST_P(FactKeeperTest, AFileThatIsNoSpoolDoesNotKeepTheServerFromStarting) {
    database.reset();
    std::ofstream(options.spool->file, std::ios::trunc) << std::string(5000, 'x');
    open();
    const auto ended = call(CallStatus::completed);
    EXPECT_TRUE(save_safely(ended));
    EXPECT_TRUE(found(ended));
}

}  // namespace
}  // namespace skyn3t::store
