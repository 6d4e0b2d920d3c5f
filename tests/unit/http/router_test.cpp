#include "http/router.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

struct SentAnswers final : Responder::Sink {
    std::vector<Response> all;
    void respond(Response response) override { all.push_back(std::move(response)); }
};

Response ask(const Router& router, std::string method, std::string path) {
    auto answers = std::make_shared<SentAnswers>();
    Request request;
    request.method = std::move(method);
    request.target = request.path = std::move(path);
    router.handle(std::move(request), Responder(answers));
    EXPECT_EQ(answers->all.size(), 1u);
    return answers->all.at(0);
}

SyncHandler echo(std::string name) {
    return [name](const Request& request) {
        Response response;
        response.body = name;
        for (const auto& [key, value] : request.path_values)
            response.body += " " + key + "=" + value;
        return response;
    };
}

Router calls_router() {
    Router router;
    router.add_sync("GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json", echo("call"));
    router.add_sync("GET", "/2010-04-01/Accounts/{AccountSid}/Calls.json", echo("calls"));
    router.add_sync("POST", "/2010-04-01/Accounts/{AccountSid}/Calls.json", echo("create"));
    router.add_sync("GET", "/v1/Communities/{Code}", echo("community"));
    router.add_sync("GET", "/v1/Communities/All", echo("all"));
    return router;
}

TEST(Router, GivesTheHandlerTheNamesOfThePath) {
    EXPECT_EQ(ask(calls_router(), "GET", "/2010-04-01/Accounts/AC1/Calls/CA2.json").body,
              "call AccountSid=AC1 Sid=CA2");
}

TEST(Router, KnowsTheLargestBodyOfEachRoute) {
    Router router;
    router.add_sync("POST", "/v1/{Code}/Recordings/{Name}", echo("upload"), 8'000'000);
    router.add_sync("POST", "/v1/{Code}", echo("change"));
    EXPECT_EQ(router.max_body("POST", "/v1/A/Recordings/b"), 8'000'000u);
    EXPECT_FALSE(router.max_body("GET", "/v1/A/Recordings/b"));
    EXPECT_FALSE(router.max_body("POST", "/v1/A"));
    EXPECT_EQ(router.largest_body(), 8'000'000u);
}

TEST(Router, LetsTheRequestLeaveTheSuffixOut) {
    EXPECT_EQ(ask(calls_router(), "GET", "/2010-04-01/Accounts/AC1/Calls/CA2").body,
              "call AccountSid=AC1 Sid=CA2");
    EXPECT_EQ(ask(calls_router(), "GET", "/2010-04-01/Accounts/AC1/Calls").body,
              "calls AccountSid=AC1");
}

TEST(Router, DecodesTheNamesAfterSplittingThePath) {
    EXPECT_EQ(ask(calls_router(), "GET", "/v1/Communities/A%2FB%20%2B+").body,
              "community Code=A/B ++");
}

TEST(Router, PrefersALiteralToAName) {
    EXPECT_EQ(ask(calls_router(), "GET", "/v1/Communities/All").body, "all");
}

TEST(Router, AnswersAnUnknownPathWithTwiliosNotFound) {
    const auto response = ask(calls_router(), "GET", "/v1/Nothing");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body,
              R"({"code":20404,"message":"The requested resource /v1/Nothing was not found",)"
              R"("more_info":"https://www.twilio.com/docs/errors/20404","status":404})");
    for (const char* path : {"", "/", "*", "/v1/Communities/", "/v1/Communities/%zz", "/v1//All"})
        EXPECT_EQ(ask(calls_router(), "GET", path).status, 404) << path;
}

TEST(Router, AnswersInXmlWhereTwilioDoes) {
    const auto response = ask(calls_router(), "GET", "/2010-04-01/<Nothing>");
    EXPECT_EQ(response.content_type, "application/xml");
    EXPECT_EQ(
        response.body,
        "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>20404</Code>"
        "<Message>The requested resource /2010-04-01/&lt;Nothing&gt; was not found</Message>"
        "<MoreInfo>https://www.twilio.com/docs/errors/20404</MoreInfo><Status>404</Status>"
        "</RestException></TwilioResponse>");
}

TEST(Router, AnswersAnotherMethodWith405AndTheOnesAllowed) {
    const auto response = ask(calls_router(), "DELETE", "/2010-04-01/Accounts/AC1/Calls.json");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.find("Allow"), "GET, POST");
    EXPECT_NE(response.body.find("20004"), std::string::npos);
}

TEST(Router, AsksTheGuardFirst) {
    Router router = calls_router();
    router.set_guard([](const Request& request) -> std::optional<Response> {
        if (request.path == "/v1/Communities/All") return std::nullopt;
        return error_response(401, 20003, "Authenticate");
    });
    EXPECT_EQ(ask(router, "GET", "/v1/Communities/All").status, 200);
    const auto refused = ask(router, "GET", "/v1/Nothing");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.headers.find("WWW-Authenticate"), "Basic realm=\"Twilio API\"");
}

TEST(Router, AnswersAHandlersExceptionWith500) {
    Router router;
    router.add_sync("GET", "/x",
                    [](const Request&) -> Response { throw std::runtime_error("secret"); });
    const auto response = ask(router, "GET", "/x");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Router, RefusesTheSameRouteTwice) {
    Router router = calls_router();
    EXPECT_THROW(router.add_sync("GET", "/v1/Communities/{Code}", echo("again")), std::logic_error);
}

TEST(Responder, AnswersOnceHoweverManyCopiesThereAre) {
    auto answers = std::make_shared<SentAnswers>();
    {
        const Responder responder(answers);
        const Responder copy = responder;
        copy.respond(Response{.status = 204});
        responder.respond(Response{.status = 200});
    }
    ASSERT_EQ(answers->all.size(), 1u);
    EXPECT_EQ(answers->all[0].status, 204);
}

TEST(Responder, AnswersWith500WhenTheLastCopyIsDropped) {
    auto answers = std::make_shared<SentAnswers>();
    {
        Responder responder(answers);
        { const Responder copy = responder; }
        EXPECT_TRUE(answers->all.empty());
    }
    ASSERT_EQ(answers->all.size(), 1u);
    EXPECT_EQ(answers->all[0].status, 500);
}

}  // namespace
}  // namespace skyn3t::http
