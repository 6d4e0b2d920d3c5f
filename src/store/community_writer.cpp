#include "store/community_writer.hpp"

#include <algorithm>

#include "store/audit_store.hpp"
#include "store/ha1.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kInsert{
    "insert_community",
    "INSERT INTO communities (sid, account_sid, code, name, type, language, target, passwords, "
    "caller_id, main_document_file, main_document, created_ms, updated_ms) "
    "VALUES (:community, :account, :code, :name, :type, :language, :target, :passwords, "
    ":caller_id, :file, :document, :now, :now)"};
constexpr CommunityQuery kUpdate{
    "update_community",
    "UPDATE communities SET account_sid = :account, code = :code, name = :name, type = :type, "
    "language = :language, target = :target, passwords = :passwords, caller_id = :caller_id, "
    "main_document_file = :file, main_document = :document, updated_ms = :now "
    "WHERE sid = :community"};
constexpr CommunityQuery kDelete{"delete_community",
                                 "DELETE FROM communities WHERE sid = :community"};
constexpr CommunityQuery kDeleteRoles{"delete_roles",
                                      "DELETE FROM roles WHERE community_id = :community"};
constexpr CommunityQuery kInsertRole{
    "insert_role",
    "INSERT INTO roles (community_id, role, position, digit, label) "
    "VALUES (:community, :role, :position, :digit, :label)"};
constexpr CommunityQuery kInsertNumber{
    "insert_number",
    "INSERT INTO phone_numbers (sid, account_sid, community_id, phone_number, friendly_name, "
    "created_ms, updated_ms) VALUES (:sid, :account, :community, :number, :name, :now, :now)"};
constexpr CommunityQuery kUpdateNumber{
    "update_number",
    "UPDATE phone_numbers SET phone_number = :number, friendly_name = :name, updated_ms = :now "
    "WHERE community_id = :community"};
constexpr CommunityQuery kInsertList{
    "insert_list",
    "INSERT INTO credential_lists (sid, account_sid, community_id, friendly_name, created_ms, "
    "updated_ms) VALUES (:sid, :account, :community, :name, :now, :now)"};
constexpr CommunityQuery kUpdateList{
    "update_list",
    "UPDATE credential_lists SET friendly_name = :name, updated_ms = :now "
    "WHERE community_id = :community AND sid = :sid"};
// The list is the community's own: its sid was read or made by its community's queries.
constexpr PlatformQuery kMap{
    "map_list",
    "INSERT INTO credential_list_mappings (domain_sid, credential_list_sid, kind, created_ms) "
    "VALUES (:domain, :list, :kind, :now) ON CONFLICT DO NOTHING"};
constexpr CommunityQuery kDeleteCredential{
    "delete_credential", "DELETE FROM credentials WHERE community_id = :community AND sid = :sid"};
constexpr CommunityQuery kPutCredential{
    "put_credential",
    "INSERT INTO credentials (sid, credential_list_sid, community_id, role, username, realm, "
    "ha1_md5, ha1_sha256, ha1_md5_escaped, ha1_sha256_escaped, password_sealed, created_ms, "
    "updated_ms) VALUES (:sid, :list, :community, :role, :username, :realm, :md5, :sha256, "
    ":md5_escaped, :sha256_escaped, :password, :now, :now) "
    "ON CONFLICT (sid) DO UPDATE SET role = excluded.role, realm = excluded.realm, "
    "ha1_md5 = excluded.ha1_md5, ha1_sha256 = excluded.ha1_sha256, "
    "ha1_md5_escaped = excluded.ha1_md5_escaped, "
    "ha1_sha256_escaped = excluded.ha1_sha256_escaped, "
    "password_sealed = excluded.password_sealed, updated_ms = excluded.updated_ms "
    "WHERE credentials.community_id = excluded.community_id"};
// What a name that another community of the same change is about to take becomes meanwhile.
constexpr CommunityQuery kReleaseCode{"release_code",
                                      "UPDATE communities SET code = sid WHERE sid = :community"};
constexpr CommunityQuery kReleaseNumber{
    "release_number",
    "UPDATE phone_numbers SET phone_number = sid WHERE community_id = :community"};
constexpr CommunityQuery kReleaseList{
    "release_list",
    "UPDATE credential_lists SET friendly_name = sid WHERE community_id = :community"};

Result<void> done(const Result<std::int64_t>& changed) {
    if (!changed) return tl::unexpected(changed.error());
    return {};
}

// A user name as a phone that escapes its plus sign spells it (RFC 3261, section 25.1 allows "+"
// plain).
std::string escaped(const std::string& username) {
    std::string text;
    for (char c : username) text += c == '+' ? std::string("%2B") : std::string(1, c);
    return text;
}

