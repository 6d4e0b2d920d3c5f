#pragma once

#include <string>
#include <vector>

#include "model/community.hpp"
#include "provision/finding.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// All of an account that decides whether phones can register, call and be called, whoever made it.
struct Account {
    struct Domain {
        twilio::Domain domain;
        std::vector<std::string> calls, registrations;  // SIDs of the lists mapped to it
    };
    struct List {
        twilio::CredentialList list;
        std::vector<twilio::Credential> credentials;
    };
    model::Target target = model::Target::local;
    std::vector<Domain> domains;
    std::vector<List> lists;
    std::vector<twilio::IncomingNumber> numbers;
};
[[nodiscard]] twilio::Answer<Account> read_account(twilio::Client& client, model::Target target);

// The faults of hand-made set-ups (DESIGN.md, section 2) and Twilio's limits, as far as they show
// in an account: passwords, phones and the text of TwiML Bins do not.
[[nodiscard]] std::vector<Finding> lint_account(const Account& account);

}  // namespace skyn3t::provision
