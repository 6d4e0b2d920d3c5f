#include "store/community_writer.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "store/audit_store.hpp"
#include "store/community_audit.hpp"
#include "store/resource_rows.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kInsertCommunity{
    "insert_community",
    "INSERT INTO communities (sid, account_sid, code, name, number, type, language, target, "
    "passwords, caller_id, may_dial, no_input, main_document_file, main_document, created_ms, "
    "updated_ms) "
    "VALUES (:community, :account, :code, :name, :number, :type, :language, :target, :passwords, "
    ":caller_id, :may_dial, :no_input, :file, :document, :now, :now)"};
constexpr CommunityQuery kUpdateCommunity{
    "update_community",
    "UPDATE communities SET account_sid = :account, code = :code, name = :name, number = :number, "
    "type = :type, language = :language, target = :target, passwords = :passwords, "
    "caller_id = :caller_id, may_dial = :may_dial, no_input = :no_input, main_document_file = "
    ":file, main_document = :document, "
    "updated_ms = :now WHERE sid = :community"};
// Its row and its roles stay, so that it can be had back; its names are free.
constexpr CommunityQuery kSetAside{
    "set_community_aside",
    "UPDATE communities SET removed_ms = :now, removed_code = code, removed_number = number, "
    "code = sid, number = sid WHERE sid = :community"};
constexpr CommunityQuery kTakeBack{
    "take_community_back",
    "UPDATE communities SET code = removed_code, number = removed_number, removed_ms = NULL, "
    "removed_code = NULL, removed_number = NULL, updated_ms = :now "
    "WHERE sid = :community AND removed_ms IS NOT NULL"};
// What else is its own is gone at once.
constexpr CommunityQuery kDeleteBelongings[]{
    {"delete_mappings_of", "DELETE FROM domain_mappings WHERE community_id = :community"},
    {"delete_resources_of", "DELETE FROM resources WHERE community_id = :community"},
    {"delete_bindings_of", "DELETE FROM bindings WHERE community_id = :community"},
    {"delete_unprovisioned_of", "DELETE FROM unprovisioned WHERE community_id = :community"},
    {"delete_migration_of", "DELETE FROM community_migrations WHERE community_id = :community"},
};
constexpr CommunityQuery kDeleteRoles{"delete_roles",
                                      "DELETE FROM roles WHERE community_id = :community"};
constexpr CommunityQuery kInsertRole{
    "insert_role",
    "INSERT INTO roles (community_id, role, position, digit, label, password_sealed) "
    "VALUES (:community, :role, :position, :digit, :label, :password)"};
// What a name that another community of the same change is about to take becomes meanwhile.
constexpr CommunityQuery kReleaseNames{
    "release_community", "UPDATE communities SET code = sid, number = sid WHERE sid = :community"};
// What its names would be taken from: provisioning finds a community's resources by them.
constexpr CommunityQuery kOthersOfItsNames{
    "others_of_its_names",
    "SELECT sid FROM resources WHERE community_id <> :community AND "
    "(kind = 'incoming-phone-number' AND unique_name = :number OR "
    "kind = 'credential-list' AND unique_name = :list) LIMIT 1"};
// Another mark each time: whoever is provisioning an earlier declaration must not take this one for
// nothing_else.
constexpr CommunityQuery kNoteUnprovisioned{
    "note_unprovisioned",
    "INSERT INTO unprovisioned (community_id, mark, old_passwords_until_ms) "
    "VALUES (:community, :mark, :until) ON CONFLICT (community_id) DO UPDATE SET "
    "mark = excluded.mark, old_passwords_until_ms = CASE WHEN CAST(:replaces AS BIGINT) = 1 "
    "THEN excluded.old_passwords_until_ms ELSE unprovisioned.old_passwords_until_ms END"};

Result<void> nothing_else(const Result<std::int64_t>& changed) {
    if (!changed) return tl::unexpected(changed.error());
    return {};
}

