#pragma once

#include <any>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/fact.hpp"
#include "store/fact_keeper.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

struct DatabaseOptions {
    std::string url = "sqlite:skyn3t.db";  // a relative SQLite file is under `data`; or
                                           // postgresql://user@host/name
    std::filesystem::path data = ".";
    std::size_t queue_capacity = 4096;  // write jobs that wait
    std::size_t readers = 2;            // connections beside the writer's
    // While jobs keep coming, a group is committed at most this often: a commit costs a sync. The
    // first job after a pause is committed at once, and so is one that somebody waits for.
    milliseconds group_interval{20};
    // How long a group waits for a database that is locked or away. Once one has waited in vain,
    // those after it hardly wait, until one is committed.
    milliseconds patience{5000};
    std::optional<FactKeeper::Options> spool{};  // none: facts are jobs as all others
};

// The file of an SQLite database; nothing for PostgreSQL.
[[nodiscard]] std::optional<std::filesystem::path> sqlite_file(const DatabaseOptions& options);

// The database: one writer thread with group commit, and a pool of readers beside it. Owned by
// server/.
class Database {
  public:
    // Changes rows inside the writer's transaction; each job has its own savepoint, so one that
    // fails takes nothing back but its own changes. It may run twice when a connection is lost: it
    // must change nothing but rows.
    using WriteJob = std::function<Result<void>(Session&)>;
    // Called on the writer's thread once the job is committed, as durable as the database is
    // (SQLite: synced to disk), or has failed. Posts to its owner's loop; never blocks.
    using WriteDone = std::function<void(const Result<void>&)>;

    // Connects and brings the schema up to date. Errc::unsupported when the database is newer than
    // this program.
    static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options,
                                                  const Clock& clock);
    // Commits what is queued, then ends the writer thread.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Any thread, never blocks; committed within DatabaseOptions::group_interval and the time that
    // the commits before it take. Errc::too_many when the queue is full: `done` is then not called.
    [[nodiscard]] Result<void> write(WriteJob job, WriteDone done = {});
    // As write(), and waits for the commit. Not on the signalling thread.
    Result<void> write_and_wait(const WriteJob& job);
    // As write(), of what must not be lost. With a spool, success means that it will be in the
    // database, and what `done` is told is that it is committed or spooled. Errc::too_many when
    // there is no room for it anywhere.
    [[nodiscard]] Result<void> keep(Fact fact, WriteDone done = {});
    // Waits until all that was queued before is committed, or has failed. Not on the signalling
    // thread.
    void flush();

    // Runs `read(Session&)` on the calling thread with a reader of the pool, waiting for a free
    // one. Not on the signalling thread. Within `read` a query sees everything committed before it.
    // It runs twice when the connection was lost: those of the pool are, all of them, when the
    // database restarts.
    template <class Read>
    auto read(Read read) -> decltype(read(std::declval<Session&>())) {
        Lease lease(*this);
        if (!lease.session) return tl::unexpected(lease.error);
        auto result = read(*lease.session);
        if (result || result.error().code != Errc::unavailable) return result;
        if (!lease.connect_again()) return result;
        return read(*lease.session);
    }

    // `listener` is called on the writer's thread with what jobs have announced
    // (Session::announce), once it is committed; it never blocks. Set before anything is written,
    // and once.
    void on_news(std::function<void(const std::any& news)> listener);

    // What is sealed in rows from now on, and opened. The box outlives this. Set at start, before
    // any resource is read or written.
    void use_secrets(const SecretBox& box) { secrets_ = &box; }

    Engine engine() const { return engine_; }
    const Clock& clock() const { return clock_; }
    // How many transactions the writer has committed; for metrics, and for tests of group commit.
    std::uint64_t commits() const { return commits_.load(); }

    // How writing goes; for /healthz and /metrics.
    struct Health {
        bool can_read = false, can_write = false;
        std::uint64_t failed_writes = 0;  // jobs, facts that were spooled among them
        FactKeeper::Figures facts;
    };
    Health health();

  private:
    struct Pending {
        WriteJob job;
        WriteDone done;
    };
    // Borrows a reader for a scope.
    struct Lease {
        explicit Lease(Database& from);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        bool connect_again();
        Database& database;
        std::size_t index;
        Session* session;
        Error error;
    };

    Database(Engine engine, std::string connect, const DatabaseOptions& options,
             const Clock& clock);
    void run_writer();
    void commit(std::vector<Pending>& batch);
    Result<void> try_with_patience(std::vector<Pending>& batch, std::vector<Result<void>>& results);
    bool connect_again(SteadyTime until);
    Result<void> set_patience(milliseconds most);
    void note_outcome(std::size_t jobs, const Result<void>& committed);
    Result<void> try_commit(std::vector<Pending>& batch, std::vector<Result<void>>& results);
    void tell_news();
    Result<void> run_job(const WriteJob& job);
    Result<void> control(const PlatformQuery& statement);

    const Engine engine_;
    const std::string connect_;
    const Clock& clock_;
    std::atomic<const SecretBox*> secrets_{nullptr};
    std::unique_ptr<Session> writer_;
    std::mutex news_mutex_;
    std::function<void(const std::any&)> news_listener_;

    std::mutex readers_mutex_;
    std::condition_variable reader_free_;
    std::vector<std::unique_ptr<Session>> readers_;
    std::vector<std::size_t> free_readers_;

    enum class Wanted { soon, at_once };
    Result<void> push(Pending pending, Wanted wanted);
    // Sleeps until a group is due; whether this is the last one.
    bool wait_for_group(SteadyTime last_commit);

    const milliseconds group_interval_;
    const milliseconds patience_;
    BoundedQueue<Pending> queue_;
    std::mutex wake_mutex_;  // of what follows up to the atomics
    std::condition_variable wake_;
    std::condition_variable finished_some_;
    bool is_queued_ = false, is_awaited_ = false;
    std::uint64_t pushed_ = 0, finished_ = 0;  // jobs, ever
    std::atomic<bool> stopping_{false};
    std::atomic<bool> is_down_{false};  // the last group failed
    std::atomic<std::uint64_t> commits_{0}, failed_writes_{0};
    std::unique_ptr<FactKeeper> facts_;
    std::thread thread_;
};

}  // namespace skyn3t::store
