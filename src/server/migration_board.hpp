#pragma once

#include <map>
#include <mutex>
#include <optional>
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

    // Stored with an entry in the audit before it is seen.
    Result<void> put(model::Migration migration, const std::string& actor,
                     const std::string& action, const std::string& detail = {});
    Result<void> remove(const CommunitySid& community, const std::string& actor,
                        const std::string& action);
    // What a call came to. Too many failures take the community one stage back at once.
    void note_outcome(const CommunitySid& community, bool has_failed);
    // One stage back, because of that: documents change, nothing else.
    Result<void> fall_back(model::Migration migration, std::string why_es, std::string why_en);

  private:
    using Map = std::map<CommunitySid, model::Migration>;
    void show(const model::Migration& migration);

    store::MigrationStore& store_;
    const Clock& clock_;
    std::mutex changing_;
    Published<Map> map_;
};

}  // namespace skyn3t::server
