#include "store/migrations.hpp"

#include <fmt/format.h>

#include <array>

#include "store/digest_removal.hpp"
#include "store/resource_conversion.hpp"

namespace skyn3t::store {
namespace {

// Times are milliseconds since 1970, UTC. Flags are 0 and 1. BIGINT and TEXT mean the same in both
// engines.
constexpr std::array<std::string_view, 20> kFirst{
    R"(CREATE TABLE accounts (
         sid TEXT PRIMARY KEY, friendly_name TEXT NOT NULL, status TEXT NOT NULL,
         auth_token_sealed TEXT NOT NULL, created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL))",
    R"(CREATE TABLE communities (
         sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL REFERENCES accounts(sid),
         code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL, language TEXT NOT NULL,
         target TEXT NOT NULL, passwords TEXT NOT NULL, caller_id TEXT NOT NULL,
         main_document_file TEXT, main_document TEXT,
         created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL))",
    R"(CREATE TABLE roles (
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         role TEXT NOT NULL, position BIGINT NOT NULL, digit TEXT NOT NULL, label TEXT NOT NULL,
         PRIMARY KEY (community_id, role), UNIQUE (community_id, digit)))",
    R"(CREATE TABLE phone_numbers (
         sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL REFERENCES accounts(sid),
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         phone_number TEXT NOT NULL UNIQUE, friendly_name TEXT NOT NULL,
         voice_url TEXT, voice_method TEXT NOT NULL DEFAULT 'POST',
         voice_fallback_url TEXT, voice_fallback_method TEXT NOT NULL DEFAULT 'POST',
         status_callback TEXT, status_callback_method TEXT NOT NULL DEFAULT 'POST',
         created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL))",
    "CREATE INDEX phone_numbers_community ON phone_numbers (community_id)",
    R"(CREATE TABLE sip_domains (
         sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL REFERENCES accounts(sid),
         domain_name TEXT NOT NULL UNIQUE, friendly_name TEXT NOT NULL, realm TEXT NOT NULL,
         sip_registration BIGINT NOT NULL DEFAULT 1, secure BIGINT NOT NULL DEFAULT 0,
         voice_url TEXT, voice_method TEXT NOT NULL DEFAULT 'POST',
         voice_fallback_url TEXT, voice_fallback_method TEXT NOT NULL DEFAULT 'POST',
         voice_status_callback_url TEXT, voice_status_callback_method TEXT NOT NULL DEFAULT 'POST',
         created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL))",
    R"(CREATE TABLE credential_lists (
         sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL REFERENCES accounts(sid),
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         friendly_name TEXT NOT NULL, offers_sha256 BIGINT NOT NULL DEFAULT 0,
         created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL,
         UNIQUE (account_sid, friendly_name)))",
    "CREATE INDEX credential_lists_community ON credential_lists (community_id)",
    R"(CREATE TABLE credential_list_mappings (
         domain_sid TEXT NOT NULL REFERENCES sip_domains(sid) ON DELETE CASCADE,
         credential_list_sid TEXT NOT NULL REFERENCES credential_lists(sid) ON DELETE CASCADE,
         kind TEXT NOT NULL, created_ms BIGINT NOT NULL,
         PRIMARY KEY (domain_sid, credential_list_sid, kind)))",
    R"(CREATE TABLE credentials (
         sid TEXT PRIMARY KEY,
         credential_list_sid TEXT NOT NULL REFERENCES credential_lists(sid) ON DELETE CASCADE,
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         role TEXT NOT NULL, username TEXT NOT NULL, realm TEXT NOT NULL,
         ha1_md5 TEXT NOT NULL, ha1_sha256 TEXT NOT NULL,
         ha1_md5_escaped TEXT NOT NULL, ha1_sha256_escaped TEXT NOT NULL,
         password_sealed TEXT NOT NULL, created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL,
         UNIQUE (credential_list_sid, username)))",
    "CREATE INDEX credentials_community ON credentials (community_id)",
    R"(CREATE TABLE bindings (
         id BIGINT PRIMARY KEY,
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         aor_user TEXT NOT NULL, aor_domain TEXT NOT NULL, role TEXT NOT NULL,
         contact TEXT NOT NULL, q_thousandths BIGINT NOT NULL, reg_id BIGINT NOT NULL,
         instance TEXT NOT NULL, path TEXT NOT NULL, flow_transport TEXT NOT NULL,
         flow_local TEXT NOT NULL, flow_remote TEXT NOT NULL, peer TEXT NOT NULL,
         peer_transport TEXT NOT NULL, via_edge BIGINT NOT NULL, sip_call_id TEXT NOT NULL,
         cseq BIGINT NOT NULL, registered_ms BIGINT NOT NULL, refreshed_ms BIGINT NOT NULL,
         expires_ms BIGINT NOT NULL, user_agent TEXT NOT NULL, node TEXT NOT NULL))",
    "CREATE INDEX bindings_community ON bindings (community_id)",
    // No foreign key: the log outlives a community that is removed, and '' is a call for no
    // community.
    R"(CREATE TABLE calls (
         sid TEXT PRIMARY KEY, parent_sid TEXT NOT NULL, community_id TEXT NOT NULL,
         from_address TEXT NOT NULL, to_address TEXT NOT NULL, direction TEXT NOT NULL,
         status TEXT NOT NULL, start_ms BIGINT NOT NULL, answer_ms BIGINT, end_ms BIGINT,
         duration_s BIGINT NOT NULL, sip_call_id TEXT NOT NULL, sip_code BIGINT NOT NULL,
         end_reason TEXT NOT NULL, error_code BIGINT NOT NULL, media TEXT NOT NULL,
         node TEXT NOT NULL))",
    "CREATE INDEX calls_by_community ON calls (community_id, start_ms, sid)",
    "CREATE INDEX calls_by_start ON calls (start_ms, sid)",
    "CREATE INDEX calls_by_parent ON calls (parent_sid)",
    R"(CREATE TABLE call_events (
         call_sid TEXT NOT NULL, community_id TEXT NOT NULL, time_ms BIGINT NOT NULL,
         kind TEXT NOT NULL, detail TEXT NOT NULL, position BIGINT NOT NULL))",
    "CREATE INDEX call_events_by_call ON call_events (call_sid, time_ms, position)",
    R"(CREATE TABLE audit (
         time_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
         community_id TEXT NOT NULL, detail TEXT NOT NULL))",
};

