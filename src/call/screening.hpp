#pragma once

#include <functional>
#include <memory>

#include "call/dialing_owner.hpp"
#include "call/leg_script.hpp"
#include "call/progress.hpp"

namespace skyn3t::call {

// The documents that a called party hears before it is joined: Number's and Sip's `url` (twiml.md,
// 7.1). Owned by the Dialing of its leg, until is_done(). Signalling thread.
class Screening final : private ScriptOwner {
  public:
    enum class Verdict {
        accepted,  // the documents came to their end: join them
        declined,  // Hangup
        failed,    // no document could be had
        none,      // stopped before
    };
    // `on_verdict` comes once, last, from the script's coroutine.
    Screening(Services& services, DialingOwner& owner, Leg& leg, const model::CallRecord& record,
              std::string community_code, std::function<void(Verdict)> on_verdict);

    void start(const twiml::Screening& document, std::string digits);
    void stop() { script_.stop(); }
    bool is_done() const { return script_.is_done(); }
    void on_digit(char digit) { script_.on_digit(digit); }
    void on_played(media::PlayId play) { script_.on_played(play); }

  private:
    twiml::CallInfo script_info() const override { return info_of(record_, services_); }
    void answer_leg() override {}  // it has answered
    Task<Result<twiml::DialOutcome>> dial_for_script(const twiml::Dial& dial) override;
    void reject_leg(twiml::RejectReason) override {}  // only before the answer
    void tell_of_script(std::string kind, StoryDetail detail) override;
    void warn_of_script(int twilio_code, std::string detail,
                        const twiml::DocumentAddress& document) override;
    void on_script_done(LegScript& script, twiml::Ended how) override;
    void on_script_threw(LegScript&) override { on_verdict_(Verdict::failed); }
    void on_script_overrun() override { on_verdict_(Verdict::failed); }

    Services& services_;
    DialingOwner& owner_;
    const model::CallRecord& record_;
    std::function<void(Verdict)> on_verdict_;
    LegScript script_;
};

}  // namespace skyn3t::call
