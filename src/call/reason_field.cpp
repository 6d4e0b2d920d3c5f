#include "call/reason_field.hpp"

#include "sip/reason.hpp"

namespace skyn3t::call {
namespace {

using model::EndReason;

constexpr const char* kSipStatus = "SIP";
constexpr const char* kNetworkCause = "Q.850";  // ITU-T Q.850, table 1

sip::Reason wire_reason(EndReason why) {
    switch (why) {
        case EndReason::answered_elsewhere:
            return {kSipStatus, 200, "Call completed elsewhere"};
        case EndReason::no_answer:
            return {kNetworkCause, 19, "No answer"};
        case EndReason::no_common_codec:
            return {kSipStatus, 488, "Not Acceptable Here"};
        case EndReason::no_audio:
        case EndReason::held_too_long:
            return {kSipStatus, 408, "No media received"};
        case EndReason::no_ack:
            return {kSipStatus, 408, "ACK not received"};
        case EndReason::session_expired:
            return {kSipStatus, 408, "Session timer expired"};
        case EndReason::unreachable:
            return {kNetworkCause, 20, "Subscriber absent"};
        case EndReason::time_limit:
            return {kNetworkCause, 31, "Time limit reached"};
        case EndReason::server_stopping:
        case EndReason::server_restarted:
            return {kSipStatus, 503, "Server stopping"};
        case EndReason::server_error:
        case EndReason::document_error:
            return {kSipStatus, 500, "Server error"};
        default:
            return {kNetworkCause, 16, "Normal call clearing"};
    }
}

}  // namespace

sip::ExtraHeaders reason_field(EndReason why) { return {{"Reason", wire_reason(why).field()}}; }

}  // namespace skyn3t::call
