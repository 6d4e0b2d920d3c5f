#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/community.hpp"

namespace skyn3t::provision {

// Where a community's resources are made, and what they are called there.
struct TargetSettings {
    model::Target target = model::Target::local;
    std::string domain;                // "sip.example.cl", "NAME.sip.twilio.com"
    std::string domain_friendly_name;  // one domain for all communities
    std::string documents;             // where our documents are: "https://voice.example.cl"
    bool reports_calls = false;        // it is to tell us how calls ended

    // Here any number may be made: it is the operator's through a trunk. At Twilio making one means
    // buying it.
    bool may_create_numbers() const { return target == model::Target::local; }
    // The domain of this server is its configuration's; it is not ours to remove.
    bool may_remove_domain() const { return target == model::Target::twilio; }
    // At Twilio a credential has one password.
    bool keeps_old_passwords() const { return target == model::Target::local; }
};

struct DesiredDomain {
    std::string name, friendly_name, voice_url;
    std::string status_callback;  // empty: as it is
};
struct DesiredCredential {
    std::string role, username;
    model::Secret password;
};
struct DesiredNumber {
    std::string number, friendly_name, voice_url;
    std::string status_callback;  // empty: as it is
};

// A community as resources of Twilio's API. Documents are no resources: this server answers them.
struct Desired {
    DesiredDomain domain;
    std::string list;
    std::vector<DesiredCredential> credentials;
    DesiredNumber number;
};
// `community` with its passwords.
[[nodiscard]] Desired desire(const model::Community& community, const TargetSettings& target);

// What a community was called before: what has such a name at its target is removed.
struct OldNames {
    std::vector<std::string> lists, usernames, numbers;

    bool empty() const { return lists.empty() && usernames.empty() && numbers.empty(); }
};
[[nodiscard]] OldNames names_of(const model::Community& community);

// What is to be at the target for one community.
struct Wanted {
    std::string code;
    std::string name;
    std::optional<Desired> desired{};  // nothing: all that has an old name goes
    OldNames old{};
    bool is_last = false;      // nobody uses the target's domain any more
    bool needs_number = true;  // otherwise one that is not there is no fault
    // How long phones may use a password that is replaced, where the target can do that.
    std::chrono::seconds old_passwords_for{0};
};

}  // namespace skyn3t::provision
