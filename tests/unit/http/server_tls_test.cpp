#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "http/client.hpp"
#include "http/server.hpp"
#include "support/temporary_directory.hpp"
#include "tls_server.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kLastHello =
    "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

struct TlsClientOptions {
    int highest = TLS1_3_VERSION;
    int lowest = 0;
    std::string protocols{};  // ALPN, each with its length before it
    std::string ciphers{};    // of TLS 1.2
};

// A client that believes every certificate, and keeps it to be looked at.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port, const TlsClientOptions& options = {}) {
        SSL_CTX_set_security_level(context_.native_handle(), 0);  // whatever the server takes
        SSL_CTX_set_min_proto_version(context_.native_handle(), options.lowest);
        SSL_CTX_set_max_proto_version(context_.native_handle(), options.highest);
        if (!options.ciphers.empty())
            SSL_CTX_set_cipher_list(context_.native_handle(), options.ciphers.c_str());
        stream_ = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket>>(io_, context_);
        SSL_set_alpn_protos(ssl(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                            static_cast<unsigned>(options.protocols.size()));
        stream_->lowest_layer().connect({asio::ip::address_v4::loopback(), port});
        stream_->handshake(asio::ssl::stream_base::client, error_);
    }
    bool is_connected() const { return !error_; }
    std::string refusal() const { return error_.message(); }
    std::string version() { return SSL_get_version(ssl()); }
    std::string protocol() {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ssl(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    bool was_shown(const test::Certificate& certificate) {
        const Handle<X509, X509_free> shown(SSL_get1_peer_certificate(ssl()));
        return shown && X509_cmp(shown.get(), certificate.x509()) == 0;
    }
    std::string ask(std::string_view request, std::string_view until) {
        asio::write(*stream_, asio::buffer(request), error_);
        std::string received;
        asio::read_until(*stream_, asio::dynamic_buffer(received), std::string(until), error_);
        return received;
    }
    SSL* ssl() { return stream_->native_handle(); }

  private:
    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    std::unique_ptr<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
    std::error_code error_;
};

class HttpsServer : public testing::Test {
  protected:
    HttpsServer() {
        router_.add_sync("GET", "/hello", [](const Request&) {
            Response response;
            response.body = "hola, TLS";
            return response;
        });
        put(first_);
    }

    void put(const test::Certificate& certificate) {
        certificate.write_pem(files_.file("server.pem"));
        certificate.write_key(files_.file("server.key"));
    }
    std::uint16_t start(ServerOptions options = {}) {
        auto loaded = Certificate::load({files_.file("server.pem"), files_.file("server.key")});
        certificate_ = std::move(*loaded);
        options.port = 0;
        options.certificate = certificate_;
        server_ = Server::start(options, router_).value();
        return server_->port();
    }

    const test::Certificate first_, second_;
    skyn3t::test::TemporaryDirectory files_;
    Router router_;
    std::shared_ptr<Certificate> certificate_;
    std::unique_ptr<Server> server_;
};

TEST_F(HttpsServer, AnswersOverTls12And13) {
    const auto port = start();
    for (const auto& [highest, name] :
         {std::pair(TLS1_2_VERSION, "TLSv1.2"), std::pair(TLS1_3_VERSION, "TLSv1.3")}) {
        TlsClient client(port, {.highest = highest});
        ASSERT_TRUE(client.is_connected()) << client.refusal();
        EXPECT_EQ(client.version(), name);
        EXPECT_TRUE(client.was_shown(first_));
        EXPECT_TRUE(client.ask(kHello, "hola, TLS").ends_with("hola, TLS"));
    }
}

TEST_F(HttpsServer, TellsBrowsersToStayWithTls) {
    TlsClient client(start());
    EXPECT_NE(client.ask(kHello, "hola, TLS").find("Strict-Transport-Security: max-age=63072000"),
              std::string::npos);
}

TEST_F(HttpsServer, RefusesOldVersionsAndWeakCiphers) {
    const auto port = start();
    EXPECT_FALSE(TlsClient(port, {.highest = TLS1_1_VERSION}).is_connected());
    EXPECT_FALSE(TlsClient(port, {.highest = TLS1_VERSION}).is_connected());
    for (const char* ciphers :
         {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "AES128-SHA"})
        EXPECT_FALSE(
            TlsClient(port, {.highest = TLS1_2_VERSION, .ciphers = ciphers}).is_connected())
            << ciphers;
}

TEST_F(HttpsServer, DoesNotRenegotiate) {
    TlsClient client(start(), {.highest = TLS1_2_VERSION});
    ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
    EXPECT_EQ(client.ask(kHello, "hola, TLS").find("hola"), std::string::npos);
}

TEST_F(HttpsServer, SpeaksHttp11ToWhoOffersItAmongOthers) {
    const auto port = start();
    EXPECT_EQ(TlsClient(port, {.protocols = "\x02h2\x08http/1.1"}).protocol(), "http/1.1");
    EXPECT_FALSE(TlsClient(port, {.protocols = "\x02h2"}).is_connected());
}

TEST_F(HttpsServer, ClosesTheConnectionOfWhoSpeaksWithoutTls) {
    const auto port = start();
    RawClient client(port);
    client.send(kHello);
    const auto answer = client.read_all();
    EXPECT_EQ(answer.find("HTTP/1.1"), std::string::npos) << answer;
    EXPECT_TRUE(TlsClient(port).is_connected()) << "and serves the next one";
}

TEST_F(HttpsServer, ClosesAHandshakeThatNeverEnds) {
    RawClient client(start({.handshake_timeout = 50ms}));
    EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpsServer, CountsWhoHasNotShakenHandsAmongItsConnections) {
    const auto port = start({.max_connections = 1});
    {
        RawClient silent(port);
        TlsClient second(port);
        EXPECT_FALSE(second.is_connected());
    }
    // The server hears of the end of the silent one some time later.
    std::promise<void> admitted;
    auto served = std::async(std::launch::async, [&] {
        while (!TlsClient(port).is_connected()) std::this_thread::yield();
        admitted.set_value();
    });
    EXPECT_EQ(admitted.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpsServer, ShowsANewCertificateToNewConnectionsAndKeepsTheOpenOnes) {
    const auto port = start();
    TlsClient open(port);
    EXPECT_NE(open.ask(kHello, "hola, TLS"), "");
    put(second_);
    EXPECT_TRUE(certificate_->reload(Certificate::Look::if_changed).value());
    // The very next one, too: the socket that waits for it is older than the certificate.
    TlsClient next(port);
    EXPECT_TRUE(next.was_shown(second_));
    EXPECT_TRUE(open.was_shown(first_));
    EXPECT_TRUE(open.ask(kHello, "hola, TLS").ends_with("hola, TLS"));
}

TEST_F(HttpsServer, LosesNoRequestWhileCertificatesAreExchanged) {
    const auto port = start();
    std::atomic<bool> is_over = false;
    std::atomic<int> answered = 0, lost = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&] {
            while (!is_over)
                ++(TlsClient(port).ask(kLastHello, "hola, TLS").ends_with("hola, TLS") ? answered
                                                                                       : lost);
        });
    for (int i = 0; i < 100 || answered < 30; ++i)
        EXPECT_TRUE(certificate_->reload(Certificate::Look::always));
    is_over = true;
    for (auto& client : clients) client.join();
    EXPECT_EQ(lost, 0);
}

