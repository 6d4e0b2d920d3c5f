#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/call_record.hpp"
#include "store/database.hpp"
#include "store/fact.hpp"

namespace skyn3t::store {

// Where a page of the call log begins.
struct CallCursor {
    WallTime start{};
    CallSid sid;
};

// What a list of calls is narrowed to; everything not set is let through.
struct CallFilter {
    std::optional<WallTime> since;                      // started at or after
    std::optional<WallTime> before;                     // started before
    std::optional<WallTime> ended_since, ended_before;  // and has ended
    bool failed_only = false;   // failed, busy, no-answer, or with an error code
    bool refused_only = false;  // those for which nothing ran: the log's RefusedCalls
    std::optional<model::CallStatus> status;
    std::optional<CallSid> parent;         // an empty one: only calls without a parent
    std::string from, to;                  // exact, or a number without its "+"
    std::string number;                    // at either end, also as a phone's: "+562...-office"
    bool hides_verifications = false;      // calls that this server makes to test itself
    std::optional<CallCursor> after;       // those that are older than this, newest first, or
    std::optional<CallCursor> newer_than;  // the nearest ones that are newer, newest first too
    std::size_t limit = 50;  // 1 to 1001: a page of the API, and whether there is another
};

// The call log.
class CallStore {
  public:
    explicit CallStore(Database& database) : database_(database) {}

    // Inserts or replaces a call's row (Database::keep). Any thread; Errc::too_many when there is
    // no room for it. When `done` reports success, the row survives kill -9 and power loss.
    [[nodiscard]] Result<void> save(model::CallRecord record, Database::WriteDone done = {});
    // A call's last row and what remains of its story, in one job.
    [[nodiscard]] Result<void> save(model::CallRecord record, std::vector<model::CallEvent> events,
                                    Database::WriteDone done = {});
    [[nodiscard]] Result<void> add_events(std::vector<model::CallEvent> events,
                                          Database::WriteDone done = {});

    // Inside a job. A row that has ended is not put back to what it was before.
    static Result<void> write(Session& session, const CallFact& fact);

    // What a call cost, once somebody knows; saving its row again does not change it.
    [[nodiscard]] Result<void> set_price(const model::CallRecord& call, std::string price,
                                         std::string unit);

    // The rest reads, or waits: not on the signalling thread.
    Result<std::optional<model::CallRecord>> find(const CommunitySid& community,
                                                  const CallSid& call);
    Result<std::vector<model::CallRecord>> list(const CommunitySid& community,
                                                const CallFilter& filter);
    Result<std::vector<model::CallEvent>> events(const CommunitySid& community,
                                                 const CallSid& call);

    // The same for the platform's operator, over all communities and calls of none.
    Result<std::optional<model::CallRecord>> find_any(const CallSid& call);
    Result<std::vector<model::CallRecord>> list_all(const CallFilter& filter);
    Result<std::vector<model::CallEvent>> events_of(const CallSid& call);
    // Calls of this node that were answered, have ended since then, and have no price; the oldest
    // first.
    Result<std::vector<model::CallRecord>> unpriced(const std::string& node, WallTime since,
                                                    std::size_t count);

    // Closes what `node` was running when it died: failed, EndReason::server_restarted, ended at
    // the last moment that the log knows of. How many there were.
    Result<std::int64_t> close_interrupted(const std::string& node);

  private:
    Database& database_;
};

}  // namespace skyn3t::store
