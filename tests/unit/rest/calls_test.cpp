#include <set>

#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

const WallTime kStart =
    std::chrono::system_clock::from_time_t(1795352645);  // Sun, 22 Nov 2026 13:04:05

class CallsApi : public test::ApiTest {
  protected:
    // The n-th call of the log, each a minute after the one before.
    static model::CallRecord record(int n) {
        model::CallRecord call;
        std::string digits = std::to_string(n);
        call.sid = CallSid::parse("CA" + std::string(32 - digits.size(), '0') + digits).value();
        call.from = "+56987654321";
        call.to = "+56229145248";
        call.status = model::CallStatus::completed;
        call.start_time = kStart + std::chrono::minutes(n);
        call.answer_time = call.start_time + seconds(1);
        call.end_time = call.start_time + seconds(13);
        call.end_reason = model::EndReason::caller_hung_up;
        return call;
    }
    void save(const model::CallRecord& call, std::vector<model::CallEvent> events = {}) {
        ASSERT_TRUE(calls_->save(call, std::move(events)));
        database_->flush();
    }
};

TEST_F(CallsApi, ShowACallInTwiliosWireForm) {
    save(record(0));
    auto call = get_json(calls_path("/CA00000000000000000000000000000000.json"));
    EXPECT_EQ(call["skyn3t"]["end_reason"], "caller_hung_up");
    call.erase("skyn3t");
    EXPECT_EQ(call.dump(2), R"({
  "sid": "CA00000000000000000000000000000000",
  "account_sid": "AC11111111111111111111111111111111",
  "parent_call_sid": null,
  "to": "+56229145248",
  "to_formatted": "+56 2 2914 5248",
  "from": "+56987654321",
  "from_formatted": "+56 9 8765 4321",
  "phone_number_sid": null,
  "status": "completed",
  "direction": "inbound",
  "start_time": "Sun, 22 Nov 2026 13:04:05 +0000",
  "end_time": "Sun, 22 Nov 2026 13:04:18 +0000",
  "duration": "12",
  "queue_time": "0",
  "price": null,
  "price_unit": null,
  "answered_by": null,
  "annotation": null,
  "api_version": "2010-04-01",
  "forwarded_from": null,
  "caller_name": null,
  "group_sid": null,
  "trunk_sid": null,
  "date_created": "Sun, 22 Nov 2026 13:04:05 +0000",
  "date_updated": "Sun, 22 Nov 2026 13:04:18 +0000",
  "uri": "/2010-04-01/Accounts/AC11111111111111111111111111111111/Calls/CA00000000000000000000000000000000.json",
  "subresource_uris": {
    "events": "/2010-04-01/Accounts/AC11111111111111111111111111111111/Calls/CA00000000000000000000000000000000/Events.json",
    "notifications": "/2010-04-01/Accounts/AC11111111111111111111111111111111/Calls/CA00000000000000000000000000000000/Notifications.json",
    "recordings": "/2010-04-01/Accounts/AC11111111111111111111111111111111/Calls/CA00000000000000000000000000000000/Recordings.json"
  }
})");
}

TEST_F(CallsApi, NameTheNumberThatTheyWereFor) {
    auto call = record(0);
    call.community = declare("A", call.to);
    const std::string number = make("IncomingPhoneNumbers", {{"PhoneNumber", call.to}})["sid"];
    save(call);
    EXPECT_EQ(get_json(calls_path("/" + call.sid.str() + ".json"))["phone_number_sid"], number);
}

TEST_F(CallsApi, LeaveOutWhatALiveCallHasNotYet) {
    auto live = record(0);
    live.status = model::CallStatus::in_progress;
    live.end_time.reset();
    live.end_reason.reset();
    save(live);
    const auto call = get_json(calls_path("/" + live.sid.str() + ".json"));
    EXPECT_TRUE(call["duration"].is_null());
    EXPECT_TRUE(call["end_time"].is_null());
    EXPECT_TRUE(call["skyn3t"]["end_reason"].is_null());
}

TEST_F(CallsApi, AnswerAnUnknownCallWithNotFound) {
    EXPECT_EQ(error_of(get(calls_path("/CA99999999999999999999999999999999.json"))), "404 20404");
    EXPECT_EQ(error_of(get(calls_path("/nonsense.json"))), "404 20404");
    EXPECT_EQ(error_of(get("/v1/Calls/CA99999999999999999999999999999999/Events")), "404 20404");
    EXPECT_EQ(error_of(send(request(calls_path(), {}, "DELETE"))), "405 20004");
}

TEST_F(CallsApi, AreListedInPagesThatMissNothing) {
    for (int n = 0; n < 5; ++n) save(record(n));
    auto page = get_json(calls_path(".json?PageSize=2&From=%2B56987654321"));
    EXPECT_EQ(page["page"], 0);
    EXPECT_EQ(page["page_size"], 2);
    EXPECT_EQ(page["start"], 0);
    EXPECT_EQ(page["end"], 1);
    EXPECT_TRUE(page["previous_page_uri"].is_null());
    EXPECT_EQ(page["first_page_uri"], calls_path(".json?From=%2B56987654321&PageSize=2&Page=0"));
    EXPECT_EQ(page["calls"][0]["sid"], record(4).sid.str()) << "newest first";
    std::set<std::string> seen;
    for (int pages = 0; pages < 3; ++pages) {
        for (const auto& call : page["calls"]) seen.insert(call["sid"]);
        if (pages < 2) page = get_json(page["next_page_uri"]);
    }
    EXPECT_EQ(page["page"], 2);
    EXPECT_EQ(page["start"], 4);
    EXPECT_TRUE(page["next_page_uri"].is_null());
    EXPECT_EQ(seen.size(), 5u);
}