Error about(const model::Community& community, const Error& error) {
    return {error.code, community.code + ": " +
                            (error.code == Errc::conflict
                                 ? "its code, number or list name belongs to another community"
                                 : error.detail)};
}

}  // namespace

Result<std::vector<CommunitySid>> CommunityWriter::apply(const ModelChange& change) {
    for (const CommunitySid& sid : change.remove)
        if (auto removed = remove(sid, change.actor); !removed)
            return tl::unexpected(removed.error());
    for (const model::Community& community : change.put) {
        if (community.sid.empty()) continue;
        if (auto released = release_names(community.sid); !released)
            return tl::unexpected(released.error());
    }
    std::vector<CommunitySid> sids;
    for (const model::Community& community : change.put) {
        auto sid = put(community, change.actor);
        if (!sid) return tl::unexpected(about(community, sid.error()));
        sids.push_back(std::move(*sid));
    }
    return sids;
}

Result<void> CommunityWriter::remove(const CommunitySid& community, const std::string& actor) {
    auto removed = session_.execute(kDelete, community);
    if (!removed) return tl::unexpected(removed.error());
    if (*removed == 0) return fail(Errc::not_found, "no such community: " + community.str());
    return audit(community, actor, "community.remove", "");
}

Result<void> CommunityWriter::release_names(const CommunitySid& community) {
    for (const CommunityQuery* query : {&kReleaseCode, &kReleaseNumber, &kReleaseList})
        if (auto released = session_.execute(*query, community); !released)
            return tl::unexpected(released.error());
    return {};
}

Result<CommunitySid> CommunityWriter::put(const model::Community& wanted,
                                          const std::string& actor) {
    model::Community community = wanted;
    const bool is_new = community.sid.empty();
    if (is_new) community.sid = CommunitySid::generate();
    auto before = read_community(session_, community.sid);
    if (!before) return tl::unexpected(before.error());
    if (!is_new && !*before) return fail(Errc::not_found, "it is not stored any more");
    const SealedCommunity* old = *before ? &**before : nullptr;

    auto step = put_head(community, is_new);
    if (step) step = put_roles(community);
    if (step) step = put_number(community, is_new);
    if (!step) return tl::unexpected(step.error());
    auto list = put_list(community, old);
    if (!list) return tl::unexpected(list.error());
    step = put_credentials(community, *list, old);
    if (step)
        step = audit(community.sid, actor, is_new ? "community.create" : "community.update",
                     community.code);
    if (!step) return tl::unexpected(step.error());
    return community.sid;
}

Result<void> CommunityWriter::put_head(const model::Community& community, bool is_new) {
    const auto& document = community.main_document;
    Param file("file", document ? std::string_view(document->file) : std::string_view());
    Param text("document", document ? std::string_view(document->xml) : std::string_view());
    file.is_null = text.is_null = !document;
    return done(session_.execute(is_new ? kInsert : kUpdate, community.sid,
                                 {{"account", account_},
                                  {"code", community.code},
                                  {"name", community.name},
                                  {"type", to_string(community.type)},
                                  {"language", community.language},
                                  {"target", to_string(community.target)},
                                  {"passwords", to_string(community.passwords)},
                                  {"caller_id", to_string(community.caller_id)},
                                  file,
                                  text,
                                  {"now", now_}}));
}

Result<void> CommunityWriter::put_roles(const model::Community& community) {
    auto step = done(session_.execute(kDeleteRoles, community.sid));
    std::int64_t position = 0;
    for (const model::Role& role : community.roles) {
        if (!step) return step;
        step = done(session_.execute(kInsertRole, community.sid,
                                     {{"role", role.role},
                                      {"position", position++},
                                      {"digit", std::string_view(&role.digit, 1)},
                                      {"label", role.label}}));
    }
    return step;
}

Result<void> CommunityWriter::put_number(const model::Community& community, bool is_new) {
    if (!is_new)
        return done(session_.execute(
            kUpdateNumber, community.sid,
            {{"number", community.number.str()}, {"name", community.name}, {"now", now_}}));
    return done(session_.execute(kInsertNumber, community.sid,
                                 {{"sid", NumberSid::generate()},
                                  {"account", account_},
                                  {"number", community.number.str()},
                                  {"name", community.name},
                                  {"now", now_}}));
}

