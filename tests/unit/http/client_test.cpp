#include "http/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "http/server.hpp"
#include "http/signature.hpp"
#include "raw_socket.hpp"
#include "support/temporary_directory.hpp"
#include "tls_server.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using test::RawServer;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

ClientRequest get(std::string url) {
    ClientRequest request;
    request.url = std::move(url);
    request.reach = Reach::anywhere;
    return request;
}

Response text(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

Response redirect(int status, std::string location) {
    Response response;
    response.status = status;
    response.headers.add("Location", std::move(location));
    return response;
}

// Our own server as the other side.
class HttpClient : public testing::Test {
  protected:
    void serve(std::string method, std::string path, SyncHandler handler) {
        router_.add_sync(method, path, std::move(handler));
    }
    std::string url(std::string_view path) {
        if (!server_) {
            ServerOptions options;
            options.port = 0;
            server_ = Server::start(options, router_).value();
        }
        return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
    }
    int code_of(const FetchResult& result) { return result ? 0 : result.error().code; }

    Router router_;
    std::unique_ptr<Server> server_;
    Client client_;
};

TEST_F(HttpClient, FetchesWithTheParametersInTheQuery) {
    serve("GET", "/x", [](const Request& request) { return text(request.target); });
    auto request = get(url("/x?a=%20b"));
    request.form = {{"To", "+56 2"}};
    const auto result = client_.fetch(request);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(result->body, "/x?a=%20b&To=%2B56+2");
    EXPECT_EQ(result->url, url("/x?a=%20b&To=%2B56+2"));
    EXPECT_EQ(result->headers.find("content-length"), "20");
}

TEST_F(HttpClient, PostsAFormAndSignsIt) {
    serve("POST", "/voice", [this](const Request& request) {
        EXPECT_EQ(request.headers.find("Content-Type"),
                  "application/x-www-form-urlencoded; charset=utf-8");
        EXPECT_EQ(request.headers.find("User-Agent"), "TwilioProxy/1.1 (SKYN3T)");
        EXPECT_TRUE(request.headers.find("I-Twilio-Idempotency-Token"));
        return text(has_valid_signature("token", url(""), request) ? "valid" : "not valid");
    });
    auto request = get(url("/voice?tenant=a#rc=2"));
    request.method = "POST";
    request.form = {{"CallSid", "CA1"}, {"From", "+56229145248"}, {"Name", "Ñuñoa"}};
    request.signing_token = "token";
    EXPECT_EQ(client_.fetch(request)->body, "valid");
}

TEST_F(HttpClient, SignsABodyThatIsNoForm) {
    serve("POST", "/hook", [this](const Request& request) {
        return text(has_valid_signature("token", url(""), request) ? "valid" : "not valid");
    });
    auto request = get(url("/hook"));
    request.method = "POST";
    request.body = "{}";
    request.content_type = "application/json";
    request.signing_token = "token";
    EXPECT_EQ(client_.fetch(request)->body, "valid");
}

TEST_F(HttpClient, SendsCredentialsOfTheRequestAndOfTheUrl) {
    serve("GET", "/secret", [](const Request& request) {
        const auto credentials = basic_credentials(request.headers);
        if (!credentials) return error_response(401, 20003, "Authenticate");
        return text(credentials->user + " " + credentials->password);
    });
    auto request = get(url("/secret"));
    request.credentials = BasicCredentials{"AC1", "token"};
    EXPECT_EQ(client_.fetch(request)->body, "AC1 token");
    auto with_user = get(url("/secret"));
    with_user.url.insert(7, "ana:p%40ss@");
    const auto result = client_.fetch(with_user);
    EXPECT_EQ(result->body, "ana p@ss");
    EXPECT_EQ(result->url.find('@'), std::string::npos);
}

TEST_F(HttpClient, ReturnsAnErrorStatusAsAnAnswer) {
    const auto result = client_.fetch(get(url("/nothing")));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 404);
    EXPECT_EQ(code_of(require_success(result)), 11200);
}

