#include "server/call_prices.hpp"

#include <gtest/gtest.h>

#include <map>

#include "support/fake_clock.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::server {
namespace {

using namespace std::chrono_literals;

// A Twilio that knows calls and what they cost.
class PriceList final : public twilio::Transport {
  public:
    Result<twilio::Response> send(const twilio::Request& request) override {
        asked.push_back(request.path);
        if (is_down) return fail(Errc::unavailable, "no route");
        for (const auto& [sid, price] : prices)
            if (request.path.find(sid) != std::string::npos)
                return twilio::Response{200,
                                        {},
                                        R"({"sid":")" + sid + R"(","status":"completed","price":)" +
                                            price + R"(,"price_unit":"USD"})"};
        return twilio::Response{404, {}, R"({"code":20404,"message":"no such call"})"};
    }

    std::map<std::string, std::string> prices;  // sid to JSON
    std::vector<std::string> asked;
    bool is_down = false;
};

class CallPricesTest : public testing::Test {
  protected:
    model::CallRecord ended_call() {
        model::CallRecord call;
        call.sid = CallSid::generate();
        call.community = CommunitySid::generate();
        call.status = model::CallStatus::completed;
        call.start_time = clock.wall() + std::chrono::seconds(count_++);
        call.answer_time = call.start_time;
        call.end_time = call.start_time + 30s;
        call.node = "twilio";
        EXPECT_TRUE(store.save(call));
        database->flush();
        return call;
    }
    std::string price_of(const model::CallRecord& call) {
        database->flush();
        const auto found = store.find_any(call.sid).value();
        return found->price + found->price_unit;
    }

    test::TemporaryDirectory directory;
    test::FakeClock clock;
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, clock).value();
    store::CallStore store{*database};
    PriceList twilio;
    twilio::Client client{
        twilio, "AC00000000000000000000000000000001",
        twilio::Patience{
            .first = 1ms, .longest = 1ms, .tries = 1, .wait = [](auto) { return true; }}};
    CallPrices prices{client, store, clock, "twilio"};

  private:
    int count_ = 0;
};

TEST_F(CallPricesTest, APriceThatTwilioKnowsIsWrittenAndNotAskedForAgain) {
    const auto call = ended_call();
    twilio.prices[call.sid.str()] = R"("-0.0085")";
    EXPECT_EQ(prices.look(), 1u);
    EXPECT_EQ(price_of(call), "-0.0085USD");
    twilio.asked.clear();
    EXPECT_EQ(prices.look(), 0u);
    EXPECT_TRUE(twilio.asked.empty());
}

TEST_F(CallPricesTest, OneThatIsNotKnownYetIsAskedForAgainForADay) {
    const auto call = ended_call();
    twilio.prices[call.sid.str()] = "null";
    EXPECT_EQ(prices.look(), 0u);
    EXPECT_EQ(price_of(call), "");
    clock.advance(25h);
    twilio.asked.clear();
    EXPECT_EQ(prices.look(), 0u);
    EXPECT_TRUE(twilio.asked.empty());
}

TEST_F(CallPricesTest, ACallThatTwilioDoesNotKnowKeepsNoOtherFromItsPrice) {
    ended_call();
    const auto known = ended_call();
    twilio.prices[known.sid.str()] = R"("-0.01")";
    EXPECT_EQ(prices.look(), 1u);
    EXPECT_EQ(price_of(known), "-0.01USD");
}

TEST_F(CallPricesTest, WithoutTwilioALookEndsAtTheFirstCall) {
    ended_call();
    ended_call();
    twilio.is_down = true;
    EXPECT_EQ(prices.look(), 0u);
    EXPECT_EQ(twilio.asked.size(), 1u);
}

}  // namespace
}  // namespace skyn3t::server
