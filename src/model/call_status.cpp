#include "model/call_status.hpp"

#include "model/word_table.hpp"

namespace skyn3t::model {
namespace {

constexpr auto kWords = words<CallStatus>({{CallStatus::queued, "queued"},
                                           {CallStatus::ringing, "ringing"},
                                           {CallStatus::in_progress, "in-progress"},
                                           {CallStatus::completed, "completed"},
                                           {CallStatus::busy, "busy"},
                                           {CallStatus::failed, "failed"},
                                           {CallStatus::no_answer, "no-answer"},
                                           {CallStatus::canceled, "canceled"}});

}  // namespace

std::string_view to_string(CallStatus status) { return kWords.word(status); }
std::optional<CallStatus> parse_call_status(std::string_view word) { return kWords.find(word); }

bool is_final(CallStatus status) {
    return status != CallStatus::queued && status != CallStatus::ringing &&
           status != CallStatus::in_progress;
}

CallStatus status_of_unanswered(int sip_code, GaveUp gave_up) {
    if (gave_up == GaveUp::caller) return CallStatus::canceled;
    // A final response that says more than "the time was up" counts, even when it crossed our
    // CANCEL.
    switch (sip_code) {
        case 486:
        case 600:
        // Twilio's own mapping of 603 is not published; a person who presses "reject" is there, and
        // not willing.
        case 603:
            return CallStatus::busy;
        case 0:
        case 487:
            return gave_up == GaveUp::timeout ? CallStatus::no_answer : CallStatus::failed;
        case 408:
        case 480:
            return CallStatus::no_answer;
        default:
            return CallStatus::failed;
    }
}

CallStatus status_of_refused(int sip_code_sent) {
    switch (sip_code_sent) {
        case 486:
        case 600:
            return CallStatus::busy;
        // The caller gave up before an answer; Reject's default, also after a phone rang in vain.
        case 404:
        case 480:
        case 487:
        case 603:
            return CallStatus::no_answer;
        default:
            return CallStatus::failed;
    }
}

}  // namespace skyn3t::model
