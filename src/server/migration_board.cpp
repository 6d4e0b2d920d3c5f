#include "server/migration_board.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

constexpr const char* kServer = "server";  // who acts by itself, in the audit

}  // namespace

MigrationBoard::MigrationBoard(store::MigrationStore& store, const Clock& clock)
    : store_(store), clock_(clock), map_(std::make_shared<const Map>()) {}

Result<void> MigrationBoard::open() {
    auto stored = store_.all();
    if (!stored) return tl::unexpected(stored.error());
    const std::lock_guard lock(changing_);
    for (auto& each : *stored) {
        show(each);
        if (!each.going) continue;
        const bool was_being_tried = *each.going == each.stage;
        const std::string es =
            fmt::format("el servidor se detuvo mientras {}",
                        was_being_tried ? "probaba esta etapa" : "preparaba la etapa siguiente");
        const std::string en =
            fmt::format("the server ended while it was {}",
                        was_being_tried ? "trying this stage" : "preparing the next stage");
        auto taken_back = was_being_tried ? fall_back_now(each, es, en) : Result<void>();
        if (!was_being_tried) {
            each.going.reset();
            each.returned_es = es;
            each.returned_en = en;
            taken_back = store_and_show(
                each, {clock_.wall(), kServer, "migration.interrupted", each.community, {}});
        }
        if (!taken_back) return taken_back;
    }
    return {};
}

std::optional<model::Migration> MigrationBoard::of(const CommunitySid& community) const {
    const auto map = map_.get();
    const auto found = map->find(community);
    return found == map->end() ? std::nullopt : std::optional(found->second);
}

std::vector<model::Migration> MigrationBoard::all() const {
    std::vector<model::Migration> all;
    for (const auto& [community, migration] : *map_.get()) all.push_back(migration);
    return all;
}

void MigrationBoard::show(const model::Migration& migration) {
    auto map = std::make_shared<Map>(*map_.get());
    map->insert_or_assign(migration.community, migration);
    map_.set(std::move(map));
}

Result<void> MigrationBoard::store_and_show(const model::Migration& migration,
                                            const store::AuditEntry& entry) {
    if (auto stored = store_.put(migration, entry); !stored) return stored;
    show(migration);
    return {};
}

Result<void> MigrationBoard::put(const model::Migration& migration, const std::string& actor,
                                 const std::string& action, const std::string& detail) {
    const std::lock_guard lock(changing_);
    return store_and_show(migration, {clock_.wall(), actor, action, migration.community, detail});
}

Result<std::optional<model::Migration>> MigrationBoard::change(const Change& change,
                                                               const Edit& edit) {
    const std::lock_guard lock(changing_);
    auto migration = of(change.community);
    if (!migration || migration->stage != change.from) return std::optional<model::Migration>();
    edit(*migration);
    if (const auto stored = store_and_show(*migration, {clock_.wall(), change.actor, change.action,
                                                        change.community, change.detail});
        !stored)
        return tl::unexpected(stored.error());
    return migration;
}

bool MigrationBoard::settle(const CommunitySid& community, model::Stage stage) {
    const std::lock_guard lock(changing_);
    const auto migration = of(community);
    if (!migration || migration->stage != stage) return false;
    settled_.insert(community);
    return true;
}

void MigrationBoard::unsettle(const CommunitySid& community) {
    const std::lock_guard lock(changing_);
    settled_.erase(community);
}

Result<void> MigrationBoard::remove(const CommunitySid& community, const std::string& actor,
                                    const std::string& action) {
    const std::lock_guard lock(changing_);
    if (auto removed = store_.remove(community, {clock_.wall(), actor, action, community, {}});
        !removed)
        return removed;
    settled_.erase(community);
    auto map = std::make_shared<Map>(*map_.get());
    map->erase(community);
    map_.set(std::move(map));
    return {};
}

void MigrationBoard::note_outcome(const CommunitySid& community, bool has_failed) {
    const std::lock_guard lock(changing_);
    auto migration = of(community);
    if (!migration) return;
    migration->outcomes.add(has_failed);
    if (const auto noted = store_.note_outcomes(community, migration->outcomes); !noted)
        log::warn("an outcome of a migration is not stored community={} reason={}", community.str(),
                  skyn3t::quoted(noted.error().detail));
    show(*migration);
    const auto& outcomes = migration->outcomes;
    if (!outcomes.are_too_many(migration->max_failures) || settled_.contains(community)) return;
    const auto failures = outcomes.failures();
    const auto es = fmt::format("{} de las últimas {} llamadas fallaron, más del {} %", failures,
                                outcomes.size(), migration->max_failures);
    const auto en = fmt::format("{} of the last {} calls failed, more than {} %", failures,
                                outcomes.size(), migration->max_failures);
    if (const auto gone_back = fall_back_now(std::move(*migration), es, en); !gone_back)
        log::error("a migration with too many failures cannot go back community={} reason={}",
                   community.str(), skyn3t::quoted(gone_back.error().detail));
}

Result<void> MigrationBoard::fall_back(const CommunitySid& community, model::Stage from,
                                       std::string why_es, std::string why_en) {
    const std::lock_guard lock(changing_);
    auto migration = of(community);
    if (!migration || migration->stage != from) return {};
    return fall_back_now(std::move(*migration), std::move(why_es), std::move(why_en));
}

Result<void> MigrationBoard::fall_back_now(model::Migration migration, std::string why_es,
                                           std::string why_en) {
    const auto from = migration.stage;
    migration.stage = model::stage_before(from);
    migration.going.reset();
    migration.is_proven = false;
    migration.outcomes = {};
    migration.entered = clock_.wall();
    migration.returned_es = std::move(why_es);
    migration.returned_en = std::move(why_en);
    log::error("migration went back by itself community={} from={} to={} reason={}",
               migration.community.str(), to_string(from), to_string(migration.stage),
               skyn3t::quoted(migration.returned_en));
    const std::string detail = fmt::format("{} -> {}: {}", to_string(from),
                                           to_string(migration.stage), migration.returned_en);
    return store_and_show(
        migration, {clock_.wall(), kServer, "migration.returned", migration.community, detail});
}

}  // namespace skyn3t::server
