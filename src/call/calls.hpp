#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "call/refused_calls.hpp"

namespace skyn3t::call {

// The calls in progress, each until its last figure is recorded. Signalling thread.
class Calls {
  public:
    explicit Calls(Services& services) : services_(services), refused_(services) {}

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
    void end_all(model::EndReason why);
    // Of one community: it was removed, or its number moved.
    void end_all_of(const CommunitySid& community, model::EndReason why);
    std::size_t size() const { return calls_.size(); }

  private:
    std::unique_ptr<Call> make(CallSeed seed);

    Services& services_;
    RefusedCalls refused_;
    std::unordered_map<CallSid, std::unique_ptr<Call>> calls_;
};

}  // namespace skyn3t::call
