#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/handle.hpp"
#include "http/client.hpp"
#include "http/url.hpp"

namespace skyn3t::http {

using EasyHandle = Handle<CURL, curl_easy_cleanup>;
using HeaderList = Handle<curl_slist, curl_slist_free_all>;

// One request of the client with its redirects and retries: an easy handle per hop, given to the
// client's multi handle and taken back when libcurl is done with it. Owned by the client; lives on
// the client's thread.
class Transfer {
  public:
    Transfer(Client::RequestId id, ClientRequest request, Client::Completion done);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    Client::RequestId id() const { return id_; }
    // Reads the URL with its overrides and prepares the first hop.
    std::optional<FetchError> begin(const ClientOptions& options, SteadyTime now);
    CURL* easy() const { return easy_.get(); }

    enum class Next { finished, another_hop };
    // libcurl has ended the hop with `code`. another_hop: easy() is a new handle that is to be run.
    Next on_done(CURLcode code, SteadyTime now);
    // When the server must have sent a byte, or all must be over; pass it to on_deadline() once it
    // has come.
    SteadyTime deadline() const;
    void fail(FetchError error) { result_ = tl::unexpected(std::move(error)); }
    void complete();  // calls the completion with the result

  private:
    std::optional<FetchError> apply_overrides();
    std::optional<FetchError> prepare(SteadyTime now);
    void set_body();
    void set_headers();
    void set_callbacks();
    void set_credentials(const Url& url);
    bool should_retry(const FetchResult& result) const;
    bool wants_retry_on(std::string_view condition) const;
    FetchResult outcome(CURLcode code, SteadyTime now);
    std::optional<FetchError> follow(const ClientResponse& response);

    bool permits(const asio::ip::address& address);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept;
    static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                                 void* self) noexcept;
    static curl_socket_t on_open_socket(void* self, curlsocktype purpose,
                                        curl_sockaddr* address) noexcept;
    static int on_connected(void* self, char* primary, char* local, int primary_port,
                            int local_port) noexcept;

    Client::RequestId id_;
    ClientRequest request_;
    Client::Completion done_;
    const ClientOptions* options_ = nullptr;

    std::string url_;           // of this hop
    bool sends_params_ = true;  // after a redirect: unless the new URL says all
    std::string body_;          // of this hop; libcurl reads it from here
    std::string idempotency_token_;
    unsigned hops_ = 0;
    unsigned retries_ = 0;
    SteadyTime started_;
    SteadyTime last_octet_;
    bool is_connected_ = false;
    bool is_too_large_ = false;
    std::string refused_address_;
    std::size_t header_octets_ = 0;

    EasyHandle easy_;
    HeaderList header_list_;
    ClientResponse response_;
    FetchResult result_ = tl::unexpected(FetchError{});
};

}  // namespace skyn3t::http
