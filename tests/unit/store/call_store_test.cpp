#include "store/call_store.hpp"

#include "store/audit_store.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using model::CallEvent;
using model::CallRecord;
using model::CallStatus;
using model::EndReason;
using test::StoreTest;

class CallStoreTest : public StoreTest {
  protected:
    CallRecord call(const CommunitySid& of, CallStatus status = CallStatus::completed) {
        CallRecord made;
        made.sid = CallSid::generate();
        made.community = of;
        made.from = "+56987654321";
        made.to = "+56229145248";
        made.status = status;
        made.start_time = clock.wall() + std::chrono::seconds(counter_++);
        made.node = "node-1";
        return made;
    }
    void save(const CallRecord& record) {
        ASSERT_TRUE(CallStore(*database).save(record));
        database->flush();
    }
    std::vector<CallSid> sids(const Result<std::vector<CallRecord>>& calls) {
        std::vector<CallSid> found;
        for (const CallRecord& each : calls.value()) found.push_back(each.sid);
        return found;
    }
    CallStore store() { return CallStore(*database); }

    const CommunitySid a = CommunitySid::generate();
    const CommunitySid b = CommunitySid::generate();

  private:
    int counter_ = 0;
};
SKYN3T_FOR_BOTH_ENGINES(CallStoreTest);

TEST_P(CallStoreTest, ACallComesBackAsItWasSaved) {
    CallRecord wanted = call(a);
    wanted.parent_sid = CallSid::generate();
    wanted.to = "sip:+56229145248-office@skyn3t.example.cl";
    wanted.direction = model::Direction::outbound_dial;
    wanted.answer_time = wanted.start_time + 2500ms;
    wanted.end_time = wanted.start_time + 63001ms;
    wanted.sip_call_id = "f81d4fae@192.0.2.1";
    wanted.sip_code = 200;
    wanted.end_reason = EndReason::callee_hung_up;
    wanted.error_code = 32014;
    wanted.media = {"PCMA", 3025, 3020, 5, 0.17, 3.25, 21.5, 4.38};
    save(wanted);
    EXPECT_EQ(store().find(a, wanted.sid).value(), wanted);
    EXPECT_EQ(wanted.duration(), 61s);
}

TEST_P(CallStoreTest, SavingAgainReplacesTheRow) {
    CallRecord changing = call(a, CallStatus::ringing);
    save(changing);
    EXPECT_FALSE(store().find(a, changing.sid).value()->answer_time.has_value());
    changing.status = CallStatus::completed;
    changing.end_time = changing.start_time + 5s;
    save(changing);
    EXPECT_EQ(store().find(a, changing.sid).value(), changing);
    EXPECT_EQ(store().list_all({}).value().size(), 1u);
}

TEST_P(CallStoreTest, APriceComesLaterAndSavingTheRowAgainKeepsIt) {
    CallRecord ended = call(a);
    ended.answer_time = ended.start_time;
    ended.end_time = ended.start_time + 5s;
    save(ended);
    ASSERT_TRUE(store().set_price(ended, "-0.0085", "USD"));
    save(ended);
    const auto found = store().find(a, ended.sid).value();
    EXPECT_EQ(found->price, "-0.0085");
    EXPECT_EQ(found->price_unit, "USD");
}

TEST_P(CallStoreTest, WithoutAPriceAreAnsweredCallsOfTheNodeThatHaveEndedSince) {
    const auto ended_after = [&](std::chrono::seconds length, const char* node) {
        CallRecord record = call(a);
        record.node = node;
        record.answer_time = record.start_time;
        record.end_time = record.start_time + length;
        save(record);
        return record;
    };
    const auto wanted = ended_after(30s, "twilio");
    const auto priced = ended_after(30s, "twilio");
    ASSERT_TRUE(store().set_price(priced, "0", "USD"));
    ended_after(30s, "node-1");
    CallRecord unanswered = call(a, CallStatus::no_answer);
    unanswered.node = "twilio";
    unanswered.end_time = unanswered.start_time + 30s;
    save(unanswered);
    EXPECT_EQ(sids(store().unpriced("twilio", wanted.start_time, 10)), std::vector{wanted.sid});
    EXPECT_EQ(sids(store().unpriced("twilio", wanted.start_time + 1h, 10)), std::vector<CallSid>{});
}

TEST_P(CallStoreTest, AStoryKeepsItsOrderWithinOneMillisecond) {
    const CallRecord record = call(a);
    std::vector<CallEvent> story;
    for (const char* kind : {"say", "digit", "dial", "ringing", "answered"})
        story.push_back(
            {record.sid, a, clock.wall(), kind, {{"text", "Bienvenido, ñandú"}, {"n", "1"}}});
    ASSERT_TRUE(store().save(record, {story[0], story[1]}));
    ASSERT_TRUE(store().add_events({story[2], story[3], story[4]}));
    database->flush();
    EXPECT_EQ(store().events(a, record.sid).value(), story);
    EXPECT_EQ(store().events_of(record.sid).value(), story);
}

TEST_P(CallStoreTest, TheListIsNewestFirstAndPagesWithoutGapOrRepetition) {
    for (int i = 0; i < 7; ++i) {
        CallRecord each = call(a);
        if (i % 2) each.start_time -= 1s;  // two calls of the same moment
        save(each);
    }
    const auto all = store().list(a, {}).value();
    ASSERT_EQ(all.size(), 7u);
    CallFilter page;
    page.limit = 3;
    std::vector<CallRecord> paged;
    for (int i = 0; i < 3; ++i) {
        const auto calls = store().list(a, page).value();
        paged.insert(paged.end(), calls.begin(), calls.end());
        page.after = CallCursor{paged.back().start_time, paged.back().sid};
    }
    EXPECT_EQ(paged, all);
    EXPECT_GE(all.front().start_time, all.back().start_time);
}

