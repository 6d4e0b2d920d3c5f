#pragma once

#include <string>

#include "rest/provisioning.hpp"
#include "twilio/client.hpp"

namespace skyn3t::server {

// Why a step at a target failed, and how to go on.
[[nodiscard]] rest::Sentence explain(const twilio::Failure& failure, const rest::StepView& step,
                                     model::Target target);
// The same of reading a target.
[[nodiscard]] rest::Sentence explain(const twilio::Failure& failure, model::Target target);
[[nodiscard]] rest::Sentence not_begun();

}  // namespace skyn3t::server
