#pragma once

#include <string>

#include "provision/actual.hpp"
#include "provision/memory.hpp"
#include "provision/step.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// Carries out one community's steps, one after the other; what one step makes, the next ones use.
// One thread.
class Applier {
  public:
    Applier(twilio::Client& client, Memory& memory, const Actual& actual, std::string domain);

    // Once it has failed, the community's other steps must not be carried out.
    [[nodiscard]] twilio::Answer<void> carry_out(const Step& step);

  private:
    twilio::Answer<void> list(const Step& step);
    twilio::Answer<void> credential(const Step& step);
    twilio::Answer<void> domain(const Step& step);
    twilio::Answer<void> mapping(const Step& step, twilio::MappingPlace place);
    twilio::Answer<void> number(const Step& step);
    // Another community of the same run may have made it.
    twilio::Answer<std::string> domain_sid();

    twilio::Client& client_;
    Memory& memory_;
    std::string domain_name_;
    std::string list_, domain_;  // SIDs, as far as they are known
};

}  // namespace skyn3t::provision
