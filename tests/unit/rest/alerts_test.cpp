// Notifications, a call's exchanges, and Monitor (rest-api.md, 5.5 and 9).
#include "call_rig.hpp"

namespace skyn3t::rest::test {
namespace {

using std::chrono::seconds;

class Alerts : public CallApiTest {
  protected:
    void SetUp() override {
        call_.sid = CallSid::generate();
        call_.community = CommunitySid::generate();
        call_.status = model::CallStatus::completed;
        call_.start_time = at(0);
        ASSERT_TRUE(calls_->save(call_));
        add(1, 11200);
        add(2, 12200);
        add(3, 32009, "");
        model::Exchange exchange;
        exchange.call = call_.sid;
        exchange.community = call_.community;
        exchange.time = at(1);
        exchange.method = "POST";
        exchange.url = kUrl;
        exchange.parameters = {{"Digits", "1"}};
        exchange.status = 500;
        exchange.duration = std::chrono::milliseconds(35);
        exchange.content_type = "text/html";
        exchange.body = "<p>no</p>";
        ASSERT_TRUE(alerts_.add(exchange));
        database_->flush();
    }
    static WallTime at(int second) {
        return std::chrono::system_clock::from_time_t(1795352645 + second);
    }
    void add(int second, int code, const std::string& url = kUrl) {
        model::Alert alert{
            AlertSid::generate(),     call_.sid, call_.community, at(second), code, "por qué", url,
            url.empty() ? "" : "POST"};
        sids_.push_back(alert.sid.str());
        ASSERT_TRUE(alerts_.add(alert));
    }
    static std::vector<std::string> codes(const Json& items) {
        std::vector<std::string> all;
        for (const auto& item : items) all.push_back(item["error_code"]);
        return all;
    }
    using Codes = std::vector<std::string>;

