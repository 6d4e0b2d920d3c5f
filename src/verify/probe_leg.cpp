#include "verify/probe_leg.hpp"

#include <utility>

#include "base/log.hpp"

namespace skyn3t::verify {
namespace {

constexpr media::PlayId kTonePlay = 1;

}  // namespace

ProbeLeg::ProbeLeg(call::Services& services, std::string media_key, Signal& changed)
    : services_(services),
      changed_(changed),
      leg_(services, static_cast<call::LegOwner&>(*this), std::move(media_key)) {}

Result<void> ProbeLeg::call(sip::OutgoingInvite invite) {
    return leg_.call(std::move(invite), std::nullopt);
}

std::optional<call::Leg::Refusal> ProbeLeg::take(sip::IncomingRequest& request) {
    return leg_.take(request);
}

void ProbeLeg::press(char digit) { leg_.send_digits(std::string(1, digit)); }

void ProbeLeg::play_tone(unsigned hertz) { command(media::PlaySine{stream(), kTonePlay, hertz}); }

void ProbeLeg::listen_for(unsigned hertz) { command(media::DetectTones{stream(), {hertz}}); }

void ProbeLeg::capture(std::chrono::milliseconds length) {
    captured_.reset();
    command(media::CaptureAudio{stream(), length});
}

void ProbeLeg::hang_up() { leg_.hang_up(model::EndReason::caller_hung_up); }

// What does not get through is not heard, and the check that waits for it says so.
void ProbeLeg::command(media::MediaCommand command) {
    if (!is_over() && !services_.media.submit(std::move(command)))
        log::warn("a probe's media command is lost, the engine's queue is full");
}

void ProbeLeg::on_media(media::MediaEvent& event) {
    if (const auto* tone = std::get_if<media::ToneDetected>(&event))
        heard_.insert(tone->hertz);
    else if (auto* audio = std::get_if<media::AudioCaptured>(&event))
        captured_ = std::move(audio->samples);
    else
        return;
    changed_.notify();
}

void ProbeLeg::on_leg_ended(call::Leg&, const call::LegEnd& end) {
    end_ = end;
    changed_.notify();
}

}  // namespace skyn3t::verify
