#pragma once

#include <string>
#include <vector>

#include "provision/desired.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// A communities.yaml made from what an account has under our names: lists [CODE]_Credentials with
// users [NUMBER]-[role], and the numbers. What the account does not tell stands in comments:
// passwords, keys, labels. Communities that are declared to live there are as they are declared:
// the file of one's own server changes nothing when it is applied.
struct Imported {
    std::string yaml;
    std::size_t communities = 0;
};
[[nodiscard]] twilio::Answer<Imported> import_account(
    twilio::Client& client, const TargetSettings& target,
    const std::vector<model::Community>& declared = {});

}  // namespace skyn3t::provision