TEST_F(HttpClient, UsesAConnectionAgain) {
    std::atomic<int> requests = 0;
    RawServer server([&](asio::ip::tcp::socket& socket) {
        for (int i = 0; i < 3; ++i) {
            std::string request;
            std::error_code error;
            asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
            if (error) return;
            ++requests;
            asio::write(socket,
                        asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
                        error);
        }
    });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client_.fetch(get(server.url()))->body, "ok");
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(requests, 3);
}

TEST_F(HttpClient, FollowsARedirectWithAGetAndANewSignature) {
    serve("POST", "/old", [](const Request&) { return redirect(302, "/new?b=2"); });
    serve("GET", "/new", [this](const Request& request) {
        return text(request.target +
                    (has_valid_signature("token", url(""), request) ? " valid" : " not valid"));
    });
    auto request = get(url("/old"));
    request.method = "POST";
    request.form = {{"Digits", "1"}};
    request.signing_token = "token";
    const auto result = client_.fetch(request);
    EXPECT_EQ(result->body, "/new?b=2 valid");
    EXPECT_EQ(result->url, url("/new?b=2"));
}

TEST_F(HttpClient, KeepsMethodAndBodyAcrossA307) {
    serve("POST", "/old", [](const Request&) { return redirect(307, "/new"); });
    serve("POST", "/new", [](const Request& request) { return text(request.body); });
    auto request = get(url("/old"));
    request.method = "POST";
    request.form = {{"Digits", "1"}};
    EXPECT_EQ(client_.fetch(request)->body, "Digits=1");
}

TEST_F(HttpClient, SendsAfterARedirectWhatTheRequestSaysAndSignsItAnew) {
    const auto signature = [this](const Request& request) {
        return has_valid_signature("token", url(""), request) ? " valid" : " not valid";
    };
    serve("POST", "/302", [](const Request&) { return redirect(302, "/new?b=2"); });
    serve("POST", "/307", [](const Request&) { return redirect(307, "/new?b=2"); });
    serve("GET", "/new", [&](const Request& request) {
        return text("GET " + request.target + signature(request));
    });
    serve("POST", "/new", [&](const Request& request) {
        return text("POST " + request.target + " " + request.body + signature(request));
    });
    auto request = get(url("/302"));
    request.method = "POST";
    request.form = {{"CallSid", "CA1"}, {"Digits", "1"}};
    request.form_after_redirect = Params{{"CallSid", "CA1"}};
    request.signing_token = "token";
    EXPECT_EQ(client_.fetch(request)->body, "GET /new?b=2&CallSid=CA1 valid");
    request.url = url("/307");
    EXPECT_EQ(client_.fetch(request)->body, "POST /new?b=2 CallSid=CA1 valid");
}

TEST_F(HttpClient, SendsTheParametersOfAGetOnceToEachHop) {
    serve("GET", "/old", [](const Request&) { return redirect(302, "/new"); });
    serve("GET", "/new", [](const Request& request) { return text(request.target); });
    auto request = get(url("/old"));
    request.form = {{"CallSid", "CA1"}, {"Digits", "1"}};
    request.form_after_redirect = Params{{"CallSid", "CA1"}};
    EXPECT_EQ(client_.fetch(request)->body, "/new?CallSid=CA1");
}

TEST_F(HttpClient, DropsCredentialsWhenTheRedirectLeavesTheServer) {
    std::string seen;
    RawServer other([&](asio::ip::tcp::socket& socket) {
        std::error_code error;
        asio::read_until(socket, asio::dynamic_buffer(seen), "\r\n\r\n", error);
        asio::write(socket, asio::buffer(std::string(kOk)), error);
    });
    serve("GET", "/old", [&](const Request&) { return redirect(302, other.url("/x")); });
    auto request = get(url("/old"));
    request.credentials = BasicCredentials{"AC1", "token"};
    EXPECT_EQ(client_.fetch(request)->body, "ok");
    EXPECT_EQ(seen.find("Authorization"), std::string::npos) << seen;
}

