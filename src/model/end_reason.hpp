#pragma once

#include <optional>
#include <string_view>

namespace skyn3t::model {

// Why a leg ended, as precisely as we know: the log says which it was.
enum class EndReason {
    caller_hung_up,
    callee_hung_up,
    document_hung_up,  // Hangup, or the end of the document
    hung_up_on_star,
    no_selection,  // nobody pressed a key
    too_many_wrong_keys,
    busy,
    declined,   // 603
    no_answer,  // rang until the time-out
    not_registered,
    no_common_codec,        // 488
    unreachable,            // no response at all, or no flow to the phone
    not_a_trunk,            // it came from an address that is neither a trunk's nor a phone's
    unknown_number,         // nobody owns the number that was called
    too_many_calls,         // as many as this server takes at a time are in progress
    too_many_of_community,  // as many as one community, number or phone may have
    too_many_of_number,
    too_many_of_phone,
    refused,                  // any other final response
    destination_not_allowed,  // may_dial does not name it
    caller_id_not_allowed,    // the number to show is not the community's
    phone_may_not_call,       // the sentence of /twiml/domain was said instead
    rejected,                 // Reject
    answered_elsewhere,       // another phone of the same Dial was quicker
    no_audio,                 // RTP time-out
    caller_not_heard,         // no key was heard, and no audio came either
    held_too_long,            // on hold without a sign of life
    no_ack,
    session_expired,  // nobody refreshed the session timer
    time_limit,
    document_error,  // the TwiML could not be fetched or read
    not_supported,   // what was dialled is not built yet
    ended_by_api,
    server_stopping,
    server_restarted,  // cut by a crash, closed at the next start
    server_error,
};

[[nodiscard]] std::string_view to_string(EndReason reason);  // the machine word: "no_answer"
[[nodiscard]] std::optional<EndReason> parse_end_reason(std::string_view word);
// For people, a whole sentence.
[[nodiscard]] std::string_view sentence_es(EndReason reason);
[[nodiscard]] std::string_view sentence_en(EndReason reason);

}  // namespace skyn3t::model
