#include "server/callbacks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "support/fake_clock.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::server {
namespace {

class CallbacksTest : public testing::Test {
  protected:
    call::CallRef call(char digit, const CommunitySid& community = {}) const {
        return {*CallSid::parse("CA" + std::string(32, digit)), community};
    }
    void send(const call::CallRef& of, const std::string& number) { send(callbacks, of, number); }
    void send(Callbacks& through, const call::CallRef& of, const std::string& number) {
        twiml::FetchRequest request;
        request.url = "https://a.example.cl/progress";
        request.parameters = {{"SequenceNumber", number}};
        through.send(of, std::move(request));
    }
    // The application answers the request with that index.
    void answer(std::size_t index,
                http::FetchResult result = http::ClientResponse{204, {}, {}, {}, {}}) {
        answers.at(index)(std::move(result));
        loop.settle();
    }
    std::vector<std::string> numbers() const {
        std::vector<std::string> all;
        for (const auto& request : requests)
            all.emplace_back(request.form.find("SequenceNumber").value_or("?"));
        return all;
    }
    // "15003 warning": the alerts so far, oldest first.
    std::vector<std::string> codes() {
        database->flush();
        std::vector<std::string> all;
        const auto found = store.list_all({}).value();
        for (auto alert = found.rbegin(); alert != found.rend(); ++alert)
            all.push_back(std::to_string(alert->code) + " " +
                          std::string(to_string(model::level_of(alert->code))));
        return all;
    }
    using Numbers = std::vector<std::string>;

    test::FakeLoop loop;
    std::vector<http::ClientRequest> requests;
    std::vector<http::Client::Completion> answers;
    bool is_full = false;
    test::TemporaryDirectory directory;
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, loop.clock).value();
    store::AlertStore store{*database};
    AlertLog alerts{loop.wheel, store};
    HttpTransport transport = [this](http::ClientRequest request, http::Client::Completion done) {
        if (is_full) return Result<void>(fail(Errc::too_many, "full"));
        requests.push_back(std::move(request));
        answers.push_back(std::move(done));
        return Result<void>();
    };
    const SigningSecretOf secret_of = [](const CommunitySid& community) {
        return model::Secret("secret of " + community.str());
    };
    Callbacks callbacks{loop.io.get_executor(), loop.clock, transport, alerts,
                        Callbacks::Options{secret_of, 3}};
    Callbacks two_at_a_time{loop.io.get_executor(), loop.clock, transport, alerts,
                            Callbacks::Options{secret_of, 100, 2}};
    const CommunitySid slow = CommunitySid::generate();
};

TEST_F(CallbacksTest, AreSignedFormsThatAreTriedOnceMore) {
    send(call('1'), "0");
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].signing_token, "secret of " + call('1').community.str());
    EXPECT_EQ(requests[0].retries, 1u);
    answer(0);
}

TEST_F(CallbacksTest, OfOneCallGoOneAfterTheOther) {
    send(call('1'), "0");
    send(call('1'), "1");
    EXPECT_EQ(numbers(), Numbers{"0"});
    answer(0);
    EXPECT_EQ(numbers(), (Numbers{"0", "1"}));
    answer(1);
    EXPECT_EQ(callbacks.size(), 0u);
}

TEST_F(CallbacksTest, OfDifferentCallsGoSideBySide) {
    send(call('1'), "0");
    send(call('2'), "0");
    EXPECT_EQ(requests.size(), 2u);
    answer(1);
    answer(0);
}

TEST_F(CallbacksTest, TheNextGoesWhateverBecameOfTheOneBefore) {
    send(call('1'), "0");
    send(call('1'), "1");
    answer(0, tl::unexpected(http::FetchError{11202, Errc::unavailable, "refused"}));
    EXPECT_EQ(requests.size(), 2u);
    answer(1, http::ClientResponse{500, {}, {}, {}, {}});
    EXPECT_EQ(callbacks.size(), 0u);
    auto raised = codes();
    std::sort(raised.begin(), raised.end());  // both in one moment
    EXPECT_EQ(raised, (Numbers{"11202 error", "15003 warning"}));
}

