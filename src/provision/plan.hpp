#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/community.hpp"

namespace skyn3t::provision {

enum class Action { create, update, unchanged, not_in_file, remove };
[[nodiscard]] std::string_view to_string(Action action);  // "create", ..., "not-in-file"

// One difference: "number", "roles[office].label". Passwords are never shown: from and to are then
// "***".
struct FieldChange {
    std::string field, from, to;
    bool operator==(const FieldChange&) const = default;
};

// A phone that somebody has to go to, or that will stop.
struct PhoneConsequence {
    enum class Kind { set_up, set_again, stops };
    Kind kind;
    std::string username;      // as it will be; for `stops` as it was
    std::string old_username;  // when it changes
    bool password_changes = false;
    bool operator==(const PhoneConsequence&) const = default;
};

struct CommunityChange {
    Action action;
    model::Community
        community;  // desired, with the stored sid; the stored one for not_in_file and remove
    std::vector<FieldChange> fields;
    std::vector<PhoneConsequence> phones;
    // Uploaded ones that go with a community that is removed. Whoever keeps them fills it in: a
    // plan knows declarations only.
    std::vector<std::string> recordings{};
};

struct Plan {
    std::vector<CommunityChange>
        changes;  // updates, then creates, as in the file; then removals; then the untouched
    bool is_empty() const;  // nothing to do

    // What the store is to write.
    std::vector<model::Community> put() const;
    std::vector<CommunitySid> remove() const;
};

enum class Prune { no, yes };  // yes: communities that are not in the file are removed

// The code that a community is to have, and the one that it had before.
using Renames = std::map<std::string, std::string>;

// Desired against actual; `actual` with its passwords (CommunityStore::all_with_passwords). Pure. A
// community is known by its code alone. A code changes only where `renames` says so: a new code
// with another community's number is a mistake more often than a new name, and would take that
// community's phones and calls.
[[nodiscard]] Plan make_plan(const std::vector<model::Community>& desired,
                             const std::vector<model::Community>& actual, Prune prune = Prune::no,
                             const Renames& renames = {});

}  // namespace skyn3t::provision
