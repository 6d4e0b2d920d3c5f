#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"

namespace skyn3t::model {

// A request that a call made of an application, and what came back.
struct Exchange {
    CallSid call;
    CommunitySid community;
    WallTime time{};  // of the answer
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> parameters;
    int status = 0;  // HTTP's; 0: there was no answer
    std::chrono::milliseconds duration{0};
    std::string content_type{};
    std::string body{};
    int error_code = 0;  // Twilio's, when there was no answer
    bool operator==(const Exchange&) const = default;
};

}  // namespace skyn3t::model
