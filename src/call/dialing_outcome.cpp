#include "call/dialing.hpp"

// What came of a Dial: what its action is told, and the log.
namespace skyn3t::call {
namespace {

using model::CallStatus;
using model::EndReason;

twiml::DialCallStatus dial_status_of(CallStatus status) {
    switch (status) {
        case CallStatus::completed:
        case CallStatus::in_progress:
            return twiml::DialCallStatus::completed;
        case CallStatus::busy:
            return twiml::DialCallStatus::busy;
        case CallStatus::no_answer:
            return twiml::DialCallStatus::no_answer;
        case CallStatus::canceled:
            return twiml::DialCallStatus::canceled;
        default:
            return twiml::DialCallStatus::failed;
    }
}

// Of several that were not joined, the one that came closest tells what came of the Dial: that a
// phone rang in vain says more than that another was off.
int how_far(twiml::DialCallStatus status) {
    switch (status) {
        case twiml::DialCallStatus::busy:
            return 3;
        case twiml::DialCallStatus::no_answer:
            return 2;
        case twiml::DialCallStatus::canceled:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

const Dialing::Child* Dialing::telling_child() const {
    if (released_) return released_;
    const Child* telling = nullptr;
    for (const auto& child : children_) {
        if (!child.started) continue;
        if (is_winner(child)) return &child;
        if (!telling || how_far(dial_status(child)) >= how_far(dial_status(*telling)))
            telling = &child;
    }
    return telling;
}

twiml::DialCallStatus Dialing::dial_status(const Child& child) const {
    // Who answered and did not want to be joined did not take the call.
    if (child.screening && child.settled && !is_winner(child) && &child != released_)
        return twiml::DialCallStatus::no_answer;
    return dial_status_of(child.record.status);
}

twiml::DialOutcome Dialing::outcome() const {
    twiml::DialOutcome outcome;
    const Child* child = telling_child();
    if (child == nullptr) return outcome;
    outcome.status = dial_status(*child);
    outcome.call_sid = child->record.sid;
    outcome.bridged = bridged_at_.has_value();
    if (child == released_)
        outcome.duration.reset();
    else if (bridged_at_)
        outcome.duration = std::chrono::duration_cast<seconds>(
            unbridged_at_.value_or(services_.now()) - *bridged_at_);
    outcome.sip_call_id = child->record.sip_call_id;
    if (child->end) {
        outcome.sip_response_code = static_cast<unsigned>(child->end->status);
        outcome.sip_headers = child->end->headers;
    }
    return outcome;
}

std::optional<EndReason> Dialing::end_reason() const {
    const Child* child = telling_child();
    if (child == nullptr || !child->end) return std::nullopt;
    return child->end->reason;
}

int Dialing::error_code() const {
    const Child* child = telling_child();
    return child ? child->record.error_code : 0;
}

}  // namespace skyn3t::call
