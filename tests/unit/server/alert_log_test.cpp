#include "server/alert_log.hpp"

#include "base/timer_wheel.hpp"
#include "support/fake_clock.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::server {
namespace {

class AlertLogTest : public testing::Test {
  protected:
    void answer(const std::string& body) {
        http::ClientResponse response;
        response.status = 200;
        response.body = body;
        twiml::FetchRequest request;
        request.url = "https://app.example.cl/voice";
        log.add(call, request, response, clock.now());
    }
    std::vector<model::Exchange> stored() {
        database->flush();
        return store.exchanges(call.community, call.sid).value();
    }
    std::int64_t octets_of_bodies() {
        static constexpr store::PlatformQuery kOctets{
            "test_octets", "SELECT SUM(LENGTH(body)) FROM exchange_bodies"};
        return database
            ->read([](store::Session& session) {
                return session.query_one(kOctets, {},
                                         [](const store::Row& row) { return row.integer(0); });
            })
            .value()
            .value_or(0);
    }

    test::TemporaryDirectory directory;
    test::FakeClock clock;
    TimerWheel wheel{clock};
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, clock).value();
    store::AlertStore store{*database};
    AlertLog log{wheel, store, 50'000};
    const call::CallRef call{CallSid::generate(), CommunitySid::generate()};
};

TEST_F(AlertLogTest, AnAnswerThatComesAgainIsStoredOnceAndShownEachTime) {
    const std::string document(15'000, 'x');
    for (int i = 0; i < 20; ++i) answer(document);
    const auto exchanges = stored();
    ASSERT_EQ(exchanges.size(), 20u);
    for (const auto& each : exchanges) EXPECT_EQ(each.body, document);
    EXPECT_EQ(octets_of_bodies(), 15'000);
}

TEST_F(AlertLogTest, WhatOneCommunityWritesInADayIsBoundedInOctets) {
    for (char c = 'a'; c <= 'z'; ++c) answer(std::string(15'000, c));
    EXPECT_EQ(stored().size(), 3u);
    clock.advance(std::chrono::hours(24));
    answer("the next day");
    EXPECT_EQ(stored().size(), 4u);
}

}  // namespace
}  // namespace skyn3t::server
