#include "server/callbacks.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/fake_clock.hpp"

namespace skyn3t::server {
namespace {

class CallbacksTest : public testing::Test {
  protected:
    call::CallRef call(char digit) const {
        return {*CallSid::parse("CA" + std::string(32, digit)), CommunitySid{}};
    }
    void send(const call::CallRef& of, const std::string& number) {
        twiml::FetchRequest request;
        request.url = "https://a.example.cl/progress";
        request.parameters = {{"SequenceNumber", number}};
        callbacks.send(of, std::move(request));
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
    using Numbers = std::vector<std::string>;

    test::FakeLoop loop;
    std::vector<http::ClientRequest> requests;
    std::vector<http::Client::Completion> answers;
    bool is_full = false;
    Callbacks callbacks{loop.io.get_executor(),
                        [this](http::ClientRequest request, http::Client::Completion done) {
                            if (is_full) return Result<void>(fail(Errc::too_many, "full"));
                            requests.push_back(std::move(request));
                            answers.push_back(std::move(done));
                            return Result<void>();
                        },
                        Callbacks::Options{model::Secret("token"), 3}};
};

TEST_F(CallbacksTest, AreSignedFormsThatAreTriedOnceMore) {
    send(call('1'), "0");
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].signing_token, "token");
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
}

TEST_F(CallbacksTest, BeyondTheLimitAreDropped) {
    for (const char* number : {"0", "1", "2", "3"}) send(call('1'), number);
    EXPECT_EQ(callbacks.size(), 3u);
    for (std::size_t index = 0; index < 3; ++index) answer(index);
    EXPECT_EQ(numbers(), (Numbers{"0", "1", "2"}));
    send(call('1'), "4");
    EXPECT_EQ(requests.size(), 4u);
    answer(3);
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
