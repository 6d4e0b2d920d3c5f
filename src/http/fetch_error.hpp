#pragma once

#include <curl/curl.h>

#include <string_view>

#include "http/client.hpp"

namespace skyn3t::http {

struct Failure {
    CURL* easy;         // still holding what it knows
    CURLcode code;      // not CURLE_OK
    bool is_connected;  // the request could be sent
    bool is_after_retries;
};

// Twilio's error for what libcurl reports (errors.md, section 2).
[[nodiscard]] FetchError explain_failure(const Failure& failure, std::string_view url);

}  // namespace skyn3t::http
