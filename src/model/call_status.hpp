#pragma once

#include <optional>
#include <string_view>

namespace skyn3t::model {

// Twilio's call states (rest-api.md, section 5).
enum class CallStatus {
    queued,
    ringing,
    in_progress,
    completed,
    busy,
    failed,
    no_answer,
    canceled
};

[[nodiscard]] std::string_view to_string(CallStatus status);  // Twilio's spelling: "in-progress"
[[nodiscard]] std::optional<CallStatus> parse_call_status(std::string_view word);
[[nodiscard]] bool is_final(CallStatus status);

// Who gave an attempt up that was never answered.
enum class GaveUp {
    nobody,   // the far side answered with the final response
    timeout,  // nobody answered in time: by us, or by a proxy or transaction timer
    caller,   // the calling leg went away first, or the API canceled it
};
// What a dialled leg that was not answered comes to (twiml.md, section 7). `sip_code` is the final
// response, 0 when there was none.
[[nodiscard]] CallStatus status_of_unanswered(int sip_code, GaveUp gave_up);

// What an inbound leg that we never answered comes to, by the final response that we sent it
// (twiml.md, section 10: Reject is 486 busy or 404 rejected).
[[nodiscard]] CallStatus status_of_refused(int sip_code_sent);

}  // namespace skyn3t::model