// Twilio's resources are rows of one table (ADR 9). The community with the code '' is the account's
// own: a resource of no declared community is its.
constexpr std::array<std::string_view, 9> kSecond{
    R"(INSERT INTO communities (sid, account_sid, code, name, type, language, target, passwords,
         caller_id, created_ms, updated_ms)
       SELECT 'CM00000000000000000000000000000000', sid, '', '', 'oficina', '', 'local',
         'generated', 'community', created_ms, created_ms
       FROM accounts)",
    R"(CREATE TABLE resources (
         sid TEXT PRIMARY KEY, kind TEXT NOT NULL,
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         parent_sid TEXT REFERENCES resources(sid) ON DELETE CASCADE,
         unique_name TEXT, properties TEXT NOT NULL,
         created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL,
         UNIQUE (kind, unique_name)))",
    "CREATE INDEX resources_by_kind ON resources (kind, created_ms, sid)",
    "CREATE INDEX resources_by_community ON resources (community_id, kind, created_ms, sid)",
    "CREATE INDEX resources_by_parent ON resources (parent_sid, kind, created_ms, sid)",
    R"(CREATE TABLE domain_mappings (
         domain_sid TEXT NOT NULL REFERENCES resources(sid) ON DELETE CASCADE,
         list_sid TEXT NOT NULL REFERENCES resources(sid) ON DELETE CASCADE,
         place TEXT NOT NULL,
         community_id TEXT NOT NULL REFERENCES communities(sid) ON DELETE CASCADE,
         created_ms BIGINT NOT NULL,
         PRIMARY KEY (domain_sid, list_sid, place)))",
    "ALTER TABLE communities ADD COLUMN number TEXT",
    "CREATE UNIQUE INDEX communities_number ON communities (number)",
    "ALTER TABLE roles ADD COLUMN password_sealed TEXT",
};
constexpr std::array<std::string_view, 6> kAfterSecond{
    R"(UPDATE communities SET number = (SELECT phone_number FROM phone_numbers
         WHERE community_id = communities.sid))",
    "DROP TABLE credentials",
    "DROP TABLE credential_list_mappings",
    "DROP TABLE credential_lists",
    "DROP TABLE sip_domains",
    "DROP TABLE phone_numbers",
};