TEST_F(CallbacksTest, AreExchangesOfTheirCall) {
    send(call('1'), "0");
    loop.run_for(std::chrono::milliseconds(120));
    http::ClientResponse response{404, {}, "<p>no</p>", {}, {}};
    response.headers.add("Content-Type", "text/html");
    answer(0, std::move(response));
    database->flush();
    const auto found = store.exchanges(CommunitySid{}, call('1').sid).value();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].url, "https://a.example.cl/progress");
    EXPECT_EQ(found[0].method, "POST");
    EXPECT_EQ(found[0].status, 404);
    EXPECT_EQ(found[0].duration, std::chrono::milliseconds(120));
    EXPECT_EQ(found[0].content_type, "text/html");
    EXPECT_EQ(found[0].body, "<p>no</p>");
    EXPECT_EQ(found[0].parameters.at(0),
              (std::pair<std::string, std::string>{"SequenceNumber", "0"}));
}

TEST_F(CallbacksTest, BeyondTheLimitAreDropped) {
    for (const char* number : {"0", "1", "2", "3"}) send(call('1'), number);
    EXPECT_EQ(callbacks.size(), 3u);
    for (std::size_t index = 0; index < 3; ++index) answer(index);
    EXPECT_EQ(numbers(), (Numbers{"0", "1", "2"}));
    EXPECT_EQ(codes(), Numbers{"15002 error"});
    send(call('1'), "4");
    EXPECT_EQ(requests.size(), 4u);
    answer(3);
}

TEST_F(CallbacksTest, OfOneCommunityWaitWhileAsManyAsItMayHaveAreOnTheirWay) {
    for (const char digit : {'1', '2', '3', '4'})
        send(two_at_a_time, call(digit, slow), std::string(1, digit));
    EXPECT_EQ(numbers(), (Numbers{"1", "2"}));
    send(two_at_a_time, call('9', CommunitySid::generate()), "another's");
    EXPECT_EQ(numbers(), (Numbers{"1", "2", "another's"}));
    answer(1);
    EXPECT_EQ(numbers().back(), "3");
    answer(0);
    EXPECT_EQ(numbers().back(), "4");
    for (const std::size_t index : {2u, 3u, 4u}) answer(index);
    EXPECT_EQ(two_at_a_time.size(), 0u);
}

TEST_F(CallbacksTest, OfACallStayInTheirOrderAndLetTheOtherCallsGoBetweenThem) {
    send(two_at_a_time, call('1', slow), "1 first");
    send(two_at_a_time, call('1', slow), "1 second");
    send(two_at_a_time, call('2', slow), "2 first");
    send(two_at_a_time, call('3', slow), "3 first");
    answer(0);
    EXPECT_EQ(numbers(), (Numbers{"1 first", "2 first", "3 first"}));
    answer(1);
    EXPECT_EQ(numbers().back(), "1 second");
    answer(2);
    answer(3);
    EXPECT_EQ(two_at_a_time.size(), 0u);
}

TEST_F(CallbacksTest, OfOneCommunityBeyondItsLimitTakeNothingFromAnother) {
    for (const char* number : {"0", "1", "2", "3"}) send(call('1', slow), number);
    send(call('2', CommunitySid::generate()), "another's");
    EXPECT_EQ(callbacks.size(), 4u);
    EXPECT_EQ(numbers(), (Numbers{"0", "another's"}));
    for (const std::size_t index : {0u, 1u, 2u, 3u}) answer(index);
    EXPECT_EQ(callbacks.size(), 0u);
}

TEST_F(CallbacksTest, ThatTheClientDoesNotTakeAreDropped) {
    is_full = true;
    send(call('1'), "0");
    send(call('1'), "1");
    loop.settle();
    EXPECT_EQ(callbacks.size(), 0u);
}

TEST(CallbackAnswer, IsExpectedWhenItIsNothingOrAnEmptyDocument) {
    const auto expected = [](int status, const std::string& type, const std::string& body) {
        http::ClientResponse response{status, {}, body, {}, {}};
        if (!type.empty()) response.headers.add("Content-Type", type);
        return is_expected_answer(response);
    };
    EXPECT_TRUE(expected(204, "", ""));
    EXPECT_TRUE(expected(200, "text/xml; charset=utf-8", "<Response/>"));
    EXPECT_TRUE(expected(200, "", ""));
    EXPECT_FALSE(expected(200, "text/html", "<p>hola</p>"));
    EXPECT_FALSE(expected(404, "text/xml", "<Response/>"));
    EXPECT_FALSE(expected(500, "", ""));
}

}  // namespace
}  // namespace skyn3t::server
