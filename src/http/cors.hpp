#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace skyn3t::http {

// Which web pages of other origins may use this API from a browser; none unless configured. They
// give credentials in Authorization only, so there are no cookies to protect
// (https://fetch.spec.whatwg.org/#http-cors-protocol).
class Cors {
  public:
    Cors() = default;
    explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    // The answer to a preflight request of an allowed origin; nothing for anything else.
    [[nodiscard]] std::optional<Response> preflight(const Request& request) const;
    // What every answer carries.
    [[nodiscard]] Headers fields(std::string_view origin) const;

  private:
    bool allows(std::string_view origin) const;
    std::vector<std::string> origins_;  // "https://panel.example.cl"
};

}  // namespace skyn3t::http