Error about(const model::Community& community, const Error& error) {
    return {error.code, community.code + ": " +
                            (error.code == Errc::conflict
                                 ? "its code, number or list name belongs to another community"
                                 : error.detail)};
}

// A password that works is kept: somebody has typed it into a phone.
model::Secret password_for(const model::Community& community, const model::Role& role,
                           const model::Community* before) {
    if (role.password || !before || community.passwords != before->passwords ||
        community.passwords == model::PasswordPolicy::guide)
        return model::new_password(community, role);
    const model::Role* old = before->find_role(role.role);
    return old && old->password ? *old->password : model::new_password(community, role);
}

}  // namespace

Result<std::vector<CommunitySid>> CommunityWriter::apply(const ModelChange& change) {
    for (const CommunitySid& sid : change.remove)
        if (auto removed = remove(sid, change.actor); !removed)
            return tl::unexpected(removed.error());
    for (const CommunitySid& sid : change.restore)
        if (auto restored = restore(sid, change); !restored)
            return tl::unexpected(restored.error());
    std::vector<std::optional<model::Community>> before;  // beside change.put
    for (const model::Community& community : change.put) {
        before.emplace_back();
        if (community.sid.empty()) continue;
        auto stored = read_community(session_, community.sid);
        if (stored && !*stored)
            stored = fail(Errc::not_found, community.code + ": it is not stored any more");
        if (!stored) return tl::unexpected(stored.error());
        auto known = unsealed(std::move(**stored), box_);
        if (!known) return tl::unexpected(known.error());
        before.back() = std::move(*known);
        if (auto released = release_names(*before.back()); !released)
            return tl::unexpected(released.error());
    }
    std::vector<CommunitySid> sids;
    for (std::size_t i = 0; i < change.put.size(); ++i) {
        auto sid = put(change.put[i], before[i] ? &*before[i] : nullptr, change);
        if (!sid) return tl::unexpected(about(change.put[i], sid.error()));
        sids.push_back(std::move(*sid));
    }
    if (auto noted = insert_old_names(session_, change.old_names); !noted)
        return tl::unexpected(noted.error());
    return sids;
}

Result<void> CommunityWriter::remove(const CommunitySid& community, const std::string& actor) {
    const auto before = read_community(session_, community);
    if (!before) return tl::unexpected(before.error());
    if (!*before) return fail(Errc::not_found, "no such community: " + community.str());
    for (const auto& query : kDeleteBelongings)
        if (auto gone = nothing_else(session_.execute(query, community)); !gone) return gone;
    if (auto aside = nothing_else(session_.execute(kSetAside, community, {{"now", now_}})); !aside)
        return aside;
    return audit(&(**before).community, nullptr, actor);
}

// Under the sid that it had, so that its calls are its own again.
Result<void> CommunityWriter::restore(const CommunitySid& sid, const ModelChange& change) {
    const auto kept = read_removed_community(session_, sid);
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept) return fail(Errc::not_found, "no such removed community: " + sid.str());
    const model::Community& community = (**kept).community;
    auto step = nothing_else(session_.execute(kTakeBack, sid, {{"now", now_}}));
    if (step && community.target == model::Target::local) step = claim_names(community);
    if (step) step = note_unprovisioned(community, nullptr, change);
    if (!step) return tl::unexpected(about(community, step.error()));
    return AuditStore::add(session_, {now_, change.actor, "community.restore", sid,
                                      audit_detail(nullptr, &community)});
}

Result<void> CommunityWriter::release_names(const model::Community& before) {
    return nothing_else(session_.execute(kReleaseNames, before.sid));
}

