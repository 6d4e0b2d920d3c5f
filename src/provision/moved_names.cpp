#include "provision/moved_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skyn3t::provision {
namespace {

using model::Community;

class Moves {
  public:
    Moves(const Plan& plan, const std::vector<Community>& actual) : plan_(plan), actual_(actual) {}

    // Who has the number that this community is to have.
    const Community* owner_of(const Community& desired) const {
        for (const Community& each : actual_)
            if (each.number == desired.number && each.sid != desired.sid) return &each;
        return nullptr;
    }
    // What becomes of a stored community.
    const CommunityChange& change_of(const Community& stored) const {
        return *std::find_if(plan_.changes.begin(), plan_.changes.end(), [&](const auto& change) {
            return change.community.sid == stored.sid;
        });
    }
    // Does each wait for the next one's number, and the last for this one's?
    bool is_circle(const Community& desired) const {
        const Community* at = owner_of(desired);
        for (std::size_t n = 0; at && n < actual_.size(); ++n) {
            if (at->sid == desired.sid) return true;
            const CommunityChange& change = change_of(*at);
            if (change.action != Action::update) return false;
            at = owner_of(change.community);
        }
        return false;
    }

  private:
    const Plan& plan_;
    const std::vector<Community>& actual_;
};

struct Words {
    const char *es, *en;  // {0}: the number, {1}: whose it is, {2}: who is to have it
};
constexpr Words kRemoved{
    "el número {0} es de {1}, que este mismo apply elimina; elimine antes {1} (skyn3t community "
    "remove {1}) y repita este",
    "the number {0} is {1}'s, which this same apply removes; remove {1} first (skyn3t community "
    "remove {1}), then repeat this one"};
constexpr Words kKept{
    "el número {0} es de {1}, que lo conserva; use otro para {2}, o déle antes otro a {1} en un "
    "apply aparte",
    "the number {0} is {1}'s, which keeps it; use another one for {2}, or give {1} another one "
    "first, in an apply of its own"};
// A community that is made with the number of one that stays, or that goes.
constexpr Words kOwned{
    "el número {0} es de {1}, que lo conserva; use otro para {2}. Si {2} es el nuevo código de "
    "{1}, dígalo: «was: {1}» en el archivo, o skyn3t community rename {1} {2}",
    "the number {0} is {1}'s, which keeps it; use another one for {2}. If {2} is {1}'s new code, "
    "say so: \"was: {1}\" in the file, or skyn3t community rename {1} {2}"};
constexpr Words kReplaced{
    "el número {0} es de {1}, que este mismo apply elimina; si {2} es su nuevo código, dígalo: "
    "«was: {1}» en el archivo; si es otra comunidad, elimine antes {1} (skyn3t community remove "
    "{1}) y repita este",
    "the number {0} is {1}'s, which this same apply removes; if {2} is its new code, say so: "
    "\"was: {1}\" in the file; if it is another community, remove {1} first (skyn3t community "
    "remove {1}), then repeat this one"};
constexpr Words kFreed{
    "el número {0} es de {1} hasta ahora, y no puede pasar a {2} en el mismo apply; aplique antes "
    "este archivo con {2} como estaba, y después tal como está",
    "the number {0} is {1}'s until now and cannot go to {2} in the same apply; first apply this "
    "file with {2} as it was, then as it is"};
constexpr Words kCircle{
    "el número {0} es de {1} hasta ahora, y los números se intercambian; hágalo en tres apply: "
    "primero {1} con un número que nadie use y {2} como estaba, después {2} con {0}, y al final "
    "este archivo",
    "the number {0} is {1}'s until now, and numbers are exchanged; do it in three applies: first "
    "{1} with a number that nobody uses and {2} as it was, then {2} with {0}, and at last this "
    "file"};

const Words& words_of(const CommunityChange& change, const CommunityChange& of_owner,
                      const Community& owner, const Moves& moves) {
    const bool is_new = change.action == Action::create;
    if (of_owner.action == Action::remove) return is_new ? kReplaced : kRemoved;
    const bool is_freed =
        of_owner.action == Action::update && of_owner.community.number != owner.number;
    if (!is_freed) return is_new ? kOwned : kKept;
    return moves.is_circle(change.community) ? kCircle : kFreed;
}

const Community* find_stored(const std::vector<Community>& actual, const std::string& code) {
    const auto found = std::find_if(actual.begin(), actual.end(),
                                    [&](const Community& each) { return each.code == code; });
    return found == actual.end() ? nullptr : &*found;
}

// A new code that is not the old one's: the file still names the old one, or both are stored.
std::vector<Finding> wrong_renames(const Manifest& manifest, const std::vector<Community>& actual) {
    std::vector<Finding> findings;
    for (const ManifestCommunity& each : manifest.communities) {
        if (each.was.empty()) continue;
        const std::string& code = each.community.code;
        const bool is_in_file =
            std::any_of(manifest.communities.begin(), manifest.communities.end(),
                        [&](const auto& other) { return other.community.code == each.was; });
        const bool are_two = find_stored(actual, code) && find_stored(actual, each.was);
        if (!is_in_file && !are_two) continue;
        findings.push_back(
            {"renamed-code", Level::error, each.where("was"),
             fmt::format("{0} no puede ser el nuevo código de {1}: {1} sigue {2}; quite «was», o "
                         "elimine antes {1}",
                         code, each.was, is_in_file ? "en el archivo" : "existiendo"),
             fmt::format("{0} cannot be the new code of {1}: {1} is still {2}; take out \"was\", "
                         "or remove {1} first",
                         code, each.was, is_in_file ? "in the file" : "there")});
    }
    return findings;
}

}  // namespace

std::vector<Finding> moved_names(const Manifest& manifest, const Plan& plan,
                                 const std::vector<Community>& actual) {
    const Moves moves(plan, actual);
    std::vector<Finding> findings = wrong_renames(manifest, actual);
    for (const CommunityChange& change : plan.changes) {
        if (change.action != Action::create && change.action != Action::update) continue;
        const Community* owner = moves.owner_of(change.community);
        if (!owner) continue;
        const CommunityChange& of_owner = moves.change_of(*owner);
        const Words& words = words_of(change, of_owner, *owner, moves);
        const std::string& code = change.community.code;
        const auto entry =
            std::find_if(manifest.communities.begin(), manifest.communities.end(),
                         [&](const auto& each) { return each.community.code == code; });
        Finding finding{"moved-number", Level::error, {}, {}, {}};
        if (entry != manifest.communities.end()) finding.where = entry->where("number");
        const std::string number = owner->number.str();
        finding.es = fmt::format(fmt::runtime(words.es), number, owner->code, code);
        finding.en = fmt::format(fmt::runtime(words.en), number, owner->code, code);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace skyn3t::provision