TEST_F(HttpClient, GivesTheUserInfoToItsOwnOriginOnlyAlsoAfterTwoRedirects) {
    std::vector<std::string> authorizations;
    Router router;
    router.add_sync("GET", "/a", [](const Request&) { return redirect(302, "/b"); });
    router.add_sync("GET", "/b", [&](const Request& request) {
        authorizations.emplace_back(request.headers.find("Authorization").value_or("none"));
        Response response = text("who?");
        response.status = 401;  // libcurl gives the credentials when it is asked for them
        response.headers.add("WWW-Authenticate", "Basic realm=\"x\"");
        return response;
    });
    ServerOptions options;
    options.port = 0;
    const auto other = Server::start(options, router).value();
    serve("GET", "/old", [&](const Request&) {
        return redirect(302, "http://127.0.0.1:" + std::to_string(other->port()) + "/a");
    });
    std::string first = url("/old");
    first.insert(first.find("://") + 3, "ana:secret@");
    const auto result = client_.fetch(get(first));
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->status, 401);
    EXPECT_EQ(authorizations, std::vector<std::string>{"none"});
}

TEST_F(HttpClient, DoesNotAskItselfWhoeverChoseTheUrl) {
    serve("POST", "/voice", [](const Request&) { return text("ours"); });
    Router router;
    router.add_sync("POST", "/x", [this](const Request&) { return redirect(307, url("/voice")); });
    ServerOptions options;
    options.port = 0;
    const auto other = Server::start(options, router).value();
    ClientOptions settings;
    settings.guard = AddressGuard::parse({"127.0.0.1"}).value();
    settings.own_url = url("");
    Client client(std::move(settings));
    for (const std::string& target :
         {url("/voice"), "http://127.0.0.1:" + std::to_string(other->port()) + "/x",
          std::string("https://127.0.0.1:1/voice"), std::string("http://127.0.0.1/voice")}) {
        ClientRequest request;
        request.url = target;
        request.method = "POST";
        EXPECT_EQ(code_of(client.fetch(request)), 11205) << target;
    }
}

TEST_F(HttpClient, GivesUpARedirectLoopAfterTen) {
    std::atomic<int> asked = 0;
    serve("GET", "/loop", [&](const Request&) {
        ++asked;
        return redirect(302, "/loop");
    });
    EXPECT_EQ(code_of(client_.fetch(get(url("/loop")))), 11215);
    EXPECT_EQ(asked, 11);
}

TEST_F(HttpClient, RefusesARedirectToAnotherScheme) {
    serve("GET", "/old", [](const Request&) { return redirect(302, "file:///etc/passwd"); });
    EXPECT_EQ(code_of(client_.fetch(get(url("/old")))), 11100);
}

TEST_F(HttpClient, KeepsTheCookiesOfOneJarApartFromAnother) {
    serve("GET", "/set", [](const Request&) {
        Response response;
        response.headers.add("Set-Cookie", "call=1; Path=/");
        return response;
    });
    serve("GET", "/get", [](const Request& request) {
        return text(std::string(request.headers.find("Cookie").value_or("none")));
    });
    auto first = get(url("/set"));
    first.cookies = std::make_shared<CookieJar>();
    ASSERT_TRUE(client_.fetch(first));
    first.url = url("/get");
    EXPECT_EQ(client_.fetch(first)->body, "call=1");
    auto second = get(url("/get"));
    EXPECT_EQ(client_.fetch(second)->body, "none");
    second.cookies = std::make_shared<CookieJar>();
    EXPECT_EQ(client_.fetch(second)->body, "none");
}

