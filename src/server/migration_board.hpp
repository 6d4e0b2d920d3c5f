#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/migration.hpp"
#include "server/published.hpp"
#include "store/migration_store.hpp"

namespace skyn3t::server {

// The communities that are on their way, in memory as they are in the database: documents ask it
// for every call. Any thread; what changes it not on the signalling one.
class MigrationBoard {
  public:
    MigrationBoard(store::MigrationStore& store, const Clock& clock);

    // At start. What was being done or tried when the server ended is taken back to the last stage
    // that stood.
    [[nodiscard]] Result<void> open();

    std::optional<model::Migration> of(const CommunitySid& community) const;
    std::vector<model::Migration> all() const;

    // Begins one. Stored with an entry in the audit before it is seen, as everything below is.
    Result<void> put(const model::Migration& migration, const std::string& actor,
                     const std::string& action, const std::string& detail = {});
    // Edits the one of this community as long as it is in stage `from`: what calls come to may have
    // taken it back since its stage was read. As it is then; nothing when it is in another stage or
    // gone, and then nothing has changed.
    struct Change {
        CommunitySid community;
        model::Stage from{};
        std::string actor, action, detail{};
    };
    using Edit = std::function<void(model::Migration&)>;
    Result<std::optional<model::Migration>> change(const Change& change, const Edit& edit);
    // Before its end is declared: from here on no call takes it back. False when it is not in this
    // stage (any more).
    [[nodiscard]] bool settle(const CommunitySid& community, model::Stage stage);
    void unsettle(const CommunitySid& community);  // the end was not declared
    Result<void> remove(const CommunitySid& community, const std::string& actor,
                        const std::string& action);
    // What a call came to. Too many failures take the community one stage back at once.
    void note_outcome(const CommunitySid& community, bool has_failed);
    // One stage back from this one, because of that: documents change, nothing else.
    Result<void> fall_back(const CommunitySid& community, model::Stage from, std::string why_es,
                           std::string why_en);

  private:
    using Map = std::map<CommunitySid, model::Migration>;
    // With changing_ held, each of them.
    void show(const model::Migration& migration);
    Result<void> store_and_show(const model::Migration& migration, const store::AuditEntry& entry);
    Result<void> fall_back_now(model::Migration migration, std::string why_es, std::string why_en);

    store::MigrationStore& store_;
    const Clock& clock_;
    std::mutex changing_;  // from reading one to having stored it
    Published<Map> map_;
    std::set<CommunitySid> settled_;
};

}  // namespace skyn3t::server
