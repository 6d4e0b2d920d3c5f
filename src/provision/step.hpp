#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "model/secret.hpp"
#include "provision/finding.hpp"
#include "provision/plan.hpp"
#include "twilio/transport.hpp"

namespace skyn3t::provision {

enum class Verb {
    create,
    update,
    remove,
    blocked  // cannot be done by us: the operator has to
};
enum class Subject {
    credential_list,
    credential,
    domain,
    calls_mapping,
    registrations_mapping,
    number
};
[[nodiscard]] std::string_view to_string(Verb verb);
[[nodiscard]] std::string_view to_string(Subject subject);  // "credential-list", ...

// One request to a target, as people read it and as it is sent.
struct Step {
    Verb verb{};
    Subject subject{};
    std::string name;                   // of the resource; of the list for a mapping
    std::vector<FieldChange> fields{};  // passwords hidden
    std::string es{}, en{};

    std::string sid{};   // of what is changed or removed; of the list for removing a mapping
    std::string list{};  // of an old list that holds the credential; empty: the community's
    twilio::Form form{};
    model::Secret password{};

    const std::string& text(Lang lang) const { return lang == Lang::en ? en : es; }
};

// Of a credential whose present password stays good: says for how long.
void describe_kept(Step& step, std::chrono::seconds time);
// Fills in the sentences. `where`: the domain's name.
void describe(Step& step, const std::string& where);

}  // namespace skyn3t::provision