    static inline const std::string kUrl = "https://a.example.cl/voz";
    model::CallRecord call_;
    std::vector<std::string> sids_;
};

TEST_F(Alerts, AreNotificationsOfTheAccountAndOfTheCall) {
    EXPECT_EQ(codes(fetch("Notifications")["notifications"]), (Codes{"32009", "12200", "11200"}));
    const auto of_call = fetch("Calls/" + call_.sid.str() + "/Notifications")["notifications"];
    EXPECT_EQ(codes(of_call), (Codes{"32009", "12200", "11200"}));
    EXPECT_EQ(of_call[2]["log"], "0");
    EXPECT_EQ(of_call[2]["call_sid"], call_.sid.str());
    EXPECT_EQ(of_call[2]["request_url"], kUrl);
    EXPECT_EQ(
        of_call[2]["message_text"],
        "Msg=por+qu%C3%A9&ErrorCode=11200&LogLevel=ERROR&url=https%3A%2F%2Fa.example.cl%2Fvoz");
    EXPECT_EQ(of_call[0]["log"], "1");
    EXPECT_EQ(of_call[0]["request_url"], nullptr);
    EXPECT_EQ(error_of(look("Calls/" + CallSid::generate().str() + "/Notifications")), "404 20404");
}

TEST_F(Alerts, AnInstanceHasTheRequestThatItIsAbout) {
    const auto note = fetch("Notifications/" + sids_[0]);
    EXPECT_EQ(note["request_variables"], "Digits=1");
    EXPECT_EQ(note["response_body"], "<p>no</p>");
    EXPECT_EQ(fetch("Calls/" + call_.sid.str() + "/Notifications/" + sids_[2])["response_body"],
              nullptr);
    EXPECT_EQ(error_of(look("Notifications/" + AlertSid::generate().str())), "404 20404");
}

TEST_F(Alerts, NotificationsAreNarrowedAndPaged) {
    const auto base = path_of("Notifications");
    EXPECT_EQ(codes(get_json(base + "?Log=0")["notifications"]), Codes{"11200"});
    EXPECT_EQ(codes(get_json(base + "?MessageDate=2020-01-01")["notifications"]), Codes{});
    const auto first = get_json(base + "?PageSize=2");
    EXPECT_EQ(codes(first["notifications"]), (Codes{"32009", "12200"}));
    const auto second = get_json(first["next_page_uri"]);
    EXPECT_EQ(codes(second["notifications"]), Codes{"11200"});
    EXPECT_EQ(second["next_page_uri"], nullptr);
    EXPECT_EQ(codes(get_json(second["previous_page_uri"])["notifications"]),
              (Codes{"32009", "12200"}));
}

TEST_F(Alerts, ExchangesAreTheCallsEvents) {
    const auto events = fetch("Calls/" + call_.sid.str() + "/Events")["events"];
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["request"]["method"], "POST");
    EXPECT_EQ(events[0]["request"]["parameters"]["Digits"], "1");
    EXPECT_EQ(events[0]["response"]["response_code"], 500);
    EXPECT_EQ(events[0]["response"]["request_duration"], 35);
    EXPECT_EQ(events[0]["response"]["response_body"], "<p>no</p>");
}

TEST_F(Alerts, MonitorListsThemWithMeta) {
    const auto body = get_json("/v1/Alerts?PageSize=2");
    EXPECT_EQ(codes(body["alerts"]), (Codes{"32009", "12200"}));
    EXPECT_EQ(body["meta"]["key"], "alerts");
    EXPECT_EQ(body["meta"]["page_size"], 2);
    EXPECT_EQ(body["meta"]["previous_page_url"], nullptr);
    const std::string next = body["meta"]["next_page_url"];
    EXPECT_TRUE(next.starts_with("https://voice.example.cl/v1/Alerts?PageSize=2&Page=1&PageToken="))
        << next;
    EXPECT_EQ(body["alerts"][0]["log_level"], "warning");
    EXPECT_EQ(body["alerts"][0]["resource_sid"], call_.sid.str());
    EXPECT_EQ(body["alerts"][0]["date_created"], "2026-11-22T13:04:08Z");
}

TEST_F(Alerts, MonitorsInstanceAndFilters) {
    EXPECT_EQ(get_json("/v1/Alerts/" + sids_[0])["response_body"], "<p>no</p>");
    EXPECT_EQ(codes(get_json("/v1/Alerts?LogLevel=error")["alerts"]), Codes{"11200"});
    EXPECT_EQ(codes(get_json("/v1/Alerts?LogLevel=notice")["alerts"]), Codes{});
    EXPECT_EQ(codes(get_json("/v1/Alerts?StartDate=2026-11-22T13:04:07Z&EndDate="
                             "2026-11-22T13:04:07Z")["alerts"]),
              Codes{"12200"});
    EXPECT_EQ(error_of(get("/v1/Alerts?LogLevel=loud")), "400 20422");
}

TEST_F(Alerts, EventsAreTheAuditLog) {
    const CommunitySid community = CommunitySid::generate();
    const std::string key = "SK" + std::string(32, 'a');
    ASSERT_TRUE(audit_->add({at(0), "key " + key + " 127.0.0.1", "queue.create", community, "{}"}));
    ASSERT_TRUE(audit_->add({at(1), "api 127.0.0.1", "number.update", community,
                             R"({"sid":"PN1","before":{"a":1},"after":{"a":2}})"}));
    ASSERT_TRUE(audit_->add({at(2), "cli root@host", "community.create", community, "A"}));
    database_->flush();
    const auto body = get_json("/v1/Events");
    ASSERT_EQ(body["events"].size(), 3u);
    const auto& event = body["events"][1];
    EXPECT_EQ(body["meta"]["key"], "events");
    EXPECT_EQ(event["event_type"], "number.update");
    EXPECT_EQ(event["actor_sid"], account_.str());
    EXPECT_EQ(event["resource_sid"], "PN1");
    EXPECT_EQ(event["event_data"]["before"]["a"], 1);
    EXPECT_EQ(event["event_date"], "2026-11-22T13:04:06Z");
    EXPECT_EQ(body["events"][0]["source"], "cli");
    EXPECT_EQ(get_json("/v1/Events/" + event["sid"].get<std::string>()), event);
    EXPECT_EQ(get_json("/v1/Events?EventType=number.update")["events"].size(), 1u);
    EXPECT_EQ(get_json("/v1/Events?ResourceSid=PN1")["events"].size(), 1u);
    EXPECT_EQ(body["events"][2]["actor_sid"], key);
    EXPECT_EQ(get_json("/v1/Events?ActorSid=" + key)["events"], Json::array({body["events"][2]}));
    EXPECT_EQ(get_json("/v1/Events?ActorSid=" + account_.str())["events"].size(), 2u);
    EXPECT_EQ(get_json("/v1/Events?EndDate=2026-11-21")["events"].size(), 0u);
    EXPECT_EQ(error_of(get("/v1/Events/AE00000000000000000000000000000000")), "404 20404");
}

}  // namespace
}  // namespace skyn3t::rest::test