// What went wrong in calls, and what they asked of applications. No foreign keys: like the call
// log, they outlive a community.
constexpr std::array<std::string_view, 6> kAlerts{
    R"(CREATE TABLE alerts (
         sid TEXT PRIMARY KEY, call_sid TEXT NOT NULL, community_id TEXT NOT NULL,
         time_ms BIGINT NOT NULL, error_code BIGINT NOT NULL, level TEXT NOT NULL,
         detail TEXT NOT NULL, request_url TEXT NOT NULL, request_method TEXT NOT NULL))",
    "CREATE INDEX alerts_by_time ON alerts (time_ms, sid)",
    "CREATE INDEX alerts_by_community ON alerts (community_id, time_ms, sid)",
    "CREATE INDEX alerts_by_call ON alerts (call_sid, time_ms, sid)",
    R"(CREATE TABLE call_exchanges (
         call_sid TEXT NOT NULL, community_id TEXT NOT NULL, time_ms BIGINT NOT NULL,
         position BIGINT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,
         parameters TEXT NOT NULL, status BIGINT NOT NULL, duration_ms BIGINT NOT NULL,
         content_type TEXT NOT NULL, body TEXT NOT NULL, error_code BIGINT NOT NULL))",
    "CREATE INDEX call_exchanges_by_call ON call_exchanges (call_sid, time_ms, position)",
};

// What provisioning remembers of its targets. No foreign keys: a community that is removed here may
// still have to be removed there.
constexpr std::array<std::string_view, 2> kProvisioning{
    R"(CREATE TABLE old_names (
         target TEXT NOT NULL, community_id TEXT NOT NULL, code TEXT NOT NULL,
         community_name TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
         PRIMARY KEY (target, community_id, kind, name)))",
    R"(CREATE TABLE sent_passwords (
         target TEXT NOT NULL, credential_sid TEXT NOT NULL, noted TEXT NOT NULL,
         PRIMARY KEY (target, credential_sid)))",
};

// Communities whose place is not yet as they were last declared; and passwords that are good a
// while longer: until when, and who still uses them.
constexpr std::array<std::string_view, 2> kUnprovisionedTable{
    R"(CREATE TABLE unprovisioned (
         community_id TEXT PRIMARY KEY REFERENCES communities(sid) ON DELETE CASCADE,
         mark TEXT NOT NULL, old_passwords_until_ms BIGINT))",
    "ALTER TABLE bindings ADD COLUMN password_generation BIGINT NOT NULL DEFAULT 0",
};

// What a call at Twilio cost.
constexpr std::array<std::string_view, 2> kPrices{
    "ALTER TABLE calls ADD COLUMN price TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE calls ADD COLUMN price_unit TEXT NOT NULL DEFAULT ''",
};

// Communities on their way between Twilio and this server.
constexpr std::array<std::string_view, 1> kMoving{
    R"(CREATE TABLE community_migrations (
         community_id TEXT PRIMARY KEY REFERENCES communities(sid) ON DELETE CASCADE,
         target TEXT NOT NULL, stage TEXT NOT NULL, going TEXT NOT NULL, is_proven BIGINT NOT NULL,
         entered_ms BIGINT NOT NULL, gateway_sealed TEXT NOT NULL, voice_before TEXT NOT NULL,
         outcomes TEXT NOT NULL, max_failures BIGINT NOT NULL,
         returned_es TEXT NOT NULL, returned_en TEXT NOT NULL))",
};

// Friendly names are a community's own: two may have lists of the same name. Provisioning finds a
// community's credential list by [CODE]_Credentials alone.
constexpr std::array<std::string_view, 2> kNames{
    R"(UPDATE resources SET unique_name = community_id || '/' || unique_name
       WHERE kind = 'ip-access-control-list')",
    R"(UPDATE resources SET unique_name = community_id || '/' || unique_name
       WHERE kind = 'credential-list'
         AND community_id <> 'CM00000000000000000000000000000000'
         AND substr(unique_name, length(unique_name) - 11) <> '_Credentials')",
};

// Those that were rotated; every other community's follows from the secret key (ADR 14).
constexpr std::array<std::string_view, 1> kSigningSecrets{
    R"(CREATE TABLE signing_secrets (
         community_id TEXT PRIMARY KEY REFERENCES communities(sid) ON DELETE CASCADE,
         secret_sealed TEXT NOT NULL, created_ms BIGINT NOT NULL))",
};
// Whom a community may dial, as before without premium numbers and other countries; and whom a
// caller reaches who presses nothing.
constexpr std::array<std::string_view, 1> kMayDial{
    "ALTER TABLE communities ADD COLUMN may_dial TEXT NOT NULL DEFAULT 'local, mobile, national'",
};
constexpr std::array<std::string_view, 1> kNoInput{
    "ALTER TABLE communities ADD COLUMN no_input TEXT NOT NULL DEFAULT ''",
};
// A removed community keeps its row and its roles, under names that nobody else can want, until it
// is forgotten.
constexpr std::array<std::string_view, 3> kRemoved{
    "ALTER TABLE communities ADD COLUMN removed_ms BIGINT",
    "ALTER TABLE communities ADD COLUMN removed_code TEXT",
    "ALTER TABLE communities ADD COLUMN removed_number TEXT",
};
// What is written again after an outage is written once; an answer that repeats is stored once.
constexpr std::array<std::string_view, 6> kFacts{
    "ALTER TABLE audit ADD COLUMN id TEXT",
    "CREATE UNIQUE INDEX audit_by_id ON audit (id)",
    R"(CREATE TABLE exchange_bodies (
         community_id TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
         used_ms BIGINT NOT NULL, PRIMARY KEY (community_id, hash)))",
    "ALTER TABLE call_exchanges ADD COLUMN body_hash TEXT NOT NULL DEFAULT ''",
    // One row, changed to see whether anything can be written.
    "CREATE TABLE heartbeats (id BIGINT PRIMARY KEY, beats BIGINT NOT NULL)",
    "INSERT INTO heartbeats (id, beats) VALUES (1, 0)",
};

