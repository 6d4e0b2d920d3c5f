#pragma once

#include <string>

#include "call/call_times.hpp"
#include "call/leg_script.hpp"

namespace skyn3t::call {

// What a dialling needs of the call that dials.
class DialingOwner {
  public:
    virtual Leg& caller_leg() = 0;
    virtual const CallTimes& times() const = 0;
    virtual void answer_caller() = 0;  // does nothing when it is answered
    virtual void tell(const CallSid& sid, std::string kind, StoryDetail detail) = 0;
    // `document`: that it is about, if it is about one.
    virtual void warn(int twilio_code, std::string detail,
                      const twiml::DocumentAddress& document) = 0;
    // Every child leg is closed and recorded, and nothing runs on one. May come more than once.
    virtual void on_dialing_closed() = 0;

  protected:
    ~DialingOwner() = default;
};

}  // namespace skyn3t::call