TEST_P(CallStoreTest, ACallOfNoCommunityIsInTheOperatorsListAndInNobodysOwn) {
    CallRecord unknown = call({}, CallStatus::failed);
    unknown.end_reason = EndReason::unknown_number;
    unknown.sip_code = 404;
    save(unknown);
    save(call(a));
    CallFilter failed;
    failed.failed_only = true;
    EXPECT_EQ(store().list_all(failed).value(), std::vector{unknown});
    EXPECT_EQ(store().find_any(unknown.sid).value(), unknown);
    EXPECT_TRUE(store().list(a, failed).value().empty());
    EXPECT_FALSE(store().find(a, unknown.sid).value().has_value());
}

TEST_P(CallStoreTest, FiltersNarrowTheList) {
    CallRecord parent = call(a);
    CallRecord child = call(a, CallStatus::no_answer);
    child.parent_sid = parent.sid;
    CallRecord warned = call(a);
    warned.error_code = 32009;
    warned.from = "+56911111111";
    for (const auto& each : {parent, child, warned}) save(each);

    CallFilter failed;
    failed.failed_only = true;
    EXPECT_EQ(sids(store().list(a, failed)), (std::vector{warned.sid, child.sid}));
    CallFilter of_parent;
    of_parent.parent = parent.sid;
    EXPECT_EQ(sids(store().list(a, of_parent)), std::vector{child.sid});
    CallFilter top;
    top.parent = CallSid{};
    EXPECT_EQ(sids(store().list(a, top)), (std::vector{warned.sid, parent.sid}));
    CallFilter since;
    since.since = child.start_time;
    EXPECT_EQ(sids(store().list_all(since)), (std::vector{warned.sid, child.sid}));
    since.before = warned.start_time;
    EXPECT_EQ(sids(store().list_all(since)), std::vector{child.sid});
    CallFilter status;
    status.status = CallStatus::no_answer;
    EXPECT_EQ(sids(store().list(a, status)), std::vector{child.sid});
    CallFilter from;
    from.from = "+56911111111";
    EXPECT_EQ(sids(store().list(a, from)), std::vector{warned.sid});
    from.to = "nobody";
    EXPECT_TRUE(store().list(a, from).value().empty());
}

TEST_P(CallStoreTest, ACallForNoCommunityGetsItsCommunityLaterAndThenKeepsIt) {
    CallRecord unknown = call({});
    save(unknown);
    EXPECT_EQ(store().find_any(unknown.sid).value()->community, CommunitySid{});
    unknown.community = a;
    save(unknown);
    unknown.community = b;
    Result<void> stolen;
    ASSERT_TRUE(store().save(unknown, [&](const Result<void>& done) { stolen = done; }));
    database->flush();
    ASSERT_FALSE(stolen);
    EXPECT_EQ(stolen.error().code, Errc::conflict);
    EXPECT_EQ(store().find_any(unknown.sid).value()->community, a);
}

TEST_P(CallStoreTest, WhatACrashHasCutIsClosedAtItsLastKnownMoment) {
    CallRecord talking = call(a, CallStatus::in_progress);
    talking.answer_time = talking.start_time + 1s;
    CallRecord ringing = call(b, CallStatus::ringing);
    CallRecord done = call(a);
    CallRecord elsewhere = call(a, CallStatus::in_progress);
    elsewhere.node = "node-2";
    for (const auto& each : {talking, ringing, done, elsewhere}) save(each);
    ASSERT_TRUE(store().add_events({{talking.sid, a, talking.start_time + 31s, "digit", {}}}));

    EXPECT_EQ(store().close_interrupted("node-1").value(), 2);
    const auto closed = store().find(a, talking.sid).value().value();
    EXPECT_EQ(closed.status, CallStatus::failed);
    EXPECT_EQ(closed.end_reason, EndReason::server_restarted);
    EXPECT_EQ(closed.end_time, talking.start_time + 31s);
    EXPECT_EQ(closed.duration(), 30s);
    EXPECT_EQ(store().find(b, ringing.sid).value()->status, CallStatus::failed);
    EXPECT_EQ(store().find(b, ringing.sid).value()->end_time, ringing.start_time);
    EXPECT_EQ(store().find(a, done.sid).value(), done);
    EXPECT_EQ(store().find(a, elsewhere.sid).value(), elsewhere);
    EXPECT_EQ(store().close_interrupted("node-1").value(), 0);
}

TEST_P(CallStoreTest, TheAuditListsWhoDidWhatNewestFirst) {
    AuditStore audit(*database);
    ASSERT_TRUE(audit.add({clock.wall(), "api AC1", "secrets.show", a, "A"}));
    ASSERT_TRUE(audit.add({clock.wall() + 1s, "cli root@host", "community.update", a, "A"}));
    ASSERT_TRUE(audit.add({clock.wall(), "server", "start", {}, ""}));
    database->flush();
    const auto entries = audit.list(a).value();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].action, "community.update");
    EXPECT_EQ(entries[1].action, "secrets.show");
    EXPECT_EQ(audit.list_all().value().size(), 3u);
}

}  // namespace
}  // namespace skyn3t::store
