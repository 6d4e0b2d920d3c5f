#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "store/fact.hpp"
#include "store/spool.hpp"

namespace skyn3t::store {

class Database;

// Keeps facts until the database has them (ADR 12). Usually a fact is one job of the writer's and
// nothing else. One that the writer cannot commit, or does not commit for a while, goes into the
// spool, and so do all that come after it, until what waits has been written in its order. What
// even the spool has no room for waits in memory, and beyond that is counted and told.
// Owned by Database. Any thread may keep; a thread of its own spools and replays.
class FactKeeper {
  public:
    using Done = std::function<void(const Result<void>&)>;
    struct Options {
        std::filesystem::path file;
        Spool::Sizes sizes{};
        std::size_t memory = 16 * 1024 * 1024;  // octets of facts that wait to be spooled
        milliseconds late{500};                 // a job that takes longer is spooled meanwhile
        milliseconds retry{500};
    };
    struct Figures {
        std::uint64_t waiting = 0;   // in the spool and before it
        std::uint64_t spooled = 0;   // that ever went there
        std::uint64_t replayed = 0;  // and came back
        std::uint64_t lost = 0;      // no room was left
        std::uint64_t refused = 0;   // the database took everything but these
    };

    FactKeeper(Database& database, Options options);
    ~FactKeeper();
    FactKeeper(const FactKeeper&) = delete;
    FactKeeper& operator=(const FactKeeper&) = delete;

    // Never blocks. `done` is called once the fact is committed or spooled; with an error when
    // there was no room for it. Errc::too_many when that is known at once, and `done` is not
    // called.
    Result<void> keep(Fact fact, Done done);
    // Waits until everything that was kept before is in the database, or the database fails, or
    // `most` has passed.
    void settle(milliseconds most);
    // The writer has failed: from now on the keeper tries, at intervals, whether it can again.
    void database_failed();
    // No more replays; called before the writer ends.
    void stop();
    Figures figures() const;

  private:
    using FactPtr = std::shared_ptr<const Fact>;  // shared by the writer's job and this
    struct Waiting {
        std::uint64_t id = 0;
        FactPtr fact;
        Done done;
        SteadyTime since{};
        bool is_spooled = false;
    };
    // Some of what waits, on its way to the database: the oldest of the spool, or of memory.
    struct Replay {
        std::size_t count = 0;
        bool is_from_spool = false;
        std::vector<FactPtr> facts;
        bool has_ended = false;
        Result<void> result;
    };

    void run();
    bool has_work() const;
    void collect_late();
    void spool(std::unique_lock<std::mutex>& lock);
    void go_on_with_replay(std::unique_lock<std::mutex>& lock);
    void begin_replay(std::unique_lock<std::mutex>& lock);
    void end_replay();
    void read_batch(Replay& replay);
    void pass(const Replay& replay);
    void beat();
    void settled(std::uint64_t id, const Result<void>& result);
    bool hold(Waiting& waiting);
    void tell_lost();

    Database& database_;
    const Options options_;
    std::unique_ptr<Spool> spool_;  // none when it cannot be opened; used by one thread at a time

    mutable std::mutex mutex_;         // of what follows
    std::condition_variable changed_;  // for the keeper's thread
    std::condition_variable settled_;  // for who waits in settle()
    std::uint64_t last_id_;
    std::map<std::uint64_t, Waiting> in_flight_;  // jobs of the writer's
    std::deque<Waiting> held_;                    // not in the spool yet
    std::size_t held_octets_ = 0;
    bool is_spool_full_ = false;
    std::unordered_set<std::uint64_t> committed_;  // in the spool, and in the database as well
    bool is_behind_ = false;  // what is kept goes to the spool, behind what waits there
    bool is_failing_ = false;
    bool is_beating_ = false;
    SteadyTime next_try_{};
    std::size_t batch_ = 256;  // 1 while one of the batch is looked for that is refused
    std::unique_ptr<Replay> replay_;
    Figures figures_;
    std::uint64_t told_lost_ = 0;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace skyn3t::store
