#include "http/server.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "raw_socket.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

class HttpServer : public testing::Test {
  protected:
    HttpServer() {
        router_.add_sync("GET", "/hello", [](const Request& request) {
            Response response;
            response.content_type = "text/plain";
            response.body = "hola " + std::string(request.query.find("name").value_or("mundo"));
            return response;
        });
        router_.add_sync("POST", "/form", [](const Request& request) {
            Response response;
            response.body = std::string(request.form.find("To").value_or("none"));
            return response;
        });
        router_.add_sync(
            "POST", "/upload",
            [](const Request& request) {
                Response response;
                response.body = request.body;
                return response;
            },
            20);
        router_.add("GET", "/later",
                    [this](const Request&, Responder responder) { asked_.set_value(responder); });
    }

    std::uint16_t start(ServerOptions options = {}) {
        options.port = 0;
        server_ = Server::start(options, router_).value();
        return server_->port();
    }

    Router router_;
    std::promise<Responder> asked_;
    std::unique_ptr<Server> server_;
};

TEST_F(HttpServer, AnswersOnTheFreePortItWasGiven) {
    const auto port = start();
    ASSERT_NE(port, 0);
    RawClient client(port);
    client.send(
        "GET /hello?name=Mar%C3%ADa+Jos%C3%A9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("Content-Type: text/plain\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhola María José")) << answer;
}

TEST_F(HttpServer, AnswersHeadAsGetWithoutTheBody) {
    RawClient client(start());
    client.send(
        "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello?name=b HTTP/1.1\r\nHost: x\r\n"
        "Connection: close\r\n\r\n");
    const auto answers = client.read_all();
    EXPECT_NE(answers.find("Content-Length: 10\r\n"), std::string::npos) << answers;
    EXPECT_EQ(answers.find("hola mundo"), std::string::npos) << answers;
    EXPECT_TRUE(answers.ends_with("\r\n\r\nhola b")) << answers;
}

TEST_F(HttpServer, SaysOfEachRequestWhatTwiliosApiSays) {
    RawClient client(start());
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    EXPECT_NE(answer.find("Twilio-Request-Id: RQ"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Twilio-Concurrent-Requests: 1\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Twilio-Request-Duration: "), std::string::npos) << answer;
}

TEST_F(HttpServer, KeepsTheConnectionForTheNextRequest) {
    RawClient client(start());
    for (int i = 0; i < 3; ++i) {
        client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_NE(client.read_until("hola mundo").find("200 OK"), std::string::npos);
    }
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
    RawClient client(start());
    client.send(
        "GET /hello?name=a HTTP/1.1\r\nHost: x\r\n\r\nGET /hello?name=b HTTP/1.1\r\nHost: x\r\n\r\n"
        "GET /hello?name=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    const auto a = answer.find("hola a");
    const auto b = answer.find("hola b");
    const auto c = answer.find("hola c");
    EXPECT_TRUE(a < b && b < c && c != std::string::npos) << answer;
}

TEST_F(HttpServer, ReadsAFormAlsoInChunks) {
    RawClient client(start());
    client.send(
        "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: chunked\r\nConnection: "
        "close\r\n\r\n7\r\nTo=%2B5\r\n3\r\n622\r\n0\r\n\r\n");
    EXPECT_TRUE(client.read_all().ends_with("\r\n\r\n+5622"));
}

TEST_F(HttpServer, AcceptsTheAbsoluteFormOfATarget) {
    RawClient client(start());
    client.send("GET http://example.cl/hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.read_all().ends_with("hola mundo"));
}

TEST_F(HttpServer, AnswersABrokenFormWith400) {
    RawClient client(start());
    client.send(
        "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 4\r\nConnection: close\r\n\r\na=%2");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 400 "));
}

TEST_F(HttpServer, AnswersABodyOverItsLimitWith413) {
    ServerOptions options;
    options.max_body = 10;
    RawClient client(start(options));
    client.send(
        "POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nConnection: "
        "close\r\n\r\n01234567890");
    const auto answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_NE(answer.find("20413"), std::string::npos);
}

TEST_F(HttpServer, AnswersAnAddressOverItsLimitWith414AndAFieldWith431) {
    const auto port = start();
    const auto answer_to = [port](const std::string& request) {
        RawClient client(port);
        client.send(request);
        return client.read_all();
    };
    const std::string end = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    const std::string path = "/hello?name=";
    EXPECT_TRUE(answer_to("GET " + path + std::string(8192 - path.size(), 'a') + end + "\r\n")
                    .starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(answer_to("GET " + path + std::string(8193 - path.size(), 'a') + end + "\r\n")
                    .starts_with("HTTP/1.1 414 "));
    EXPECT_TRUE(answer_to("GET /hello" + end + "X: " + std::string(8192, 'a') + "\r\n\r\n")
                    .starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(answer_to("GET /hello" + end + "X: " + std::string(8193, 'a') + "\r\n\r\n")
                    .starts_with("HTTP/1.1 431 "));
}

TEST_F(HttpServer, TakesALargerBodyWhereTheRouteSaysSo) {
    ServerOptions options;
    options.max_body = 10;
    const auto port = start(options);
    const auto answer_to = [port](const std::string& body) {
        RawClient client(port);
        client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
        return client.read_all();
    };
    EXPECT_TRUE(answer_to("01234567890123456789").ends_with("\r\n\r\n01234567890123456789"));
    const auto refused = answer_to("012345678901234567890");
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 413 ")) << refused;
    EXPECT_NE(refused.find("has 21 octets; at most 20 are taken"), std::string::npos) << refused;
}

// What is no HTTP/1.1 by RFC 9112; each kind is in request_framing_test.cpp.
TEST_F(HttpServer, AnswersWhatIsNotHttpAndClosesTheConnection) {
    const auto port = start();
    const std::string post = "POST /form HTTP/1.1\r\nHost: x\r\n";
    for (const auto& [octets, status] :
         {std::pair(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "400"),
          std::pair(std::string("GET\r\n\r\n"), "400"),
          std::pair("GET /hello HTTP/1.1\r\nX: " + std::string(40000, 'a') + "\r\n\r\n", "431"),
          std::pair("GET /" + std::string(40000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
          std::pair(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
          std::pair(post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456", "400"),
          std::pair(post + "Content-Length: -1\r\n\r\n", "400"),
          std::pair(std::string("GET /hello HTTP/1.1\r\n\r\n"), "400"),
          std::pair(std::string("GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), "400"),
          std::pair(std::string("GET /hello HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"), "400"),
          std::pair(std::string("GET /hello HTTP/1.1\nHost: x\n\n"), "400")}) {
        RawClient client(port);
        client.send(octets);
        const auto answer = client.read_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::string(status)))
            << octets.substr(0, 60) << "\n"
            << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    }
    RawClient client(port);
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(client.read_all(), "") << "and serves the next one";
}

TEST_F(HttpServer, AnswersWhatCameBeforeAMalformedRequestFirst) {
    RawClient client(start());
    client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\n\r\n");
    asked_.get_future().get().respond(Response{.body = "first"});
    const auto answers = client.read_all();
    EXPECT_TRUE(answers.starts_with("HTTP/1.1 200 OK\r\n")) << answers;
    EXPECT_LT(answers.find("first"), answers.find("HTTP/1.1 400 ")) << answers;
    EXPECT_NE(answers.find("HTTP/1.1 400 "), std::string::npos) << answers;
}

// RFC 9110, section 10.1.1.
TEST_F(HttpServer, TellsAClientThatWaitsWithItsBodyToGoOn) {
    RawClient client(start());
    const std::string head =
        "POST /form HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\n";
    for (int i = 0; i < 2; ++i) {
        client.send(head);
        EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
        client.send("To=5");
        EXPECT_TRUE(client.read_until("\r\n\r\n5").starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

TEST_F(HttpServer, TellsAWaitingClientAtOnceThatItsBodyIsTooLarge) {
    ServerOptions options;
    options.max_body = 10;
    RawClient client(start(options));
    client.send(
        "POST /form HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Length: 1000\r\n\r\n");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpServer, KeepsTheInterimAnswerBehindTheAnswerBefore) {
    RawClient client(start());
    client.send(
        "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    asked_.get_future().get().respond(Response{.body = "first"});
    EXPECT_TRUE(client.read_until("first").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_TRUE(client.read_until("abc").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServer, ClosesARequestThatNeverEnds) {
    ServerOptions options;
    options.read_timeout = 50ms;
    RawClient client(start(options));
    client.send("GET /hello HTTP/1.1\r\nHost:");
    EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpServer, ClosesAConnectionOverItsLimitAtOnce) {
    ServerOptions options;
    options.max_connections = 1;
    const auto port = start(options);
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    RawClient first(port);
    first.send(hello);
    EXPECT_NE(first.read_until("hola mundo"), "");
    RawClient second(port);
    second.send(hello);
    EXPECT_EQ(second.read_all(), "");
    first.send(hello);
    EXPECT_NE(first.read_until("hola mundo"), "") << "the first is not disturbed";
}

TEST_F(HttpServer, ClosesTheConnectionsOfOneAddressOverItsLimit) {
    ServerOptions options;
    options.max_connections_per_address = 2;
    const auto port = start(options);
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 2; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
        clients.back()->send(hello);
        EXPECT_NE(clients.back()->read_until("hola mundo"), "");
    }
    RawClient third(port);
    third.send(hello);
    EXPECT_EQ(third.read_all(), "");
    RawClient neighbour(port, "127.0.0.2");
    neighbour.send(hello);
    EXPECT_NE(neighbour.read_until("hola mundo"), "") << "another address is not shut out";
}

TEST_F(HttpServer, StopsUnderConnectionsThatAreKept) {
    RawClient client(start());
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client.read_until("hola mundo"), "");
    server_.reset();
    EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpServer, LetsAHandlerAnswerLaterFromAnotherThread) {
    RawClient client(start());
    client.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    asked_.get_future().get().respond(Response{.status = 202, .body = "{}"});
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 202 Accepted\r\n"));
}

TEST_F(HttpServer, NeverWritesAHeaderThatSplitsTheResponse) {
    router_.add_sync("GET", "/split", [](const Request&) {
        Response response;
        response.headers.add("X-Name", "a\r\nX-Evil: 1");
        return response;
    });
    RawClient client(start());
    client.send("GET /split HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.read_all().find("X-Evil"), std::string::npos);
}

TEST_F(HttpServer, AnswersARequestInFlightWith503WhenItStops) {
    RawClient client(start());
    client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    const Responder responder = asked_.get_future().get();
    server_->stop();
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 503 "));
    server_.reset();
    responder.respond(Response{});  // goes nowhere
}

TEST_F(HttpServer, WaitsForARequestInFlightForItsGrace) {
    RawClient client(start());
    client.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const Responder responder = asked_.get_future().get();
    auto stopped = std::async(std::launch::async, [this] { server_->stop(30s); });
    responder.respond(Response{.body = "done"});
    EXPECT_TRUE(client.read_all().ends_with("done"));
    EXPECT_EQ(stopped.wait_for(10s), std::future_status::ready);
}

TEST_F(HttpServer, StopsTwiceWithoutHarm) {
    start();
    server_->stop();
    server_->stop();
}

TEST_F(HttpServer, SaysWhichAddressItCannotHave) {
    ServerOptions options;
    options.port = start();
    const auto second = Server::start(options, router_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::io_error);
    EXPECT_NE(second.error().detail.find("127.0.0.1:" + std::to_string(options.port)),
              std::string::npos);
}

TEST(ParseListen, ReadsAddressAndPort) {
    EXPECT_EQ(parse_listen("127.0.0.1:8080")->port, 8080);
    EXPECT_EQ(parse_listen("[::1]:0")->address, "::1");
    for (const char* text :
         {"", "8080", "localhost:80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x"})
        EXPECT_FALSE(parse_listen(text)) << text;
}

}  // namespace
}  // namespace skyn3t::http
