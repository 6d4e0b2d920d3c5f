#include "rest/event_stream.hpp"

#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

struct FakeEventStreams final : EventStreams {
    std::optional<EventSubscription> asked;
    std::optional<Errc> refuses;

    Result<void> subscribe(EventSubscription subscription,
                           const http::Responder& responder) override {
        if (refuses) return fail(*refuses, "refused");
        asked = std::move(subscription);
        responder.respond({200, "text/event-stream", "retry: 3000\n\n", {}});
        return {};
    }
};

class EventStreamApi : public test::ApiTest {
  protected:
    EventStreamApi() {
        add_event_stream(
            router_,
            {*calls_, *resources_, changes_, communities_, provisionings_, registrations_,
             recordings_, blocks_, verifications_, documents_, previews_, cloud_calls_, status_,
             *accounts_, *signing_, *usage_, *audit_, box_, clock_},
            streams_);
    }
    http::BasicCredentials key_of(const std::string& code) {
        http::Params form{{"FriendlyName", code}};
        if (!code.empty()) form.add("CommunityCode", code);
        const Json key = make("Keys", form);
        return {key["sid"].get<std::string>(), key["secret"].get<std::string>()};
    }
    http::ClientResponse stream_as(const http::BasicCredentials& who,
                                   const std::string& query = "") {
        auto wanted = request("/v1/Events/Stream" + query);
        wanted.credentials = who;
        return send(std::move(wanted));
    }
    http::BasicCredentials account() const { return {account_.str(), kToken}; }

    FakeEventStreams streams_;
};

TEST_F(EventStreamApi, TellsTheAccountEverything) {
    const auto answer = stream_as(account());
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.find("Content-Type"), "text/event-stream");
    EXPECT_EQ(streams_.asked->community, std::nullopt);
    EXPECT_TRUE(streams_.asked->types.empty());
    EXPECT_EQ(streams_.asked->last_id, std::nullopt);
}

TEST_F(EventStreamApi, IsNarrowedToTypesAndACommunity) {
    const auto a = declare("A", "+56222222222");
    stream_as(account(), "?EventType=skyn3t.call&EventType=skyn3t.alert&CommunityCode=A");
    EXPECT_EQ(streams_.asked->community, a);
    EXPECT_EQ(streams_.asked->types, (std::vector<std::string>{"skyn3t.call", "skyn3t.alert"}));
    EXPECT_EQ(error_of(stream_as(account(), "?EventType=skyn3t.cal")), "400 20422");
    EXPECT_EQ(error_of(stream_as(account(), "?EventType=")), "400 20422");
    EXPECT_EQ(error_of(stream_as(account(), "?CommunityCode=NADA")), "404 20404");
}

TEST_F(EventStreamApi, NarrowsEachCommunitysKeyToItsOwn) {
    const std::map<std::string, CommunitySid> communities{{"A", declare("A", "+56222222222")},
                                                          {"B", declare("B", "+56223333333")},
                                                          {"C", declare("C", "+56224444444")}};
    for (const auto& [mine, sid] : communities) {
        const auto key = key_of(mine);
        for (const auto& [code, other] : communities) {
            streams_.asked.reset();
            const auto answer = stream_as(key, "?CommunityCode=" + code);
            if (code == mine) {
                EXPECT_EQ(streams_.asked->community, sid);
            } else {
                EXPECT_EQ(error_of(answer), "404 20404") << mine << " asks for " << code;
                EXPECT_FALSE(streams_.asked);
            }
        }
        stream_as(key);
        EXPECT_EQ(streams_.asked->community, sid);
        EXPECT_EQ(streams_.asked->caller, key.user) << "its streams are counted together";
    }
}

TEST_F(EventStreamApi, GoesOnAfterTheLastEventThatTheClientHas) {
    auto wanted = request("/v1/Events/Stream");
    wanted.headers.add("Last-Event-ID", "19af-42");
    send(std::move(wanted));
    EXPECT_EQ(streams_.asked->last_id, "19af-42");
}

TEST_F(EventStreamApi, SaysWhyThereIsNone) {
    streams_.refuses = Errc::too_many;
    EXPECT_EQ(error_of(stream_as(account())), "429 20429");
    streams_.refuses = Errc::unsupported;
    EXPECT_EQ(stream_as(account()).status, 505);
}

TEST(EventTypes, AreNamedAsAWholeOrByTheirBeginning) {
    EXPECT_TRUE(is_of_type("skyn3t.call.begun", "skyn3t.call.begun"));
    EXPECT_TRUE(is_of_type("skyn3t.call.begun", "skyn3t.call"));
    EXPECT_TRUE(is_of_type("skyn3t.call.begun", "skyn3t"));
    EXPECT_FALSE(is_of_type("skyn3t.call.begun", "skyn3t.call.beg"));
    EXPECT_FALSE(is_of_type("skyn3t.call", "skyn3t.call.begun"));
    EXPECT_FALSE(is_of_type("skyn3t.call", ""));
}

}  // namespace
}  // namespace skyn3t::rest