constexpr std::array kMigrations{
    Migration{1, "communities, phones, bindings and the call log", kFirst},
    Migration{2, "resources of the API", kSecond, convert_to_resources, kAfterSecond},
    Migration{3, "alerts, and what calls asked of applications", kAlerts},
    Migration{4, "what provisioning remembers", kProvisioning},
    Migration{5, "what provisioning has still to do", kUnprovisionedTable},
    Migration{7, "what calls cost", kPrices},
    Migration{8, "communities on their way between places", kMoving},
    Migration{9, "names of lists are a community's own", kNames},
    Migration{10, "facts are written once", kFacts},
    Migration{12, "no digests of passwords", {}, remove_stored_digests},
    Migration{14, "keys are found by the hash of their secret", {}, convert_keys},
    Migration{15, "secrets that communities' webhooks are signed with", kSigningSecrets},
    Migration{19, "whom a community may dial", kMayDial},
    Migration{20, "whom a caller reaches who presses nothing", kNoInput},
    Migration{21, "removed communities are kept for a time", kRemoved},
};

constexpr PlatformQuery kNewest{"newest_migration", "SELECT MAX(version) FROM schema_migrations"};
constexpr PlatformQuery kNoteVersion{
    "note_migration",
    "INSERT INTO schema_migrations (version, name, applied_ms) VALUES (:version, :name, :applied)"};

Result<void> run_all(Session& session, std::span<const std::string_view> statements) {
    for (std::string_view statement : statements)
        if (auto done = session.run(std::string(statement)); !done) return done;
    return {};
}

Result<void> apply_missing(Session& session, std::span<const Migration> migrations,
                           const Clock& clock) {
    // Two servers that start at once on one PostgreSQL: the second waits here. SQLite's BEGIN
    // IMMEDIATE does the same.
    if (session.engine() == Engine::postgresql)
        if (auto locked = session.run("SELECT pg_advisory_xact_lock(5359973)"); !locked)
            return locked;
    auto made = session.run(
        "CREATE TABLE IF NOT EXISTS schema_migrations "
        "(version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)");
    if (!made) return made;
    auto newest = session.query_one(kNewest, {}, [](const Row& row) { return row.integer(0); });
    if (!newest) return tl::unexpected(newest.error());
    const std::int64_t have = newest->value_or(0);
    const int known = migrations.empty() ? 0 : migrations.back().version;
    if (have > known)
        return fail(Errc::unsupported,
                    fmt::format("the database has schema version {}, this program knows up to {}: "
                                "use the newer program, or restore the backup made before it",
                                have, known));
    for (const Migration& migration : migrations) {
        if (migration.version <= have) continue;
        auto done = run_all(session, migration.statements);
        if (done && migration.convert) done = migration.convert(session);
        if (done) done = run_all(session, migration.afterwards);
        if (!done)
            return fail(done.error().code, fmt::format("migration {} ({}): {}", migration.version,
                                                       migration.name, done.error().detail));
        auto noted = session.execute(
            kNoteVersion,
            {{"version", migration.version}, {"name", migration.name}, {"applied", clock.wall()}});
        if (!noted) return tl::unexpected(noted.error());
    }
    return {};
}

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

Result<void> migrate(Session& session, std::span<const Migration> migrations, const Clock& clock) {
    auto begun = session.run(session.engine() == Engine::sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
    if (!begun) return begun;
    auto done = apply_missing(session, migrations, clock);
    if (done) done = session.run("COMMIT");
    if (!done) (void)session.run("ROLLBACK");
    return done;
}

}  // namespace skyn3t::store
