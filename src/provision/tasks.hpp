#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/migration.hpp"
#include "provision/desired.hpp"
#include "provision/plan.hpp"
#include "store/provision_store.hpp"
#include "twilio/resources.hpp"

namespace skyn3t::provision {

// A target under the name that is remembered: "local", or the account's SID at Twilio.
struct PlaceSettings {
    std::string key;
    TargetSettings target;
};

// Whose resources are looked at, and what is known about them.
struct Scope {
    std::vector<model::Community> declared;  // all there are or are to be, with passwords
    std::set<std::string> codes;             // those of them that are meant
    std::vector<store::OldName> old;
    // At Twilio: looked at as if they were there. They are bought before anything is applied.
    std::vector<twilio::IncomingNumber> to_be_bought{};
    std::vector<model::Migration> migrations{};  // who is on the way between two places
};

// One community at one place. What has only old names comes after what is to be there, so that a
// community which moves is whole at its new place before it goes from the old one.
struct Task {
    std::string place;
    CommunitySid community;
    model::Target target{};
    Wanted wanted;
};
// Pure. Old names are looked after whoever is meant: they are what an earlier apply has left.
[[nodiscard]] std::vector<Task> tasks_of(const Scope& scope,
                                         const std::vector<PlaceSettings>& places);
// Takes away the tasks that only remove and whose community is neither as it was last declared nor
// made so beside them: what it had before may be all that its phones have, until it has arrived.
void leave_unreplaced(std::vector<Task>& tasks, const Scope& scope,
                      const store::ProvisionStore::Marks& unprovisioned);

// Whether this is one of its places: the one that is declared, and while it moves the new one too.
[[nodiscard]] bool lives_at(const model::Community& community, model::Target target,
                            const std::vector<model::Migration>& migrations);

// The names that the plan's communities had until now and will have no more. `actual` as for
// make_plan.
[[nodiscard]] std::vector<store::OldName> old_names_of(
    const Plan& plan, const std::vector<model::Community>& actual,
    const std::vector<PlaceSettings>& places, const std::vector<model::Migration>& migrations = {});
// All that a migration has made and that is nobody's once it is taken back, or, when `is_arrived`,
// once it is finished: Twilio's user here, and, taken back, the whole new place.
[[nodiscard]] std::vector<store::OldName> leftovers_of(const model::Community& community,
                                                       const model::Migration& migration,
                                                       bool is_arrived,
                                                       const std::vector<PlaceSettings>& places);

// All communities as they will be once the plan is carried out, with the passwords they will have;
// one that is to be made has none.
[[nodiscard]] std::vector<model::Community> declared_after(
    const Plan& plan, const std::vector<model::Community>& actual);

}  // namespace skyn3t::provision
