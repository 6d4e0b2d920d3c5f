#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "call/call.hpp"

namespace skyn3t::call {

// The calls in progress, each until its last figure is recorded. Signalling thread.
class Calls {
  public:
    explicit Calls(Services& services) : services_(services) {}

    // Begins a call, or refuses it with the status that fits.
    void begin(sip::IncomingRequest request, Incoming incoming, twiml::StartingPoint start);
    void end_all(model::EndReason why);
    // Of one community: it was removed, or its number moved.
    void end_all_of(const CommunitySid& community, model::EndReason why);
    std::size_t size() const { return calls_.size(); }

  private:
    Services& services_;
    std::unordered_map<CallSid, std::unique_ptr<Call>> calls_;
};

}  // namespace skyn3t::call
