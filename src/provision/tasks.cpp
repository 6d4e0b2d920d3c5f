#include "provision/tasks.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace skyn3t::provision {
namespace {

using model::Community;
using model::Target;
using store::OldName;

const PlaceSettings* find_place(const std::vector<PlaceSettings>& places, model::Target target) {
    for (const auto& each : places)
        if (each.target.target == target) return &each;
    return nullptr;
}
const PlaceSettings* find_place(const std::vector<PlaceSettings>& places, const std::string& key) {
    for (const auto& each : places)
        if (each.key == key) return &each;
    return nullptr;
}

const model::Migration* find(const std::vector<model::Migration>& migrations,
                             const Community& community) {
    for (const auto& each : migrations)
        if (each.community == community.sid) return &each;
    return nullptr;
}

Wanted wanted_of(const Community& community, const TargetSettings& target,
                 const model::Migration* moving) {
    Wanted wanted{community.code, community.name, desire(community, target), {}, false};
    if (!moving) return wanted;
    // Also of one that has gone back to the beginning: as long as it is not undone, Twilio's number
    // may ask us for documents, which ring the phones here by this user.
    if (target.target == Target::local)
        wanted.desired->credentials.push_back({std::string(model::kGatewayRole),
                                               model::gateway_username(community.number),
                                               moving->gateway_password});
    if (!moving->is_at_both()) return wanted;
    // Until its number is to arrive there.
    const auto furthest = std::max(moving->stage, moving->going.value_or(model::Stage::none));
    wanted.needs_number = target.target == community.target || furthest == model::Stage::number;
    return wanted;
}

const Community* find(const std::vector<Community>& communities, const CommunitySid& sid) {
    for (const Community& each : communities)
        if (each.sid == sid) return &each;
    return nullptr;
}

void append(std::vector<OldName>& all, const Community& community, const std::string& place,
            const OldNames& names) {
    using Kind = OldName::Kind;
    const auto add = [&](Kind kind, const std::vector<std::string>& list) {
        for (const auto& each : list)
            all.push_back({place, community.sid, community.code, community.name, kind, each});
    };
    add(Kind::list, names.lists);
    add(Kind::username, names.usernames);
    add(Kind::number, names.numbers);
}

void subtract(std::vector<std::string>& names, const std::vector<std::string>& others) {
    std::erase_if(names, [&](const std::string& each) {
        return std::find(others.begin(), others.end(), each) != others.end();
    });
}

// Names that a community of this target has today are nobody's old ones.
bool is_in_use(const OldName& old, const Scope& scope, Target target) {
    return std::any_of(scope.declared.begin(), scope.declared.end(), [&](const Community& each) {
        if (!lives_at(each, target, scope.migrations)) return false;
        const OldNames today = names_of(each);
        const auto& names = old.kind == OldName::Kind::list       ? today.lists
                            : old.kind == OldName::Kind::username ? today.usernames
                                                                  : today.numbers;
        return std::find(names.begin(), names.end(), old.name) != names.end();
    });
}

void add_name(OldNames& names, const OldName& old) {
    switch (old.kind) {
        case OldName::Kind::list:
            return names.lists.push_back(old.name);
        case OldName::Kind::username:
            return names.usernames.push_back(old.name);
        case OldName::Kind::number:
            return names.numbers.push_back(old.name);
    }
}

// What a new role's password will be is for the store to make.
void fill_passwords(Community& community, const Community* actual) {
    for (model::Role& role : community.roles) {
        if (role.password) continue;
        const model::Role* old = actual ? actual->find_role(role.role) : nullptr;
        if (community.passwords == model::PasswordPolicy::guide)
            role.password = model::guide_password(community.code, role.role);
        else if (old && actual->passwords == community.passwords)
            role.password = old->password;
    }
}

}  // namespace

bool lives_at(const Community& community, Target target,
              const std::vector<model::Migration>& migrations) {
    const auto* moving = find(migrations, community);
    return community.target == target || (moving && moving->to == target && moving->is_at_both());
}

std::vector<Task> tasks_of(const Scope& scope, const std::vector<PlaceSettings>& places) {
    std::vector<Task> tasks;
    std::map<std::pair<std::string, CommunitySid>, std::size_t> index;
    for (const Community& each : scope.declared) {
        if (!scope.codes.contains(each.code)) continue;
        for (const Target target : {each.target, model::other(each.target)}) {
            const auto* place = find_place(places, target);
            if (!place || !lives_at(each, target, scope.migrations)) continue;
            index[{place->key, each.sid}] = tasks.size();
            tasks.push_back({place->key, each.sid, target,
                             wanted_of(each, place->target, find(scope.migrations, each))});
        }
    }
    for (const OldName& old : scope.old) {
        const auto* place = find_place(places, old.target);
        if (!place || is_in_use(old, scope, place->target.target)) continue;
        const auto [at, is_new] = index.try_emplace({old.target, old.community}, tasks.size());
        if (is_new)
            tasks.push_back({old.target,
                             old.community,
                             place->target.target,
                             {old.code, old.community_name, {}, {}, false}});
        add_name(tasks[at->second].wanted.old, old);
    }
    for (Task& task : tasks)
        task.wanted.is_last = std::none_of(
            scope.declared.begin(), scope.declared.end(),
            [&](const Community& each) { return lives_at(each, task.target, scope.migrations); });
    return tasks;
}

void leave_unreplaced(std::vector<Task>& tasks, const Scope& scope,
                      const store::ProvisionStore::Marks& unprovisioned) {
    std::set<CommunitySid> coming;
    for (const Task& task : tasks)
        if (task.wanted.desired) coming.insert(task.community);
    std::erase_if(tasks, [&](const Task& task) {
        return !task.wanted.desired && !coming.contains(task.community) &&
               unprovisioned.contains(task.community) && find(scope.declared, task.community);
    });
}

std::vector<OldName> old_names_of(const Plan& plan, const std::vector<Community>& actual,
                                  const std::vector<PlaceSettings>& places,
                                  const std::vector<model::Migration>& migrations) {
    std::vector<OldName> all;
    for (const CommunityChange& change : plan.changes) {
        const bool is_update = change.action == Action::update;
        if (!is_update && change.action != Action::remove) continue;
        const Community* before = find(actual, change.community.sid);
        if (!before) continue;
        for (const PlaceSettings& place : places) {
            const Target target = place.target.target;
            if (!lives_at(*before, target, migrations)) continue;
            OldNames names = names_of(*before);
            if (is_update && lives_at(change.community, target, migrations)) {
                const OldNames today = names_of(change.community);
                subtract(names.lists, today.lists);
                subtract(names.usernames, today.usernames);
                subtract(names.numbers, today.numbers);
            }
            append(all, *before, place.key, names);
        }
    }
    return all;
}

std::vector<OldName> leftovers_of(const Community& community, const model::Migration& migration,
                                  bool is_arrived, const std::vector<PlaceSettings>& places) {
    std::vector<OldName> all;
    if (const auto* here = find_place(places, Target::local))
        append(all, community, here->key, {{}, {model::gateway_username(community.number)}, {}});
    if (const auto* there = find_place(places, migration.to); there && !is_arrived)
        append(all, community, there->key, names_of(community));
    return all;
}

std::vector<Community> declared_after(const Plan& plan, const std::vector<Community>& actual) {
    std::vector<Community> all;
    for (const CommunityChange& change : plan.changes) {
        if (change.action == Action::remove) continue;
        Community community = change.community;
        fill_passwords(community, find(actual, community.sid));
        all.push_back(std::move(community));
    }
    return all;
}

}  // namespace skyn3t::provision
