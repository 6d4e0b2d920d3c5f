#pragma once

#include <string>
#include <vector>

#include "call/services.hpp"
#include "model/dialling.hpp"
#include "model/end_reason.hpp"
#include "twiml/verbs.hpp"

namespace skyn3t::call {

// On whose behalf something is dialled.
struct Caller {
    TenantPtr tenant;
    CallSid call;
    std::string caller_id;          // what the called phone sees: a number, or a name
    bool is_caller_chosen = false;  // by the document or the request; else it is just who calls
    model::Dialler by = model::Dialler::document;
    std::string visibility{};  // of a test call: which probe bindings it may see
};

// Where one noun of a Dial leads: the INVITEs to send, all at once, or why there is none.
struct DialTargets {
    std::string to;     // for the call log: the dialled URI or number
    std::string shown;  // as whom, when it is not Caller::caller_id
    std::vector<sip::OutgoingInvite> invites;

    struct Nobody {
        model::EndReason reason;
        int status;      // as if that response had come
        int error_code;  // Twilio's
        std::string detail;
    };
    std::optional<Nobody> nobody;
};

// The one place where a call is allowed to reach something. A phone of another community is nobody
// here: it looks like one that is not registered (DESIGN.md, section 8).
[[nodiscard]] DialTargets resolve(const twiml::Noun& noun, const Caller& caller,
                                  Services& services);

}  // namespace skyn3t::call
