#include "provision/plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace skyn3t::provision {
namespace {

using model::Community;
using model::PasswordPolicy;
using model::Role;
using Consequence = PhoneConsequence;

constexpr const char* kHidden = "***";

// Will the role's password be another one? As CommunityStore decides: given by the operator, the
// formula, or kept.
bool password_changes(const Community& desired, const Role& role, const Community& actual,
                      const Role& old) {
    if (role.password) return role.password != old.password;
    if (desired.passwords == PasswordPolicy::guide)
        return model::guide_password(desired.code, role.role) != old.password;
    return actual.passwords != PasswordPolicy::generated;
}

class Differ {
  public:
    Differ(const Community& desired, const Community& actual)
        : desired_(desired), actual_(actual) {}

    CommunityChange compare() {
        change_.community = desired_;
        change_.community.sid = actual_.sid;
        field("code", actual_.code, desired_.code);
        field("name", actual_.name, desired_.name);
        field("number", actual_.number.str(), desired_.number.str());
        field("type", to_string(actual_.type), to_string(desired_.type));
        field("language", actual_.language, desired_.language);
        field("target", to_string(actual_.target), to_string(desired_.target));
        field("passwords", to_string(actual_.passwords), to_string(desired_.passwords));
        field("caller_id", to_string(actual_.caller_id), to_string(desired_.caller_id));
        field("may_dial", actual_.may_dial.text(), desired_.may_dial.text());
        field("no_input", actual_.no_input, desired_.no_input);
        compare_document();
        compare_roles();
        change_.action = change_.fields.empty() ? Action::unchanged : Action::update;
        return std::move(change_);
    }

  private:
    void field(std::string name, std::string_view from, std::string_view to) {
        if (from != to)
            change_.fields.push_back({std::move(name), std::string(from), std::string(to)});
    }

    void compare_document() {
        const auto name = [](const auto& document) {
            return document ? document->file : std::string();
        };
        // What the document says counts, not how its file is called.
        const auto text = [](const auto& document) {
            return document ? std::optional(document->xml) : std::nullopt;
        };
        if (text(actual_.main_document) == text(desired_.main_document)) return;
        change_.fields.push_back(
            {"documents.main", name(actual_.main_document), name(desired_.main_document)});
    }

    void compare_roles() {
        for (const Role& role : desired_.roles) {
            const std::string name = "roles[" + role.role + "]";
            const Role* old = actual_.find_role(role.role);
            if (!old) {
                field(name, "", std::string(1, role.digit) + " " + role.label);
                change_.phones.push_back({Consequence::Kind::set_up,
                                          model::username(desired_.number, role.role), "", true});
                continue;
            }
            field(name + ".digit", std::string(1, old->digit), std::string(1, role.digit));
            field(name + ".label", old->label, role.label);
            compare_phone(role, *old, name);
        }
        for (const Role& old : actual_.roles) {
            if (desired_.find_role(old.role)) continue;
            field("roles[" + old.role + "]", std::string(1, old.digit) + " " + old.label, "");
            change_.phones.push_back(
                {Consequence::Kind::stops, model::username(actual_.number, old.role), "", false});
        }
        // The order is the greeting's.
        if (names(desired_) != names(actual_) && sorted(names(desired_)) == sorted(names(actual_)))
            field("roles.order", joined(names(actual_)), joined(names(desired_)));
    }

    void compare_phone(const Role& role, const Role& old, const std::string& name) {
        Consequence phone{Consequence::Kind::set_again, model::username(desired_.number, role.role),
                          "", password_changes(desired_, role, actual_, old)};
        const std::string before = model::username(actual_.number, role.role);
        if (before != phone.username) phone.old_username = before;
        if (phone.password_changes)
            change_.fields.push_back({name + ".password", kHidden, kHidden});
        if (phone.password_changes || !phone.old_username.empty())
            change_.phones.push_back(std::move(phone));
    }

