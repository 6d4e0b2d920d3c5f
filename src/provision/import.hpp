#pragma once

#include <string>

#include "provision/desired.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// A communities.yaml made from what an account has under our names: lists [CODE]_Credentials with
// users [NUMBER]-[role], and the numbers. What the account does not tell stands in comments:
// passwords, keys, labels.
struct Imported {
    std::string yaml;
    std::size_t communities = 0;
};
[[nodiscard]] twilio::Answer<Imported> import_account(twilio::Client& client,
                                                      const TargetSettings& target);

}  // namespace skyn3t::provision