TEST_F(HttpsServer, KeepsItsCertificateWhenTheNewPairIsBad) {
    const auto port = start();
    second_.write_key(files_.file("server.key"));
    const auto reloaded = certificate_->reload(Certificate::Look::if_changed);
    ASSERT_FALSE(reloaded);
    EXPECT_EQ(reloaded.error().kind, CertificateFault::Kind::key_does_not_fit);
    EXPECT_TRUE(TlsClient(port).was_shown(first_));
    EXPECT_FALSE(certificate_->reload(Certificate::Look::if_changed).value())
        << "the same bad files are complained about once";
    second_.write_pem(files_.file("server.pem"));
    EXPECT_TRUE(certificate_->reload(Certificate::Look::if_changed).value());
    EXPECT_TRUE(TlsClient(port).was_shown(second_));
}

TEST_F(HttpsServer, ReadsFilesThatHaveNotChangedOnlyWhenItMust) {
    start();
    EXPECT_FALSE(certificate_->reload(Certificate::Look::if_changed).value());
    EXPECT_TRUE(certificate_->reload(Certificate::Look::always).value());
}

TEST_F(HttpsServer, SaysWhatIsWrongWithItsFiles) {
    using Kind = CertificateFault::Kind;
    const auto fault = [&](const char* certificate, const char* key) {
        const auto loaded = Certificate::load({files_.file(certificate), files_.file(key)});
        return loaded ? std::nullopt : std::optional(loaded.error());
    };
    files_.write("text", "hello");
    second_.write_key(files_.file("other.key"));
    EXPECT_EQ(fault("none.pem", "server.key")->kind, Kind::cannot_read);
    EXPECT_EQ(fault("none.pem", "server.key")->file, files_.file("none.pem"));
    EXPECT_EQ(fault("server.pem", "none.key")->kind, Kind::cannot_read);
    EXPECT_EQ(fault("text", "server.key")->kind, Kind::not_a_certificate);
    EXPECT_EQ(fault("server.pem", "text")->kind, Kind::not_a_key);
    EXPECT_EQ(fault("server.pem", "other.key")->kind, Kind::key_does_not_fit);
    EXPECT_FALSE(fault("server.pem", "server.key"));
}

TEST_F(HttpsServer, KnowsWhenItsCertificateEnds) {
    start();
    const auto left = certificate_->expires() - std::chrono::system_clock::now();
    EXPECT_GT(left, 50min);
    EXPECT_LE(left, 1h);
}

TEST_F(HttpsServer, IsBelievedByAClientThatKnowsItsKey) {
    const auto port = start();
    const auto fetch = [&](const test::Certificate& believed) {
        believed.write_pem(files_.file("believed.pem"));
        ClientOptions options;
        options.pinned_key = key_pin(files_.file("believed.pem")).value();
        ClientRequest request;
        // Not the certificate's name, nor signed by anybody that this system knows.
        request.url = "https://localhost:" + std::to_string(port) + "/hello";
        request.reach = Reach::anywhere;
        return Client(options).fetch(request);
    };
    EXPECT_EQ(fetch(first_)->body, "hola, TLS");
    EXPECT_FALSE(fetch(second_));
}

}  // namespace
}  // namespace skyn3t::http