TEST_F(HttpClient, RefusesABodyOverItsLimit) {
    serve("GET", "/big", [](const Request&) { return text(std::string(64 * 1024 + 1, 'x')); });
    serve("GET", "/fits", [](const Request&) { return text(std::string(64 * 1024, 'x')); });
    EXPECT_EQ(code_of(client_.fetch(get(url("/big")))), 11750);
    EXPECT_EQ(client_.fetch(get(url("/fits")))->body.size(), 64u * 1024);
}

TEST_F(HttpClient, RefusesAPrivateAddressBeforeItConnects) {
    RawServer server{std::string(kOk)};
    auto request = get(server.url());
    request.reach = Reach::guarded;
    const auto result = client_.fetch(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, 11205);
    EXPECT_EQ(result.error().errc, Errc::forbidden);
    EXPECT_NE(result.error().detail.find("webhooks.allow"), std::string::npos);
    request.url = "http://localhost:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(client_.fetch(request).error().errc, Errc::forbidden) << "by name as well";
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClient, RefusesAPrivateAddressOnAKeptConnectionToo) {
    serve("GET", "/x", [](const Request&) { return text("ok"); });
    ASSERT_TRUE(client_.fetch(get(url("/x"))));
    auto request = get(url("/x"));
    request.reach = Reach::guarded;
    EXPECT_EQ(client_.fetch(request).error().errc, Errc::forbidden);
}

TEST_F(HttpClient, ReachesAPrivateAddressThatIsAllowed) {
    RawServer server{std::string(kOk)};
    ClientOptions options;
    options.guard = AddressGuard::parse({"127.0.0.0/8"}).value();
    Client client(options);
    auto request = get(server.url());
    request.reach = Reach::guarded;
    EXPECT_EQ(client.fetch(request)->body, "ok");
}

TEST_F(HttpClient, ReportsABadUrl) {
    for (const char* bad : {"", "/relative", "ftp://example.cl/", "http://a b/", "http://:80/"})
        EXPECT_EQ(code_of(client_.fetch(get(bad))), 11100) << bad;
}

TEST_F(HttpClient, ReportsARefusedConnection) {
    std::string dead;
    {
        RawServer server{std::string(kOk)};
        dead = server.url();
    }
    EXPECT_EQ(code_of(client_.fetch(get(dead))), 11202);
}

TEST_F(HttpClient, ReportsAnUnknownName) {
    EXPECT_EQ(code_of(client_.fetch(get("http://no-such-host.invalid/"))), 11210);
}

