#include "store/community_rows.hpp"

#include <map>

namespace skyn3t::store {
namespace {

// What stands behind sid, code, name and number.
#define SKYN3T_DECLARED                                                  \
    "type, language, target, passwords, caller_id, may_dial, no_input, " \
    "main_document_file, main_document FROM communities "
#define SKYN3T_COMMUNITIES "SELECT sid, code, name, number, " SKYN3T_DECLARED
#define SKYN3T_ROLES "SELECT community_id, role, digit, label, password_sealed FROM roles "

constexpr CommunityQuery kCommunity{"find_community", SKYN3T_COMMUNITIES
                                    "WHERE code <> '' AND removed_ms IS NULL AND sid = :community"};
// Under the names that it had.
constexpr CommunityQuery kRemovedCommunity{
    "find_removed_community", "SELECT sid, removed_code, name, removed_number, " SKYN3T_DECLARED
                              "WHERE removed_ms IS NOT NULL AND sid = :community"};
constexpr CommunityQuery kRoles{"community_roles",
                                SKYN3T_ROLES "WHERE community_id = :community ORDER BY position"};
// The platform's directory.
constexpr PlatformQuery kAllCommunities{
    "all_communities", SKYN3T_COMMUNITIES "WHERE code <> '' AND removed_ms IS NULL ORDER BY code"};
constexpr PlatformQuery kAllRoles{"all_roles", SKYN3T_ROLES "ORDER BY community_id, position"};

SealedCommunity read_head(const Row& row) {
    SealedCommunity sealed;
    model::Community& community = sealed.community;
    community.sid = row.sid<CommunitySid>(0);
    community.code = row.text(1);
    community.name = row.text(2);
    community.number = model::PhoneNumber::parse_e164(row.text(3)).value_or(model::PhoneNumber{});
    community.type = model::parse_community_type(row.text(4)).value_or(community.type);
    community.language = row.text(5);
    community.target = model::parse_target(row.text(6)).value_or(community.target);
    community.passwords = model::parse_password_policy(row.text(7)).value_or(community.passwords);
    community.caller_id = model::parse_caller_id_policy(row.text(8)).value_or(community.caller_id);
    community.may_dial = model::MayDial::from_text(row.text(9));
    community.no_input = row.text(10);
    if (!row.is_null(11)) community.main_document = model::OwnDocument{row.text(11), row.text(12)};
    return sealed;
}

struct RoleRow {
    CommunitySid community;
    model::Role role;
    std::string password;
};
RoleRow read_role(const Row& row) {
    const std::string& digit = row.text(2);
    return {row.sid<CommunitySid>(0),
            {row.text(1), digit.empty() ? '\0' : digit[0], row.text(3), std::nullopt},
            row.text(4)};
}

Result<std::vector<SealedCommunity>> joined(Result<std::vector<SealedCommunity>> heads,
                                            Result<std::vector<RoleRow>> roles) {
    if (!heads) return heads;
    if (!roles) return tl::unexpected(roles.error());
    std::map<CommunitySid, SealedCommunity*> by_sid;
    for (SealedCommunity& head : *heads) by_sid[head.community.sid] = &head;
    for (RoleRow& row : *roles) {
        const auto found = by_sid.find(row.community);
        if (found == by_sid.end()) continue;
        found->second->community.roles.push_back(std::move(row.role));
        found->second->passwords.push_back(std::move(row.password));
    }
    return heads;
}

Result<std::optional<SealedCommunity>> read_one(Session& session, const CommunityQuery& head,
                                                const CommunitySid& community) {
    auto found = joined(session.query(head, community, {}, read_head),
                        session.query(kRoles, community, {}, read_role));
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return std::optional<SealedCommunity>{};
    return std::move(found->front());
}

}  // namespace

Result<std::vector<SealedCommunity>> read_communities(Session& session) {
    return joined(session.query(kAllCommunities, {}, read_head),
                  session.query(kAllRoles, {}, read_role));
}

Result<std::optional<SealedCommunity>> read_community(Session& session,
                                                      const CommunitySid& community) {
    return read_one(session, kCommunity, community);
}

Result<std::optional<SealedCommunity>> read_removed_community(Session& session,
                                                              const CommunitySid& community) {
    return read_one(session, kRemovedCommunity, community);
}

Result<model::Community> unsealed(SealedCommunity sealed, const SecretBox& box) {
    model::Community community = std::move(sealed.community);
    for (std::size_t i = 0; i < sealed.passwords.size(); ++i) {
        if (sealed.passwords[i].empty()) continue;
        auto password =
            box.unseal(sealed.passwords[i], role_context(community.sid, community.roles[i].role));
        if (!password) return tl::unexpected(password.error());
        community.roles[i].password = std::move(*password);
    }
    return community;
}

std::string role_context(const CommunitySid& community, std::string_view role) {
    return "role " + community.str() + " " + std::string(role);
}

}  // namespace skyn3t::store
