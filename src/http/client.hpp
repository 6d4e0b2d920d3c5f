#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "base/result.hpp"
#include "http/address_guard.hpp"
#include "http/basic_auth.hpp"
#include "http/message.hpp"

namespace skyn3t::http {

// The cookies of one call: give the same jar to each of its requests. Made on any thread, used by
// one client.
class CookieJar {
  public:
    CookieJar();
    ~CookieJar();
    CookieJar(const CookieJar&) = delete;
    CookieJar& operator=(const CookieJar&) = delete;

  private:
    friend class Client;
    friend class Transfer;
    void* share_;  // a CURLSH
};

// guarded: a tenant chose the URL, so it must lead to an address that the guard permits; anywhere:
// the operator did.
enum class Reach { guarded, anywhere };

struct ClientRequest {
    std::string url{};  // absolute; user-info in it is sent as Basic or Digest; ct, rt, tt, rc, rp
                        // in its fragment override the fields below (webhooks.md, section 6)
    std::string method = "GET";
    Params form{};  // of a GET: appended to the query; else the body
    // Instead of `form` once a redirect was followed, of a GET appended to the new URL's query too;
    // absent: what HTTP itself says, which is `form` again as the body after 307 and 308, else
    // nothing.
    std::optional<Params> form_after_redirect{};
    std::string body{};          // instead of `form`
    std::string content_type{};  // of `body`
    Headers headers{};
    std::optional<BasicCredentials> credentials{};
    std::string signing_token{};  // when set, each hop carries X-Twilio-Signature for its URL

    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds read_timeout{15000};   // without a byte from the server
    std::chrono::milliseconds total_timeout{15000};  // with all redirects and retries
    unsigned retries = 0;
    std::string retry_on = "ct";  // 4xx, 5xx, ct, rt, all; by comma
    unsigned max_redirects = 10;
    std::size_t max_body = 64 * 1024;
    Reach reach = Reach::guarded;
    std::shared_ptr<CookieJar> cookies{};  // shared by the call and its transfers
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::string body;
    std::string url;  // the one that answered, after redirects: the base of relative URLs in it
    std::chrono::milliseconds duration{0};
};

// Why there is no response, as Twilio's error code (errors.md, section 2) with Errc for who does
// not care about it.
struct FetchError {
    int code = 11200;
    Errc errc = Errc::unavailable;
    std::string detail;  // for people
};
using FetchResult = tl::expected<ClientResponse, FetchError>;

// 4xx and 5xx as 11200, which is what they are to a webhook; to a caller of an API they are an
// answer.
[[nodiscard]] FetchResult require_success(FetchResult result);

struct ClientOptions {
    std::size_t max_pending = 512;  // running and waiting; more is refused
    std::size_t max_connections = 64;
    AddressGuard guard;
    // Our own public address, "https://voice.example.cl". A guarded request never goes there, nor
    // by a redirect: signed with the account's token it would open what Twilio may see, for
    // whoever chose the URL.
    std::string own_url{};
    std::string ca_file;  // PEM; the system's when empty
    // "sha256//..." as key_pin() makes it: the server must hold this key; who signed its
    // certificate, and for what name, does not matter then.
    std::string pinned_key{};
    std::string user_agent = "TwilioProxy/1.1 (SKYN3T)";
};

// HTTP requests on one thread of its own, over connections that are kept and used again. Any thread
// may call it. No proxy of the environment is used: the guard must see the address that is
// connected.
class Client {
  public:
    using RequestId = std::uint64_t;
    using Completion = std::function<void(FetchResult)>;

    explicit Client(ClientOptions options = {});
    ~Client();  // completes what is left with Errc::canceled
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // `done` is called once, on the client's thread: it must only pass the result on.
    // Errc::too_many when full; then `done` is never called.
    [[nodiscard]] Result<RequestId> send(ClientRequest request, Completion done);
    // The request completes soon with Errc::canceled, unless it has completed.
    void cancel(RequestId id);
    // Blocks the calling thread; for the command line and tests.
    [[nodiscard]] FetchResult fetch(ClientRequest request);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace skyn3t::http