    static std::vector<std::string> names(const Community& community) {
        std::vector<std::string> roles;
        for (const Role& role : community.roles) roles.push_back(role.role);
        return roles;
    }
    static std::vector<std::string> sorted(std::vector<std::string> list) {
        std::sort(list.begin(), list.end());
        return list;
    }
    static std::string joined(const std::vector<std::string>& list) {
        std::string text;
        for (const std::string& each : list) text += (text.empty() ? "" : ", ") + each;
        return text;
    }

    const Community& desired_;
    const Community& actual_;
    CommunityChange change_{};
};

CommunityChange creation(const Community& desired) {
    CommunityChange change{Action::create, desired, {}, {}};
    change.community.sid = {};
    for (const Role& role : desired.roles)
        change.phones.push_back(
            {Consequence::Kind::set_up, model::username(desired.number, role.role), "", true});
    return change;
}

CommunityChange left_over(const Community& actual, Prune prune) {
    CommunityChange change{
        prune == Prune::yes ? Action::remove : Action::not_in_file, actual, {}, {}};
    if (prune == Prune::yes)
        for (const Role& role : actual.roles)
            change.phones.push_back(
                {Consequence::Kind::stops, model::username(actual.number, role.role), "", false});
    return change;
}

const Community* find_code(const std::vector<Community>& communities, const std::string& code) {
    const auto found = std::find_if(communities.begin(), communities.end(),
                                    [&](const Community& each) { return each.code == code; });
    return found == communities.end() ? nullptr : &*found;
}

// The stored community that `desired` means: by its code, else by the code that it had, unless the
// file still has a community of that code.
const Community* match(const Community& desired, const std::vector<Community>& all,
                       const std::vector<Community>& actual, const Renames& renames) {
    if (const Community* same = find_code(actual, desired.code)) return same;
    const auto renamed = renames.find(desired.code);
    if (renamed == renames.end() || find_code(all, renamed->second)) return nullptr;
    return find_code(actual, renamed->second);
}

int rank(Action action) {
    switch (action) {
        case Action::update:
            return 0;
        case Action::create:
            return 1;
        case Action::remove:
            return 2;
        case Action::unchanged:
            return 3;
        default:
            return 4;
    }
}

}  // namespace

std::string_view to_string(Action action) {
    switch (action) {
        case Action::create:
            return "create";
        case Action::update:
            return "update";
        case Action::unchanged:
            return "unchanged";
        case Action::remove:
            return "remove";
        default:
            return "not-in-file";
    }
}

bool Plan::is_empty() const {
    return std::all_of(changes.begin(), changes.end(), [](const CommunityChange& each) {
        return each.action == Action::unchanged || each.action == Action::not_in_file;
    });
}

std::vector<model::Community> Plan::put() const {
    std::vector<model::Community> communities;
    for (const CommunityChange& each : changes)
        if (each.action == Action::create || each.action == Action::update)
            communities.push_back(each.community);
    return communities;
}

std::vector<CommunitySid> Plan::remove() const {
    std::vector<CommunitySid> sids;
    for (const CommunityChange& each : changes)
        if (each.action == Action::remove) sids.push_back(each.community.sid);
    return sids;
}

Plan make_plan(const std::vector<Community>& desired, const std::vector<Community>& actual,
               Prune prune, const Renames& renames) {
    Plan plan;
    std::set<CommunitySid> matched;
    for (const Community& each : desired) {
        const Community* stored = match(each, desired, actual, renames);
        if (stored) matched.insert(stored->sid);
        plan.changes.push_back(stored ? Differ(each, *stored).compare() : creation(each));
    }
    for (const Community& each : actual)
        if (!matched.contains(each.sid)) plan.changes.push_back(left_over(each, prune));
    std::stable_sort(plan.changes.begin(), plan.changes.end(),
                     [](const CommunityChange& a, const CommunityChange& b) {
                         return rank(a.action) < rank(b.action);
                     });
    return plan;
}

}  // namespace skyn3t::provision
