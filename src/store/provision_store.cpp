#include "store/provision_store.hpp"

#include "store/ha1.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kNoteOld{
    "note_old_name",
    "INSERT INTO old_names (target, community_id, code, community_name, kind, name) "
    "VALUES (:target, :community, :code, :title, :kind, :name) ON CONFLICT DO NOTHING"};
constexpr PlatformQuery kOld{
    "old_names",
    "SELECT target, community_id, code, community_name, kind, name FROM old_names "
    "ORDER BY code, target, kind, name"};
constexpr CommunityQuery kForgetOld{
    "forget_old_names",
    "DELETE FROM old_names WHERE target = :target AND community_id = :community "
    "AND kind = :kind AND name = :name"};
constexpr PlatformQuery kUnprovisioned{"unprovisioned",
                                       "SELECT community_id, mark, old_passwords_until_ms "
                                       "FROM unprovisioned"};
constexpr CommunityQuery kNoteProvisioned{
    "note_provisioned",
    "DELETE FROM unprovisioned WHERE community_id = :community AND mark = :mark"};
constexpr PlatformQuery kNotePassword{
    "note_password",
    "INSERT INTO sent_passwords (target, credential_sid, noted) VALUES (:target, :sid, :noted) "
    "ON CONFLICT (target, credential_sid) DO UPDATE SET noted = excluded.noted"};
constexpr PlatformQuery kPasswords{
    "sent_passwords", "SELECT credential_sid, noted FROM sent_passwords WHERE target = :target"};

std::string_view to_word(OldName::Kind kind) {
    switch (kind) {
        case OldName::Kind::list:
            return "list";
        case OldName::Kind::username:
            return "username";
        default:
            return "number";
    }
}
OldName::Kind to_kind(std::string_view word) {
    if (word == "list") return OldName::Kind::list;
    return word == "username" ? OldName::Kind::username : OldName::Kind::number;
}

}  // namespace

Result<void> insert_old_names(Session& session, const std::vector<OldName>& names) {
    for (const OldName& each : names) {
        const auto done = session.execute(kNoteOld, each.community,
                                          {{"target", each.target},
                                           {"code", each.code},
                                           {"title", each.community_name},
                                           {"kind", to_word(each.kind)},
                                           {"name", each.name}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

Result<void> ProvisionStore::note_old_names(const std::vector<OldName>& names) {
    if (names.empty()) return {};
    return database_.write_and_wait(
        [&](Session& session) { return insert_old_names(session, names); });
}

Result<std::vector<OldName>> ProvisionStore::old_names() {
    return database_.read([](Session& session) {
        return session.query(kOld, {}, [](const Row& row) {
            return OldName{row.text(0), row.sid<CommunitySid>(1), row.text(2),
                           row.text(3), to_kind(row.text(4)),     row.text(5)};
        });
    });
}

Result<ProvisionStore::Marks> ProvisionStore::unprovisioned() {
    const auto rows = database_.read([](Session& session) {
        return session.query(kUnprovisioned, {}, [](const Row& row) {
            Mark mark{row.text(1), {}};
            if (!row.is_null(2)) mark.old_passwords_until = row.time(2);
            return std::pair(row.sid<CommunitySid>(0), std::move(mark));
        });
    });
    if (!rows) return tl::unexpected(rows.error());
    return Marks(rows->begin(), rows->end());
}

Result<void> ProvisionStore::note_done(const Marks& provisioned, const std::vector<OldName>& gone) {
    if (provisioned.empty() && gone.empty()) return {};
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        for (const auto& [community, mark] : provisioned)
            if (const auto done =
                    session.execute(kNoteProvisioned, community, {{"mark", mark.mark}});
                !done)
                return tl::unexpected(done.error());
        for (const OldName& each : gone)
            if (const auto done = session.execute(
                    kForgetOld, each.community,
                    {{"target", each.target}, {"kind", to_word(each.kind)}, {"name", each.name}});
                !done)
                return tl::unexpected(done.error());
        return {};
    });
}

Result<void> ProvisionStore::note_password(std::string_view target, std::string_view credential,
                                           const model::Secret& password,
                                           std::string_view updated) {
    const std::string noted = noted_as(credential, password, updated);
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        const auto done = session.execute(
            kNotePassword, {{"target", target}, {"sid", credential}, {"noted", noted}});
        if (!done) return tl::unexpected(done.error());
        return {};
    });
}

Result<std::map<std::string, std::string>> ProvisionStore::passwords(std::string_view target) {
    const auto rows = database_.read([&](Session& session) {
        return session.query(kPasswords, {{"target", target}},
                             [](const Row& row) { return std::pair(row.text(0), row.text(1)); });
    });
    if (!rows) return tl::unexpected(rows.error());
    return std::map<std::string, std::string>(rows->begin(), rows->end());
}

// Never the password itself; the credential's SID makes equal passwords look different.
std::string ProvisionStore::noted_as(std::string_view credential, const model::Secret& password,
                                     std::string_view updated) {
    return make_ha1(credential, "provisioned", password).sha256.reveal() + " " +
           std::string(updated);
}

bool ProvisionStore::matches(const std::string& noted, std::string_view credential,
                             const model::Secret& password, std::string_view updated) {
    return noted == noted_as(credential, password, updated);
}

}  // namespace skyn3t::store
