#pragma once

#include <vector>

#include "provision/difference.hpp"

namespace skyn3t::provision {

// One community at one target: what is wanted, what there is, and what makes it so.
struct CommunitySteps {
    Wanted wanted;
    Actual actual;
    std::vector<Step> steps;
    std::vector<std::string> strangers;  // in its list, and of nobody we know
};

// Reads the target, for each community with `parallel` requests at a time. The domain, which all
// share, is the first one's that needs it, to be carried out before the others, and the last one's
// that goes, to be carried out after them. `to_be_bought` are taken for numbers that are there.
[[nodiscard]] twilio::Answer<std::vector<CommunitySteps>> survey(
    twilio::Client& client, const TargetSettings& target, const Memory& memory,
    std::vector<Wanted> wanted, unsigned parallel = 1,
    std::vector<twilio::IncomingNumber> to_be_bought = {});

}  // namespace skyn3t::provision
