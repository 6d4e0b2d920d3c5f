#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/alert.hpp"
#include "model/exchange.hpp"
#include "store/database.hpp"
#include "store/fact.hpp"

namespace skyn3t::store {

// What a list of alerts is narrowed to; everything not set is let through.
struct AlertFilter {
    std::optional<WallTime> since, before;
    std::optional<model::AlertLevel> level;
    CallSid call{};  // of one call only
    // Beyond this alert, newest first: older ones, or with `newer` the nearest that are newer.
    struct Cursor {
        WallTime time{};
        std::string sid;
    };
    std::optional<Cursor> from{};
    bool newer = false;
    std::size_t limit = 50;
};

// What went wrong in calls, and what calls asked of applications.
class AlertStore {
  public:
    // A body or a list of parameters is kept up to this, in octets.
    static constexpr std::size_t kMaxText = 16 * 1024;

    explicit AlertStore(Database& database) : database_(database) {}

    // Any thread; Errc::too_many when there is no room (Database::keep).
    [[nodiscard]] Result<void> add(model::Alert alert, Database::WriteDone done = {});
    [[nodiscard]] Result<void> add(model::Exchange exchange, Database::WriteDone done = {});
    // Inside a job.
    static Result<void> write(Session& session, const model::Alert& alert);
    static Result<void> write(Session& session, const ExchangeFact& fact);
    // Forgets what is older.
    [[nodiscard]] Result<void> prune(WallTime before, Database::WriteDone done = {});

    // The rest reads: not on the signalling thread. Newest first.
    Result<std::vector<model::Alert>> list(const CommunitySid& community,
                                           const AlertFilter& filter);
    Result<std::optional<model::Alert>> find(const CommunitySid& community, const AlertSid& sid);
    // In their order.
    Result<std::vector<model::Exchange>> exchanges(const CommunitySid& community,
                                                   const CallSid& call);

    // The same for the platform's operator, over all communities.
    Result<std::vector<model::Alert>> list_all(const AlertFilter& filter);
    Result<std::optional<model::Alert>> find_any(const AlertSid& sid);

  private:
    Database& database_;
};

}  // namespace skyn3t::store
