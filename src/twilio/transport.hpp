#pragma once

#include <string>

#include "base/result.hpp"
#include "http/message.hpp"

namespace skyn3t::twilio {

// Twilio's hosts (rest-api.md, 1.1): "api", "numbers", "pricing".
enum class Product { api, numbers, pricing };
[[nodiscard]] std::string_view to_string(Product product);

using Form = http::Params;

struct Request {
    std::string method = "GET";
    Product product = Product::api;
    std::string path{};    // with its query, as a next_page_uri has it
    http::Params query{};  // added to the path's own
    http::Params form{};
};
struct Response {
    int status = 0;
    http::Headers headers{};
    std::string body{};
};

// How requests reach a server of this API. Implementations hold the credentials.
class Transport {
  public:
    virtual ~Transport() = default;
    // Blocks the calling thread. An error means that there is no answer: nobody knows whether the
    // request was carried out.
    [[nodiscard]] virtual Result<Response> send(const Request& request) = 0;
    // On whose behalf what follows is sent, where the other side can be told. Not during send().
    virtual void act_for(const std::string& /*actor*/) {}
};

}  // namespace skyn3t::twilio
