#pragma once

#include <optional>
#include <string_view>

#include "call/calls.hpp"

namespace skyn3t::rest {

// The calls in progress, as the API needs them; server/ supplies it. Called on the HTTP threads;
// waits for the signalling thread, and until what it changed can be read from the call log.
class LiveCalls {
  public:
    virtual ~LiveCalls() = default;
    // Queues a call of its record's community; SID, tenant and the like are set here.
    // Errc::too_many, unavailable; not_found: nothing can call for that community.
    virtual Result<model::CallRecord> place(call::Outgoing order) = 0;
    // See Calls::update().
    virtual Result<model::CallRecord> update(const CallSid& sid, call::Calls::Update update) = 0;

    // Whose number or phone it is; nothing: nobody's.
    virtual std::optional<CommunitySid> owner_of_number(std::string_view number) = 0;
    virtual std::optional<CommunitySid> owner_of_phone(std::string_view host,
                                                       std::string_view user) = 0;
    // Whether that community may dial the number, and as whom, as a program (ADR 19).
    virtual model::DialVerdict judge_dialling(const CommunitySid& community,
                                              std::string_view number, std::string_view shown) = 0;
    // However it is written.
    virtual bool is_emergency(std::string_view dialled) const = 0;
};

}  // namespace skyn3t::rest
