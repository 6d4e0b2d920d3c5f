#include "store/migration_store.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kPutMigration{
    "put_community_migration",
    "INSERT INTO community_migrations (community_id, target, stage, going, is_proven, entered_ms, "
    "gateway_sealed, voice_before, outcomes, max_failures, returned_es, returned_en) "
    "VALUES (:community, :target, :stage, :going, :proven, :entered, :gateway, :voice, :outcomes, "
    ":most, :es, :en) ON CONFLICT (community_id) DO UPDATE SET target = excluded.target, "
    "stage = excluded.stage, going = excluded.going, is_proven = excluded.is_proven, "
    "entered_ms = excluded.entered_ms, gateway_sealed = excluded.gateway_sealed, "
    "voice_before = excluded.voice_before, outcomes = excluded.outcomes, "
    "max_failures = excluded.max_failures, returned_es = excluded.returned_es, "
    "returned_en = excluded.returned_en"};
constexpr PlatformQuery kAllMigrations{
    "community_migrations",
    "SELECT community_id, target, stage, going, is_proven, entered_ms, gateway_sealed, "
    "voice_before, outcomes, max_failures, returned_es, returned_en FROM community_migrations"};
constexpr CommunityQuery kRemoveMigration{
    "remove_community_migration",
    "DELETE FROM community_migrations WHERE community_id = :community"};
constexpr CommunityQuery kNoteMigration{
    "note_migration_outcomes",
    "UPDATE community_migrations SET outcomes = :outcomes WHERE community_id = :community"};

std::string context_of(const CommunitySid& community) { return "gateway " + community.str(); }

model::Migration read_migration(const Row& row) {
    model::Migration read;
    read.community = row.sid<CommunitySid>(0);
    read.to = model::parse_target(row.text(1)).value_or(model::Target::local);
    read.stage = model::parse_stage(row.text(2)).value_or(model::Stage::none);
    read.going = model::parse_stage(row.text(3));
    read.is_proven = row.flag(4);
    read.entered = row.time(5);
    read.gateway_password = model::Secret(row.text(6));  // sealed still
    read.voice_before = row.text(7);
    read.outcomes = model::Outcomes(row.text(8));
    read.max_failures = static_cast<unsigned>(row.integer(9));
    read.returned_es = row.text(10);
    read.returned_en = row.text(11);
    return read;
}

std::string voice_context(const CommunitySid& community) {
    return "voice before " + community.str();
}

Result<void> done(const Result<std::int64_t>& changed) {
    if (!changed) return tl::unexpected(changed.error());
    return {};
}

}  // namespace

Result<std::vector<model::Migration>> MigrationStore::all() {
    auto rows = database_.read([](Session& session) {
        return session.query(kAllMigrations, {},
                             [](const Row& row) { return read_migration(row); });
    });
    if (!rows) return tl::unexpected(rows.error());
    for (auto& each : *rows) {
        auto opened = box_.unseal(each.gateway_password.reveal(), context_of(each.community));
        if (!opened) return tl::unexpected(opened.error());
        each.gateway_password = std::move(*opened);
        // Its addresses may bear passwords. What an earlier version wrote is JSON in clear.
        if (each.voice_before.empty() || each.voice_before.starts_with('{')) continue;
        auto voice = box_.unseal(each.voice_before, voice_context(each.community));
        if (!voice) return tl::unexpected(voice.error());
        each.voice_before = voice->reveal();
    }
    return rows;
}

Result<void> MigrationStore::put(const model::Migration& migration, const AuditEntry& entry) {
    const std::string sealed =
        box_.seal(migration.gateway_password, context_of(migration.community));
    const std::string voice =
        migration.voice_before.empty()
            ? std::string()
            : box_.seal(model::Secret(migration.voice_before), voice_context(migration.community));
    const auto going = migration.going ? to_string(*migration.going) : std::string_view();
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto put =
            done(session.execute(kPutMigration, migration.community,
                                 {{"target", to_string(migration.to)},
                                  {"stage", to_string(migration.stage)},
                                  {"going", going},
                                  {"proven", migration.is_proven ? 1 : 0},
                                  {"entered", migration.entered},
                                  {"gateway", sealed},
                                  {"voice", voice},
                                  {"outcomes", migration.outcomes.text()},
                                  {"most", static_cast<std::int64_t>(migration.max_failures)},
                                  {"es", migration.returned_es},
                                  {"en", migration.returned_en}}));
        return put ? AuditStore::add(session, entry) : put;
    });
}

Result<void> MigrationStore::remove(const CommunitySid& community, const AuditEntry& entry) {
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto removed = done(session.execute(kRemoveMigration, community));
        return removed ? AuditStore::add(session, entry) : removed;
    });
}

Result<void> MigrationStore::note_outcomes(const CommunitySid& community,
                                           const model::Outcomes& outcomes) {
    return database_.write([community, text = outcomes.text()](Session& session) {
        return done(session.execute(kNoteMigration, community, {{"outcomes", text}}));
    });
}

}  // namespace skyn3t::store
