#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "http/certificate.hpp"
#include "http/cors.hpp"
#include "http/networks.hpp"
#include "http/router.hpp"

namespace skyn3t::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any free one, see port()
    unsigned threads = 2;
    // More is 413, unless the route has a limit of its own; much more closes the connection.
    std::size_t max_body = 1024 * 1024;
    std::size_t max_connections = 512;  // more are closed at once
    // Of one client, an IPv6 one by its /64; a trusted proxy's are not counted.
    std::size_t max_connections_per_address = 100;
    std::chrono::milliseconds read_timeout{
        15000};  // for a request to arrive whole, and between two
    std::chrono::milliseconds handler_timeout{120000};  // then the connection is closed
    std::chrono::milliseconds write_timeout{15000};
    std::chrono::milliseconds handshake_timeout{10000};
    // How often it is looked whether connections are still accepted.
    std::chrono::milliseconds listener_look{1000};
    // With it TLS is spoken, and nothing else. Shared with the connections, and with whoever
    // reloads it.
    std::shared_ptr<const Certificate> certificate{};
    Networks trusted_proxies{};  // whose X-Forwarded-For is believed
    Cors cors{};

    bool is_loopback() const;  // the address: nobody but this machine connects to it
};

// "127.0.0.1:8080" or "[::1]:8080", as in skyn3t.yaml, into address and port.
[[nodiscard]] Result<ServerOptions> parse_listen(std::string_view text);

// HTTP/1.1 on its own threads, on which the router's handlers run. The router outlives the server.
class Server {
  public:
    // Listens and serves. Errc::io_error when the address cannot be had, saying which and why.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                                               const Router& router);
    ~Server();  // stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    // On one of the server's threads, unless it stops before.
    void run_soon(std::function<void()> work);
    // From any thread but the server's own. Refuses new connections, lets requests in flight be
    // answered for up to `grace`, answers the rest with 503 and returns when the threads have
    // ended. May be called again.
    void stop(std::chrono::milliseconds grace = std::chrono::milliseconds{0});

  private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace skyn3t::http
