#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provision/desired.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// A whole account, as far as it can be read without asking for each community.
struct Snapshot {
    std::vector<twilio::CredentialList> lists;
    std::vector<twilio::IncomingNumber> numbers;
    std::optional<twilio::Domain> domain;           // ours, by its name
    std::vector<std::string> calls, registrations;  // lists that are mapped to it

    bool is_mapped(const std::string& list, twilio::MappingPlace place) const;
    // Whether nothing but these lists is mapped to the domain.
    bool is_mapped_only_to(const std::set<std::string>& lists) const;
};
[[nodiscard]] twilio::Answer<Snapshot> read_snapshot(twilio::Client& client,
                                                     const std::string& domain);

struct ActualList {
    twilio::CredentialList list;
    std::vector<twilio::Credential> credentials;
    bool for_calls = false, for_registrations = false;

    // Whether nobody has a phone in it but those with these names.
    bool is_all_of(const OldNames& names) const;
};

// What there is of one community, found by its names of today and before. Nothing else is looked
// at, so nothing else can be touched.
struct Actual {
    std::optional<twilio::Domain> domain;
    std::optional<ActualList> list;  // under today's name, else one of before, to be renamed
    std::vector<ActualList> old_lists;
    std::optional<twilio::IncomingNumber> number;
    std::vector<twilio::IncomingNumber> old_numbers;
};
[[nodiscard]] twilio::Answer<Actual> read_actual(twilio::Client& client, const Snapshot& snapshot,
                                                 const Wanted& wanted);

}  // namespace skyn3t::provision
