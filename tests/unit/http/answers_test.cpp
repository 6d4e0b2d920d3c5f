#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>

#include "http/server.hpp"
#include "raw_socket.hpp"

// What the server adds to each answer, and answers that go on.
namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

class Answers : public testing::Test {
  protected:
    Answers() {
        router_.add_sync("GET", "/page", [](const Request&) {
            Response response;
            response.body = "hola";
            return response;
        });
        router_.add_sync("GET", "/kept", [](const Request&) {
            Response response;
            response.headers.add("Cache-Control", "max-age=60");
            return response;
        });
        router_.add_sync("GET", "/who", [](const Request& request) {
            Response response;
            response.body = request.remote_address;
            return response;
        });
        router_.add("GET", "/stream", [this](const Request&, const Responder& responder) {
            Response head;
            head.content_type = "text/event-stream";
            Opened& opened = opened_[count_++];
            auto stream =
                responder.stream(std::move(head), [&opened] { opened.closed.set_value(); });
            if (!stream) return responder.respond(error_response(505, 20500, "no chunks"));
            opened.stream.set_value(std::move(stream));
        });
    }
    std::uint16_t start(ServerOptions options = {}) {
        options.port = 0;
        server_ = Server::start(options, router_).value();
        return server_->port();
    }
    std::string ask(std::uint16_t port, const std::string& method, const std::string& path,
                    const std::string& fields = "") {
        RawClient client(port);
        client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + fields +
                    "\r\n");
        return client.read_all();
    }
    // Whether the client took it.
    static bool write(ResponseStream& stream, std::string chunk) {
        std::promise<bool> written;
        stream.write(std::move(chunk), [&](bool ok) { written.set_value(ok); });
        return written.get_future().get();
    }

    Router router_;
    struct Opened {
        std::promise<std::shared_ptr<ResponseStream>> stream;
        std::promise<void> closed;
    };
    std::array<Opened, 2> opened_;  // in the order of asking
    std::atomic<std::size_t> count_ = 0;
    std::unique_ptr<Server> server_;
};

bool has(const std::string& answer, std::string_view field) {
    return answer.find("\r\n" + std::string(field)) != std::string::npos;
}

TEST_F(Answers, TellBrowsersToKeepGuessAndFrameNothing) {
    const auto port = start();
    for (const auto* path : {"/page", "/nowhere"}) {
        const auto answer = ask(port, "GET", path);
        EXPECT_TRUE(has(answer, "X-Content-Type-Options: nosniff\r\n")) << answer;
        EXPECT_TRUE(has(answer, "Cache-Control: no-store\r\n"));
        EXPECT_TRUE(has(answer, "Referrer-Policy: no-referrer\r\n"));
        EXPECT_TRUE(has(answer, "Content-Security-Policy: frame-ancestors 'none'\r\n"));
        EXPECT_FALSE(has(answer, "Strict-Transport-Security")) << "without TLS";
    }
    const auto kept = ask(port, "GET", "/kept");
    EXPECT_TRUE(has(kept, "Cache-Control: max-age=60\r\n"));
    EXPECT_FALSE(has(kept, "Cache-Control: no-store"));
}

TEST_F(Answers, SayNothingOfOriginsUnlessConfigured) {
    const auto port = start();
    const auto answer = ask(port, "GET", "/page", "Origin: https://panel.example.cl\r\n");
    EXPECT_FALSE(has(answer, "Access-Control-")) << answer;
    EXPECT_FALSE(has(answer, "Vary:"));
    const auto preflight = ask(port, "OPTIONS", "/page",
                               "Origin: https://panel.example.cl\r\n"
                               "Access-Control-Request-Method: GET\r\n");
    EXPECT_TRUE(preflight.starts_with("HTTP/1.1 405 ")) << preflight;
}

TEST_F(Answers, LetTheOriginsInThatAreConfigured) {
    const auto port = start({.cors = Cors({"https://panel.example.cl"})});
    const auto answer = ask(port, "GET", "/page", "Origin: https://panel.example.cl\r\n");
    EXPECT_TRUE(has(answer, "Access-Control-Allow-Origin: https://panel.example.cl\r\n"));
    EXPECT_TRUE(has(answer, "Vary: Origin\r\n"));
    EXPECT_TRUE(has(answer, "Access-Control-Expose-Headers: "));
    EXPECT_FALSE(has(answer, "Access-Control-Allow-Credentials"));
    const auto preflight = ask(port, "OPTIONS", "/page",
                               "Origin: https://panel.example.cl\r\n"
                               "Access-Control-Request-Method: DELETE\r\n"
                               "Access-Control-Request-Headers: authorization\r\n");
    EXPECT_TRUE(preflight.starts_with("HTTP/1.1 204 ")) << preflight;
    EXPECT_TRUE(has(preflight, "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, DELETE\r\n"));
    EXPECT_TRUE(has(preflight, "Access-Control-Allow-Headers: Authorization, "));
}

