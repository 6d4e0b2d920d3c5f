#include "store/community_rows.hpp"

#include <algorithm>
#include <map>

namespace skyn3t::store {
namespace {

#define SKYN3T_COMMUNITIES                                                                   \
    "SELECT c.sid, c.code, c.name, c.type, c.language, c.target, c.passwords, c.caller_id, " \
    "c.main_document_file, c.main_document, n.sid, n.phone_number, l.sid, l.offers_sha256, " \
    "(SELECT COUNT(*) FROM credential_list_mappings m "                                      \
    " WHERE m.credential_list_sid = l.sid AND m.kind = 'calls'), "                           \
    "(SELECT COUNT(*) FROM credential_list_mappings m "                                      \
    " WHERE m.credential_list_sid = l.sid AND m.kind = 'registrations') "                    \
    "FROM communities c JOIN phone_numbers n ON n.community_id = c.sid "                     \
    "JOIN credential_lists l ON l.community_id = c.sid "
#define SKYN3T_ROLES "SELECT community_id, role, digit, label FROM roles "
#define SKYN3T_CREDENTIALS                                                                 \
    "SELECT k.community_id, k.sid, k.credential_list_sid, k.role, k.username, k.realm, "   \
    "k.ha1_md5, k.ha1_sha256, k.ha1_md5_escaped, k.ha1_sha256_escaped, k.password_sealed " \
    "FROM credentials k JOIN roles r ON r.community_id = k.community_id AND r.role = k.role "

constexpr CommunityQuery kCommunity{"find_community",
                                    SKYN3T_COMMUNITIES "WHERE c.sid = :community"};
constexpr CommunityQuery kRoles{"community_roles",
                                SKYN3T_ROLES "WHERE community_id = :community ORDER BY position"};
constexpr CommunityQuery kCredentials{"community_credentials", SKYN3T_CREDENTIALS
                                      "WHERE k.community_id = :community ORDER BY r.position"};
// The platform's directory: whose number, whose phone.
constexpr PlatformQuery kAllCommunities{"all_communities", SKYN3T_COMMUNITIES "ORDER BY c.code"};
constexpr PlatformQuery kAllRoles{"all_roles", SKYN3T_ROLES "ORDER BY community_id, position"};
constexpr PlatformQuery kAllCredentials{"all_credentials",
                                        SKYN3T_CREDENTIALS "ORDER BY k.community_id, r.position"};
constexpr PlatformQuery kDomain{"find_domain",
                                "SELECT sid, domain_name, friendly_name, realm FROM sip_domains "
                                "ORDER BY created_ms, sid LIMIT 1"};

SealedCommunity read_head(const Row& row) {
    SealedCommunity sealed;
    model::Community& community = sealed.stored.community;
    community.sid = row.sid<CommunitySid>(0);
    community.code = row.text(1);
    community.name = row.text(2);
    community.type = model::parse_community_type(row.text(3)).value_or(community.type);
    community.language = row.text(4);
    community.target = model::parse_target(row.text(5)).value_or(community.target);
    community.passwords = model::parse_password_policy(row.text(6)).value_or(community.passwords);
    community.caller_id = model::parse_caller_id_policy(row.text(7)).value_or(community.caller_id);
    if (!row.is_null(8)) community.main_document = model::OwnDocument{row.text(8), row.text(9)};
    sealed.stored.number_sid = row.sid<NumberSid>(10);
    community.number = model::PhoneNumber::parse_e164(row.text(11)).value_or(model::PhoneNumber{});
    sealed.stored.list = row.sid<CredentialListSid>(12);
    sealed.stored.sha256 = static_cast<Sha256Offer>(row.integer(13));
    sealed.stored.for_calls = row.flag(14);
    sealed.stored.for_registrations = row.flag(15);
    return sealed;
}

using RoleRow = std::pair<CommunitySid, model::Role>;
RoleRow read_role(const Row& row) {
    const std::string& digit = row.text(2);
    return {row.sid<CommunitySid>(0),
            {row.text(1), digit.empty() ? '\0' : digit[0], row.text(3), std::nullopt}};
}

using CredentialRow = std::pair<CommunitySid, SealedCredential>;
CredentialRow read_credential(const Row& row) {
    SealedCredential sealed;
    sealed.credential = {row.sid<CredentialSid>(1),
                         row.sid<CredentialListSid>(2),
                         row.text(3),
                         row.text(4),
                         row.text(5),
                         model::Secret(row.text(6)),
                         model::Secret(row.text(7)),
                         model::Secret(row.text(8)),
                         model::Secret(row.text(9))};
    sealed.password = row.text(10);
    return {row.sid<CommunitySid>(0), std::move(sealed)};
}

std::vector<SealedCommunity> join(std::vector<SealedCommunity> heads, std::vector<RoleRow> roles,
                                  std::vector<CredentialRow> credentials) {
    std::map<CommunitySid, SealedCommunity*> by_sid;
    for (SealedCommunity& head : heads) by_sid[head.stored.community.sid] = &head;
    for (auto& [sid, role] : roles)
        if (const auto found = by_sid.find(sid); found != by_sid.end())
            found->second->stored.community.roles.push_back(std::move(role));
    for (auto& [sid, sealed] : credentials) {
        const auto found = by_sid.find(sid);
        if (found == by_sid.end()) continue;
        found->second->stored.credentials.push_back(std::move(sealed.credential));
        found->second->passwords.push_back(std::move(sealed.password));
    }
    return heads;
}

Result<std::vector<SealedCommunity>> joined(Result<std::vector<SealedCommunity>> heads,
                                            Result<std::vector<RoleRow>> roles,
                                            Result<std::vector<CredentialRow>> credentials) {
    if (!heads) return heads;
    if (!roles) return tl::unexpected(roles.error());
    if (!credentials) return tl::unexpected(credentials.error());
    return join(std::move(*heads), std::move(*roles), std::move(*credentials));
}

}  // namespace

Result<std::vector<SealedCommunity>> read_communities(Session& session) {
    return joined(session.query(kAllCommunities, {}, read_head),
                  session.query(kAllRoles, {}, read_role),
                  session.query(kAllCredentials, {}, read_credential));
}

Result<std::optional<SealedCommunity>> read_community(Session& session,
                                                      const CommunitySid& community) {
    auto found = joined(session.query(kCommunity, community, {}, read_head),
                        session.query(kRoles, community, {}, read_role),
                        session.query(kCredentials, community, {}, read_credential));
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return std::optional<SealedCommunity>{};
    return std::move(found->front());
}

Result<std::optional<SipDomain>> read_domain(Session& session) {
    return session.query_one(kDomain, {}, [](const Row& row) {
        return SipDomain{row.sid<DomainSid>(0), row.text(1), row.text(2), row.text(3)};
    });
}

std::string credential_context(const CredentialSid& sid) { return "credential " + sid.str(); }

}  // namespace skyn3t::store
