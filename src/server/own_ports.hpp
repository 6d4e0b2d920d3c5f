#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "http/server.hpp"
#include "sip/flow.hpp"

// The addresses that a server listens on, before it writes anything: whoever finds one taken must
// have changed nothing.
namespace skyn3t::server {

// The API's address, kept until the HTTP server listens on it. Connections are refused until then.
class KeptPort {
  public:
    // Errc::unavailable, saying why, when another program has it. Nothing is kept of port 0.
    [[nodiscard]] static Result<KeptPort> take(const http::ServerOptions& options);
    KeptPort() = default;
    KeptPort(KeptPort&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    KeptPort& operator=(KeptPort&& other) noexcept {
        std::swap(socket_, other.socket_);
        return *this;
    }
    ~KeptPort();

  private:
    explicit KeptPort(int socket) : socket_(socket) {}
    int socket_ = -1;
};

// Why an address of SIP cannot be had, for people; `otherwise` when it can be had after all.
[[nodiscard]] std::string why_not_bound(sip::TransportKind transport, const sip::Endpoint& address,
                                        const std::string& otherwise);

}  // namespace skyn3t::server
