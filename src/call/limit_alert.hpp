#pragma once

#include "call/services.hpp"
#include "model/end_reason.hpp"

namespace skyn3t::call {

[[nodiscard]] model::EndReason reason_of(const CallLimits::Full& full);
// 503 makes a carrier take the whole server for ill, so it is for that alone; who has all lines in
// use is busy.
[[nodiscard]] int status_of(const CallLimits::Full& full);
inline constexpr int kLimitCode = 10004;  // Twilio: "call concurrency limit exceeded"

// A log line and an alert, once an hour for each that is full.
void tell_of_limit(const CallLimits::Full& full, const Tenant* tenant, const CallSid& call,
                   Services& services);

}  // namespace skyn3t::call
