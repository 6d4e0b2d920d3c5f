#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/signal.hpp"
#include "call/leg.hpp"

namespace skyn3t::verify {

// One end of a test call: a leg of the probe's, what it does and what it hears. It notifies its
// signal of every change. Owned by the check that uses it; signalling thread.
class ProbeLeg final : private call::LegOwner {
  public:
    ProbeLeg(call::Services& services, std::string media_key, Signal& changed);

    // Begin with one of these two. Errors: of the media engine.
    Result<void> call(sip::OutgoingInvite invite);
    [[nodiscard]] std::optional<call::Leg::Refusal> take(sip::IncomingRequest& request);

    void ring() { leg_.ring(); }
    void answer() { leg_.answer(); }
    void press(char digit);
    void play_tone(unsigned hertz);
    void listen_for(unsigned hertz);
    void capture(std::chrono::milliseconds length);
    void hang_up();

    const std::string& sip_call_id() const { return leg_.sip_call_id(); }
    bool is_answered() const { return leg_.state() == call::Leg::State::answered; }
    bool is_over() const { return leg_.state() == call::Leg::State::ended; }
    bool is_closed() const { return leg_.is_closed(); }  // its media too: it may be destroyed
    const std::optional<call::LegEnd>& end() const { return end_; }  // when the peer ended it
    bool has_heard(unsigned hertz) const { return heard_.contains(hertz); }
    // Since the last capture(), at 8000 Hz.
    const std::optional<std::vector<std::int16_t>>& captured() const { return captured_; }

    media::StreamId stream() const { return leg_.stream(); }
    void on_media(media::MediaEvent& event);  // of this leg's stream, beside what the leg takes

  private:
    void command(media::MediaCommand command);
    void on_leg_answered(call::Leg&) override { changed_.notify(); }
    void on_leg_ended(call::Leg&, const call::LegEnd& end) override;
    void on_leg_closed(call::Leg&) override { changed_.notify(); }

    call::Services& services_;
    Signal& changed_;
    std::optional<call::LegEnd> end_;
    std::set<unsigned> heard_;
    std::optional<std::vector<std::int16_t>> captured_;
    call::Leg leg_;
};

}  // namespace skyn3t::verify
