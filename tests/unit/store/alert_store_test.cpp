#include "store/alert_store.hpp"

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using model::AlertLevel;

class AlertStoreTest : public test::StoreTest {
  protected:
    model::Alert alert(std::chrono::seconds at, int code, const CommunitySid& owner) const {
        return {AlertSid::generate(),       call,  owner, clock.wall() + at, code, "por qué",
                "https://a.example.cl/voz", "POST"};
    }
    void add(const model::Alert& added) {
        ASSERT_TRUE(store().add(added));
        database->flush();
    }
    AlertStore store() { return AlertStore(*database); }
    static std::vector<int> codes(const Result<std::vector<model::Alert>>& found) {
        std::vector<int> all;
        for (const auto& each : *found) all.push_back(each.code);
        return all;
    }
    using Codes = std::vector<int>;

    CommunitySid one = CommunitySid::generate(), other = CommunitySid::generate();
    CallSid call = CallSid::generate();
};

TEST_P(AlertStoreTest, AlertsAreKeptAsTheyCame) {
    const auto first = alert(0s, 11200, one);
    add(first);
    EXPECT_EQ(store().find_any(first.sid).value(), first);
    EXPECT_EQ(store().find(one, first.sid).value(), first);
    EXPECT_EQ(store().find(other, first.sid).value(), std::nullopt);
    EXPECT_EQ(store().find_any(AlertSid::generate()).value(), std::nullopt);
}

TEST_P(AlertStoreTest, ListsAreNewestFirstAndOfOneCommunity) {
    add(alert(1s, 1, one));
    add(alert(2s, 2, other));
    add(alert(3s, 3, one));
    EXPECT_EQ(codes(store().list(one, {})), (Codes{3, 1}));
    EXPECT_EQ(codes(store().list_all({})), (Codes{3, 2, 1}));
}

TEST_P(AlertStoreTest, ListsAreNarrowed) {
    add(alert(1s, 11200, one));
    add(alert(2s, 12200, one));
    call = CallSid::generate();
    add(alert(3s, 32009, one));
    AlertFilter errors, of_call, between;
    errors.level = AlertLevel::error;
    of_call.call = call;
    between.since = clock.wall() + 2s;
    between.before = clock.wall() + 3s;
    EXPECT_EQ(codes(store().list_all(errors)), Codes{11200});
    EXPECT_EQ(codes(store().list_all(of_call)), Codes{32009});
    EXPECT_EQ(codes(store().list_all(between)), Codes{12200});
}

TEST_P(AlertStoreTest, PagesLeadBothWays) {
    std::vector<model::Alert> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(alert(std::chrono::seconds(i), i, one));
        add(all.back());
    }
    AlertFilter page;
    page.limit = 2;
    EXPECT_EQ(codes(store().list_all(page)), (Codes{4, 3}));
    page.from = AlertFilter::Cursor{all[3].time, all[3].sid.str()};
    EXPECT_EQ(codes(store().list_all(page)), (Codes{2, 1}));
    page.from = AlertFilter::Cursor{all[2].time, all[2].sid.str()};
    page.newer = true;
    EXPECT_EQ(codes(store().list(one, page)), (Codes{4, 3}));
}

TEST_P(AlertStoreTest, ExchangesAreKeptInTheirOrderAndCut) {
    model::Exchange exchange;
    exchange.call = call;
    exchange.community = one;
    exchange.time = clock.wall();
    exchange.method = "POST";
    exchange.url = "https://a.example.cl/voz";
    exchange.parameters = {{"Digits", "1"}, {"From", "+56987654321"}};
    exchange.status = 200;
    exchange.duration = 35ms;
    exchange.content_type = "text/xml";
    exchange.body = "<Response/>";
    auto second = exchange;
    second.body = std::string(AlertStore::kMaxText - 1, 'x') + "ñ";
    ASSERT_TRUE(store().add(exchange));
    ASSERT_TRUE(store().add(second));
    database->flush();
    const auto found = store().exchanges(one, call).value();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0], exchange);
    EXPECT_EQ(found[1].body, std::string(AlertStore::kMaxText - 1, 'x')) << "no half character";
    EXPECT_TRUE(store().exchanges(other, call).value().empty());
}

TEST_P(AlertStoreTest, WhatIsOldIsForgotten) {
    add(alert(1s, 1, one));
    add(alert(3s, 3, one));
    ASSERT_TRUE(store().prune(clock.wall() + 2s));
    database->flush();
    EXPECT_EQ(codes(store().list_all({})), Codes{3});
}

SKYN3T_FOR_BOTH_ENGINES(AlertStoreTest);

}  // namespace
}  // namespace skyn3t::store
