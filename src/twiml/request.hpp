#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "twiml/verbs.hpp"

// What is sent to an application when a document is fetched (reference/webhooks.md, section 1).
namespace skyn3t::twiml {

struct Parameter {
    std::string name;
    std::string value;
    bool operator==(const Parameter&) const = default;
};

// The call as a document's author sees it; the texts are Twilio's wire forms.
struct CallInfo {
    CallSid call_sid;
    AccountSid account_sid;
    std::string from;  // E.164, or sip:user@domain
    std::string to;
    std::string status = "ringing";
    std::string direction = "inbound";
    std::string forwarded_from;
    std::string caller_name;
    CallSid parent_call_sid;
    std::string call_token;

    struct Sip {
        std::string domain;
        DomainSid domain_sid;
        std::string call_id;
        std::string source_ip;
        std::vector<Parameter> headers;  // X-... and User-to-User, names as received
    };
    std::optional<Sip> sip;  // legs of a SIP domain
};

struct FetchRequest {
    std::string url;  // absolute
    Method method = Method::post;
    std::vector<Parameter> parameters;
    // What goes along when the server answers with a redirection: a Gather's digits are not sent
    // again (1.3).
    std::vector<Parameter> parameters_after_redirect;
    // Dial's action is requested even when the caller has gone, and its answer ignored (1.6). Any
    // other request of a finished call is not sent.
    bool sent_when_over = false;
};

struct FetchedDocument {
    int status = 200;
    std::string content_type;
    std::string body;
    std::string final_url;    // after redirections, without the parameters that a GET appended
    bool is_refusal = false;  // one of ours that says why the call can not be made
};

enum class DialCallStatus { completed, answered, busy, no_answer, failed, canceled };
[[nodiscard]] const char* to_string(DialCallStatus status);  // Twilio's word: "no-answer"

struct DialOutcome {
    DialCallStatus status = DialCallStatus::failed;
    CallSid call_sid;                    // of the child; empty when there was none
    std::optional<seconds> duration{0};  // connected; nothing when the child was taken elsewhere
    bool bridged = false;
    std::string sip_call_id;             // the last child's Call-ID, for Sip
    unsigned sip_response_code = 0;      // its final response; 0 when there was none
    std::vector<Parameter> sip_headers;  // the X- headers of that response
    std::string recording_url;
};

// The parameters of every request about a call, sorted by name as Twilio's own are.
[[nodiscard]] std::vector<Parameter> standard_parameters(const CallInfo& call);

// The request that a Dial's action makes; nothing when it has none. `dial` is as
// CallControl::dial() got it, with absolute URLs. The interpreter sends it after a dial() that
// returned; when the caller's hang-up cut dial() short, the call's owner sends it, once the child
// leg has its final state, and ignores the answer.
[[nodiscard]] std::optional<FetchRequest> dial_action_request(const Dial& dial,
                                                              const CallInfo& call,
                                                              const DialOutcome& outcome);

}  // namespace skyn3t::twiml
