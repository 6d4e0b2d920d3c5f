#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "call/refused_calls.hpp"
#include "call/waiting_calls.hpp"

namespace skyn3t::call {

// The calls in progress, each until its last figure is recorded. Signalling thread.
class Calls {
  public:
    explicit Calls(Services& services)
        : services_(services),
          refused_(services),
          waiting_(services.wheel, [this](const CallSid& sid) { return ring(sid); }) {}

    // Begins a call, or refuses it with the status that fits.
    void begin(sip::IncomingRequest request, Incoming incoming, twiml::StartingPoint start);
    // Refuses a call for which nothing is to run, and leaves a row in the log: answered first.
    struct Refusal {
        model::EndReason reason;
        int status;
        int error_code = 0;
        sip::ExtraHeaders headers{};
    };
    void refuse(sip::IncomingRequest request, Incoming incoming, const Refusal& refusal);
    // The row alone, of a call that somebody else has answered so. Its record has its Call-ID.
    void note_refused(Incoming incoming, const Refusal& refusal);
    void end_all(model::EndReason why);
    // Of one community: it was removed, or its number moved.
    void end_all_of(const CommunitySid& community, model::EndReason why);
    std::size_t size() const { return calls_.size(); }

    // ---- what the API asks for (rest-api.md, section 5)
    // Queues a call, which rings when its turn comes. Errc::too_many: in progress, or waiting of
    // its community; unavailable while draining.
    Result<model::CallRecord> place(Outgoing outgoing);
    // From now on nothing more is placed, and what waits is ended.
    void stop_placing();
    // Of a call in progress, or of a leg that one has dialled and that is not over.
    std::optional<model::CallRecord> find(const CallSid& sid) const;
    struct Update {
        std::optional<twiml::StartingPoint> start{};
        std::optional<twiml::StatusCallback> status_callback{};
        std::optional<seconds> time_limit{};
        // completed or canceled; goes before `start`.
        std::optional<model::CallStatus> status{};
    };
    // The row after it. Errc::not_found: it is not in progress; conflict: it runs no document.
    Result<model::CallRecord> update(const CallSid& sid, Update update);

  private:
    void refuse_for(const CallLimits::Full& full, sip::IncomingRequest request, Incoming incoming);
    std::unique_ptr<Call> make(CallSeed seed);
    bool is_full() const;  // what waits for its turn to ring takes nobody's place
    WaitingCalls::Turn ring(const CallSid& sid);
    Call* find_parent_of(const CallSid& child) const;
    Result<model::CallRecord> update_child(Call& parent, const CallSid& child, Update update);

    Services& services_;
    RefusedCalls refused_;
    std::unordered_map<CallSid, std::unique_ptr<Call>> calls_;
    WaitingCalls waiting_;  // some of them
    bool is_placing_ = true;
};

}  // namespace skyn3t::call