Result<CredentialListSid> CommunityWriter::put_list(const model::Community& community,
                                                    const SealedCommunity* before) {
    const std::string name = model::credential_list_name(community.code);
    const CredentialListSid sid = before ? before->stored.list : CredentialListSid::generate();
    auto written = before
                       ? session_.execute(kUpdateList, community.sid,
                                          {{"name", name}, {"now", now_}, {"sid", sid}})
                       : session_.execute(
                             kInsertList, community.sid,
                             {{"sid", sid}, {"account", account_}, {"name", name}, {"now", now_}});
    if (!written) return tl::unexpected(written.error());
    // Both: a list that is mapped to calls only lets no phone register (DESIGN.md, section 2, fault
    // 3).
    for (std::string_view kind : {"calls", "registrations"})
        if (auto mapped = session_.execute(
                kMap, {{"domain", domain_.sid}, {"list", sid}, {"kind", kind}, {"now", now_}});
            !mapped)
            return tl::unexpected(mapped.error());
    return sid;
}

Result<void> CommunityWriter::put_credentials(const model::Community& community,
                                              const CredentialListSid& list,
                                              const SealedCommunity* before) {
    std::vector<std::pair<StoredCredential, model::Secret>> wanted;
    for (const model::Role& role : community.roles) {
        auto password = password_for(community, role, before);
        if (!password) return tl::unexpected(password.error());
        StoredCredential credential;
        credential.list = list;
        credential.role = role.role;
        credential.username = model::username(community.number, role.role);
        wanted.emplace_back(std::move(credential), std::move(*password));
    }
    // A user name never changes (as Twilio's): another name is another credential.
    for (const StoredCredential& old :
         before ? before->stored.credentials : std::vector<StoredCredential>{}) {
        const auto same = std::find_if(wanted.begin(), wanted.end(), [&](const auto& each) {
            return each.first.username == old.username;
        });
        if (same != wanted.end()) {
            same->first.sid = old.sid;
            continue;
        }
        if (auto deleted = session_.execute(kDeleteCredential, community.sid, {{"sid", old.sid}});
            !deleted)
            return tl::unexpected(deleted.error());
    }
    for (auto& [credential, password] : wanted) {
        if (credential.sid.empty()) credential.sid = CredentialSid::generate();
        if (auto written = write_credential(community.sid, credential, password); !written)
            return written;
    }
    return {};
}

// A password that works is kept: somebody has typed it into a phone.
Result<model::Secret> CommunityWriter::password_for(const model::Community& community,
                                                    const model::Role& role,
                                                    const SealedCommunity* before) const {
    if (role.password || !before || community.passwords != before->stored.community.passwords ||
        community.passwords == model::PasswordPolicy::guide)
        return model::new_password(community, role);
    const auto& old = before->stored.credentials;
    for (std::size_t i = 0; i < old.size(); ++i)
        if (old[i].role == role.role)
            return box_.unseal(before->passwords[i], credential_context(old[i].sid));
    return model::new_password(community, role);
}

Result<void> CommunityWriter::write_credential(const CommunitySid& community,
                                               const StoredCredential& credential,
                                               const model::Secret& password) {
    const Ha1 plain = make_ha1(credential.username, domain_.realm, password);
    const Ha1 other = make_ha1(escaped(credential.username), domain_.realm, password);
    const std::string sealed = box_.seal(password, credential_context(credential.sid));
    return done(session_.execute(kPutCredential, community,
                                 {{"sid", credential.sid},
                                  {"list", credential.list},
                                  {"role", credential.role},
                                  {"username", credential.username},
                                  {"realm", domain_.realm},
                                  {"md5", plain.md5.reveal()},
                                  {"sha256", plain.sha256.reveal()},
                                  {"md5_escaped", other.md5.reveal()},
                                  {"sha256_escaped", other.sha256.reveal()},
                                  {"password", sealed},
                                  {"now", now_}}));
}

Result<void> CommunityWriter::renew_ha1() {
    auto communities = read_communities(session_);
    if (!communities) return tl::unexpected(communities.error());
    for (const SealedCommunity& sealed : *communities) {
        const auto& credentials = sealed.stored.credentials;
        for (std::size_t i = 0; i < credentials.size(); ++i) {
            auto password =
                box_.unseal(sealed.passwords[i], credential_context(credentials[i].sid));
            if (!password) return tl::unexpected(password.error());
            auto written = write_credential(sealed.stored.community.sid, credentials[i], *password);
            if (!written) return written;
        }
    }
    return {};
}

Result<void> CommunityWriter::audit(const CommunitySid& community, const std::string& actor,
                                    const std::string& action, const std::string& detail) {
    return AuditStore::add(session_, {now_, actor, action, community, detail});
}

}  // namespace skyn3t::store