TEST_F(Answers, KeepOtherOriginsOutAndCachesApart) {
    const auto port = start({.cors = Cors({"https://panel.example.cl"})});
    for (const auto* origin : {"https://panel.example.cl.evil.example", "http://panel.example.cl",
                               "https://panel.example.cl:8443", "null"}) {
        const auto field = std::string("Origin: ") + origin + "\r\n";
        const auto answer = ask(port, "GET", "/page", field);
        EXPECT_FALSE(has(answer, "Access-Control-")) << answer;
        EXPECT_TRUE(has(answer, "Vary: Origin\r\n"));
        EXPECT_FALSE(ask(port, "OPTIONS", "/page", field + "Access-Control-Request-Method: GET\r\n")
                         .starts_with("HTTP/1.1 2"));
    }
}

TEST_F(Answers, KnowTheClientBehindATrustedProxyOnly) {
    const std::string field = "X-Forwarded-For: 198.51.100.7\r\n";
    EXPECT_TRUE(ask(start(), "GET", "/who", field).ends_with("\r\n\r\n127.0.0.1"));
    const auto trusted = Networks::parse({"127.0.0.1"}).value();
    EXPECT_TRUE(
        ask(start({.trusted_proxies = trusted}), "GET", "/who", field).ends_with("198.51.100.7"));
}

TEST_F(Answers, MayGoOnInChunks) {
    RawClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto stream = opened_[0].stream.get_future().get();
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_TRUE(has(head, "Content-Type: text/event-stream\r\n")) << head;
    EXPECT_TRUE(has(head, "Transfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(write(*stream, "uno"));
    EXPECT_EQ(client.read_until("uno\r\n"), "3\r\nuno\r\n");
    EXPECT_TRUE(write(*stream, "cinco"));
    EXPECT_EQ(client.read_until("cinco\r\n"), "5\r\ncinco\r\n");
    stream->end();
    EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_FALSE(write(*stream, "tarde"));
    client.send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client.read_until("hola"), "") << "the connection lives on";
}

TEST_F(Answers, ThatGoOnAreNotCutByTheLimitOfAHandler) {
    const auto port = start({.handler_timeout = 100ms});
    RawClient lively(port), silent(port);
    lively.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto stream = opened_[0].stream.get_future().get();
    lively.read_until("\r\n\r\n");
    silent.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto cut = opened_[1].stream.get_future().get();
    // The limit ends the one that says nothing, and by then it would have ended the other, too.
    const auto closed = opened_[1].closed.get_future();
    while (closed.wait_for(0s) != std::future_status::ready) {
        ASSERT_TRUE(write(*stream, "x"));
        ASSERT_NE(lively.read_until("x\r\n"), "");
    }
    EXPECT_FALSE(write(*cut, "x"));
    EXPECT_TRUE(write(*stream, "x"));
}

TEST_F(Answers, ThatGoOnEndWithTheirClient) {
    {
        RawClient client(start());
        client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_NE(client.read_until("\r\n\r\n"), "");
    }
    const auto stream = opened_[0].stream.get_future().get();
    EXPECT_EQ(opened_[0].closed.get_future().wait_for(10s), std::future_status::ready);
    EXPECT_FALSE(write(*stream, "nadie"));
}

TEST_F(Answers, ThatGoOnEndCleanlyWhenTheServerStops) {
    RawClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto stream = opened_[0].stream.get_future().get();
    client.read_until("\r\n\r\n");
    server_.reset();
    EXPECT_EQ(client.read_all(), "0\r\n\r\n");
    EXPECT_FALSE(write(*stream, "tarde"));
}

TEST_F(Answers, DoNotGoOnForWhoKnowsNoChunks) {
    RawClient client(start());
    client.send("GET /stream HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 505 "));
}

}  // namespace
}  // namespace skyn3t::http
