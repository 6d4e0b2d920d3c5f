#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/sid.hpp"

namespace skyn3t {

using AlertSid = Sid<"NO">;

}  // namespace skyn3t

namespace skyn3t::model {

enum class AlertLevel { error, warning };
[[nodiscard]] std::string_view to_string(AlertLevel level);  // Monitor's word
// By Twilio's error code (errors.md).
[[nodiscard]] AlertLevel level_of(int twilio_code);

// Something that went wrong in a call, by Twilio's number: a document, a callback, a phone.
struct Alert {
    AlertSid sid;
    CallSid call;
    CommunitySid community;
    WallTime time{};
    int code = 0;
    std::string detail;         // for people
    std::string request_url{};  // of the document or callback that it is about
    std::string request_method{};
    bool operator==(const Alert&) const = default;
};

}  // namespace skyn3t::model