// What is said about old passwords holds until they are replaced again.
Result<void> CommunityWriter::note_unprovisioned(const model::Community& community,
                                                 const model::Community* before,
                                                 const ModelChange& change) {
    const auto is_replaced = [&](const model::Role& role) {
        const auto* old = before ? before->find_role(role.role) : nullptr;
        return old && old->password != role.password;
    };
    const bool replaces = std::any_of(community.roles.begin(), community.roles.end(), is_replaced);
    Param until("until", change.old_passwords_until.value_or(WallTime{}));
    until.is_null = !replaces || !change.old_passwords_until;
    const std::string mark = random_hex(8);
    return nothing_else(session_.execute(kNoteUnprovisioned, community.sid,
                                         {{"mark", mark}, until, {"replaces", replaces ? 1 : 0}}));
}

// Adopts what waits for it in the account's own community.
Result<void> CommunityWriter::claim_names(const model::Community& community) {
    const std::string list = model::credential_list_name(community.code);
    const std::string& number = community.number.str();
    if (auto adopted = adopt_resources(session_, community.sid, number, list); !adopted)
        return adopted;
    auto others =
        session_.query_one(kOthersOfItsNames, community.sid, {{"number", number}, {"list", list}},
                           [](const Row& row) { return row.text(0); });
    if (!others) return tl::unexpected(others.error());
    if (*others) return fail(Errc::conflict, **others + " belongs to another community");
    return {};
}

Result<CommunitySid> CommunityWriter::put(const model::Community& wanted,
                                          const model::Community* before,
                                          const ModelChange& change) {
    model::Community community = wanted;
    if (!before) community.sid = CommunitySid::generate();
    for (model::Role& role : community.roles) role.password = password_for(wanted, role, before);
    auto step = put_head(community, before == nullptr);
    if (step) step = put_roles(community);
    // What lives at Twilio has no resources here.
    if (step && community.target == model::Target::local) step = claim_names(community);
    if (step) step = note_unprovisioned(community, before, change);
    if (step) step = audit(before, &community, change.actor);
    if (!step) return tl::unexpected(step.error());
    return community.sid;
}

Result<void> CommunityWriter::put_head(const model::Community& community, bool is_new) {
    const auto& document = community.main_document;
    Param file("file", document ? std::string_view(document->file) : std::string_view());
    Param text("document", document ? std::string_view(document->xml) : std::string_view());
    file.is_null = text.is_null = !document;
    const std::string may_dial = community.may_dial.text();
    return nothing_else(session_.execute(is_new ? kInsertCommunity : kUpdateCommunity,
                                         community.sid,
                                         {{"account", account_},
                                          {"code", community.code},
                                          {"name", community.name},
                                          {"number", community.number.str()},
                                          {"type", to_string(community.type)},
                                          {"language", community.language},
                                          {"target", to_string(community.target)},
                                          {"passwords", to_string(community.passwords)},
                                          {"caller_id", to_string(community.caller_id)},
                                          {"may_dial", may_dial},
                                          {"no_input", community.no_input},
                                          file,
                                          text,
                                          {"now", now_}}));
}

Result<void> CommunityWriter::put_roles(const model::Community& community) {
    auto step = nothing_else(session_.execute(kDeleteRoles, community.sid));
    std::int64_t position = 0;
    for (const model::Role& role : community.roles) {
        if (!step) return step;
        const std::string sealed =
            box_.seal(*role.password, role_context(community.sid, role.role));
        step = nothing_else(session_.execute(kInsertRole, community.sid,
                                             {{"role", role.role},
                                              {"position", position++},
                                              {"digit", std::string_view(&role.digit, 1)},
                                              {"label", role.label},
                                              {"password", sealed}}));
    }
    return step;
}

Result<void> CommunityWriter::audit(const model::Community* before, const model::Community* after,
                                    const std::string& actor) {
    const char* action = !before  ? "community.create"
                         : !after ? "community.remove"
                                  : "community.update";
    const auto& community = after ? *after : *before;
    return AuditStore::add(session_,
                           {now_, actor, action, community.sid, audit_detail(before, after)});
}

}  // namespace skyn3t::store
