#pragma once

#include <string>

#include "rest/provisioning.hpp"
#include "twilio/client.hpp"

namespace skyn3t::server {

// Why a step at a target failed, and how to go on: by an apply, whatever was asked for. What is
// declared is done by then, so that a rotation would rotate again and a removal find nobody.
[[nodiscard]] rest::Sentence explain(const twilio::Failure& failure, const rest::StepView& step,
                                     model::Target target);
// The same of reading a target.
[[nodiscard]] rest::Sentence explain(const twilio::Failure& failure, model::Target target);
[[nodiscard]] rest::Sentence not_begun();
// The same where an apply does not go on: a step of a migration that is taken back.
[[nodiscard]] rest::Sentence repeat_step(rest::Sentence why);

}  // namespace skyn3t::server
