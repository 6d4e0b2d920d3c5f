#pragma once

#include <string>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "twilio/transport.hpp"

namespace skyn3t::twilio {

// Where Twilio is, and who asks.
struct Endpoint {
    std::string account;
    std::string auth_token;
    std::string base_url;  // instead of Twilio's hosts, for all products: no slash at its end
    std::string region;    // us1 when only an edge is given (rest-api.md, 1.1)
    std::string edge;
    seconds timeout{15};

    // "https://api.sao-paulo.us1.twilio.com"
    std::string base_of(Product product) const;
};

// Twilio over the network. Any thread.
class CurlTransport final : public Transport {
  public:
    CurlTransport(http::Client& client, Endpoint endpoint)
        : client_(client), endpoint_(std::move(endpoint)) {}

    Result<Response> send(const Request& request) override;

  private:
    http::Client& client_;
    Endpoint endpoint_;
};

}  // namespace skyn3t::twilio