TEST_F(HttpClient, ReportsWhatIsNotHttp) {
    for (const char* octets :
         {"\x15\x03\x01\x02\x02\x16", "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        RawServer server{std::string(octets)};
        const int code = code_of(client_.fetch(get(server.url())));
        EXPECT_TRUE(code == 11206 || code == 11205) << octets << " " << code;
    }
}

TEST_F(HttpClient, ReportsAServerThatDoesNotAnswerInTime) {
    RawServer server([](asio::ip::tcp::socket& socket) {
        std::string rest;
        std::error_code end;
        asio::read(socket, asio::dynamic_buffer(rest), end);  // until the client gives up
    });
    auto request = get(server.url("/#rt=100"));
    const auto late = client_.fetch(request);
    EXPECT_EQ(code_of(late), 11200);
    EXPECT_EQ(late.error().errc, Errc::timeout);
    request.url = server.url("/#tt=100");
    EXPECT_EQ(client_.fetch(request).error().errc, Errc::timeout);
}

TEST_F(HttpClient, RetriesAsTheFragmentSays) {
    std::atomic<int> asked = 0;
    std::string first_token;
    serve("GET", "/flaky", [&](const Request& request) {
        const auto token =
            std::string(request.headers.find("I-Twilio-Idempotency-Token").value_or(""));
        if (++asked < 3) {
            first_token = token;
            return error_response(503, 20503, "later");
        }
        return text(token == first_token ? "same token" : "another token");
    });
    auto request = get(url("/flaky#rc=2&rp=5xx"));
    request.signing_token = "token";
    EXPECT_EQ(client_.fetch(request)->body, "same token");
    asked = 0;
    EXPECT_EQ(client_.fetch(get(url("/flaky#rc=1&rp=5xx")))->status, 503);
    EXPECT_EQ(asked, 2);
    asked = 0;
    EXPECT_EQ(client_.fetch(get(url("/flaky#rc=5")))->status, 503)
        << "connection failures only, by default";
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(code_of(client_.fetch(get(url("/flaky#rp=6xx")))), 11243);
}

TEST_F(HttpClient, CompletesACanceledRequestOnce) {
    RawServer server([](asio::ip::tcp::socket& socket) {
        std::string rest;
        std::error_code end;
        asio::read(socket, asio::dynamic_buffer(rest), end);
    });
    std::promise<FetchResult> done;
    const auto id = client_.send(get(server.url()),
                                 [&](FetchResult result) { done.set_value(std::move(result)); });
    client_.cancel(id.value());
    EXPECT_EQ(done.get_future().get().error().errc, Errc::canceled);
    client_.cancel(id.value());
}

TEST_F(HttpClient, RefusesMoreThanItsQueueHoldsAndCancelsTheRestAtTheEnd) {
    RawServer server([](asio::ip::tcp::socket& socket) {
        std::string rest;
        std::error_code end;
        asio::read(socket, asio::dynamic_buffer(rest), end);
    });
    std::atomic<int> canceled = 0;
    {
        ClientOptions options;
        options.max_pending = 2;
        Client client(options);
        const auto count = [&](FetchResult result) {
            canceled += result.error().errc == Errc::canceled;
        };
        EXPECT_TRUE(client.send(get(server.url()), count));
        EXPECT_TRUE(client.send(get(server.url()), count));
        EXPECT_EQ(client.send(get(server.url()), count).error().code, Errc::too_many);
    }
    EXPECT_EQ(canceled, 2);
}

class HttpsClient : public testing::Test {
  protected:
    // What a client that trusts `certificate` itself makes of a server that shows it.
    static FetchResult fetch_trusting(const test::Certificate& certificate) {
        RawServer server(test::serve_tls(certificate, kOk));
        const skyn3t::test::TemporaryDirectory directory;  // its own: tests run side by side
        ClientOptions options;
        options.ca_file = directory.file("ca.pem");
        certificate.write_pem(options.ca_file);
        return Client(options).fetch(get(server.url("/", "https")));
    }
};

TEST_F(HttpsClient, TalksToAServerWhoseCertificateItTrusts) {
    const auto result = fetch_trusting(test::Certificate());
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->body, "ok");
}

TEST_F(HttpsClient, RefusesASelfSignedCertificate) {
    const test::Certificate certificate;
    RawServer server(test::serve_tls(certificate, kOk));
    EXPECT_EQ(Client().fetch(get(server.url("/", "https"))).error().code, 11237);
}

TEST_F(HttpsClient, RefusesACertificateOfAnotherHost) {
    EXPECT_EQ(fetch_trusting(test::Certificate({.name = "DNS:other.example.cl"})).error().code,
              11235);
}

TEST_F(HttpsClient, RefusesAnExpiredCertificate) {
    EXPECT_EQ(
        fetch_trusting(test::Certificate({.valid_from = -7200, .valid_until = -3600})).error().code,
        11236);
}

TEST_F(HttpsClient, ReportsAServerThatSpeaksNoTls) {
    RawServer server([](asio::ip::tcp::socket& socket) {
        std::error_code ignored;
        asio::write(socket, asio::buffer(std::string("HTTP/1.1 400 Bad Request\r\n\r\n")), ignored);
    });
    EXPECT_EQ(Client().fetch(get(server.url("/", "https"))).error().code, 11220);
}

}  // namespace
}  // namespace skyn3t::http