TEST_F(CallsApi, PageBackToWhereTheyCameFrom) {
    for (int n = 0; n < 5; ++n) save(record(n));
    const auto first = get_json(calls_path(".json?PageSize=1"));
    const auto third = get_json(get_json(first["next_page_uri"])["next_page_uri"]);
    EXPECT_EQ(third["calls"][0]["sid"], record(2).sid.str());
    const auto second = get_json(third["previous_page_uri"]);
    EXPECT_EQ(second["calls"][0]["sid"], record(3).sid.str());
    EXPECT_EQ(second["page"], 1);
    EXPECT_EQ(get_json(second["previous_page_uri"])["calls"], first["calls"]);
    EXPECT_EQ(get_json(second["next_page_uri"])["calls"], third["calls"]);
}

TEST_F(CallsApi, HaveNoNextPageWhenTheLastOneIsFull) {
    for (int n = 0; n < 2; ++n) save(record(n));
    EXPECT_TRUE(get_json(calls_path(".json?PageSize=2"))["next_page_uri"].is_null());
    EXPECT_EQ(get_json(calls_path(".json?To=%2B1"))["calls"].size(), 0u);
    // Without its plus sign, or with one that nobody has escaped.
    for (const char* from : {"From=56987654321", "From=+56987654321", "From=%2B56987654321"})
        EXPECT_GT(get_json(calls_path(std::string(".json?") + from))["calls"].size(), 0u) << from;
    EXPECT_EQ(get_json(calls_path(".json?From=6987654321"))["calls"].size(), 0u);
}

TEST_F(CallsApi, RefusePagesThatCannotBe) {
    EXPECT_EQ(error_of(get(calls_path(".json?PageSize=1001"))), "400 20007");
    EXPECT_EQ(error_of(get(calls_path(".json?PageSize=0"))), "400 20007");
    EXPECT_EQ(error_of(get(calls_path(".json?Page=1"))), "400 21481");
    for (const char* token : {"", "PA", "PAx-CA0", "PA1-CA0",
                              "PA99999999999999999999-CA00000000000000000000000000000000"})
        EXPECT_EQ(error_of(get(calls_path(".json?PageToken=") + token)), "400 21481") << token;
}

TEST_F(CallsApi, AreFilteredByStatusTimeParentAndFailure) {
    save(record(0));
    auto busy = record(1);
    busy.status = model::CallStatus::busy;
    busy.parent_sid = record(0).sid;
    busy.direction = model::Direction::outbound_dial;
    save(busy);
    auto next_day = record(24 * 60);
    save(next_day);
    const auto count = [this](const std::string& query) {
        return get_json(calls_path(".json?" + query))["calls"].size();
    };
    EXPECT_EQ(count(""), 3u);
    EXPECT_EQ(count("Status=busy"), 1u);
    EXPECT_EQ(count("Failed=true"), 1u);
    EXPECT_EQ(count("ParentCallSid=" + record(0).sid.str()), 1u);
    EXPECT_EQ(count("StartTime=2026-11-22"), 2u);
    EXPECT_EQ(count("StartTime%3E=2026-11-23"), 1u);
    EXPECT_EQ(count("StartTime%3C=2026-11-22"), 2u);
    EXPECT_EQ(count("StartTime%3E=2026-11-22T13:05:00Z"), 2u);
    EXPECT_EQ(count("StartTime%3E=2026-11-22&StartTime%3C=2026-11-22"), 2u);
    EXPECT_EQ(count("EndTime=2026-11-22"), 2u);
    EXPECT_EQ(count("EndTime%3E=2026-11-23"), 1u);
    EXPECT_EQ(count("EndTime%3C=2026-11-22T13:04:18Z"), 1u);
    EXPECT_EQ(count("Unknown=1"), 3u);
    EXPECT_EQ(error_of(get(calls_path(".json?Status=sleeping"))), "400 20422");
    EXPECT_EQ(error_of(get(calls_path(".json?StartTime=2026-02-30"))), "400 20422");
    EXPECT_EQ(error_of(get(calls_path(".json?ParentCallSid=x"))), "400 20423");
    EXPECT_EQ(error_of(get(calls_path(".json?CommunityCode=NADA"))), "404 20404");
}

TEST_F(CallsApi, TellTheStoryOfACallWithItsDialledLegs) {
    const auto parent = record(0);
    auto child = record(1);
    child.parent_sid = parent.sid;
    child.to = "sip:+56229145248-office@skyn3t.test";
    save(parent, {{parent.sid, {}, kStart, "incoming", {}},
                  {parent.sid, {}, kStart + seconds(9), "ended", {{"reason", "caller_hung_up"}}}});
    save(child, {{child.sid, {}, kStart + seconds(5), "ringing", {{"to", child.to}}}});
    const auto story = get_json("/v1/Calls/" + parent.sid.str() + "/Events");
    EXPECT_EQ(story["call"]["sid"], parent.sid.str());
    EXPECT_EQ(story["children"][0]["to"], child.to);
    ASSERT_EQ(story["events"].size(), 3u);
    EXPECT_EQ(
        story["events"][1].dump(),
        R"({"call_sid":"CA00000000000000000000000000000001","date_created":"2026-11-22T13:04:10Z",)"
        R"("milliseconds":5000,"kind":"ringing","detail":{"to":"sip:+56229145248-office@skyn3t.test"}})");
    EXPECT_EQ(story["events"][2]["kind"], "ended");
}

}  // namespace
}  // namespace skyn3t::rest
