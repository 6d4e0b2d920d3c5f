#include "store/database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <future>

#include "base/log.hpp"
#include "store/migrations.hpp"

namespace skyn3t::store {
namespace {

constexpr PlatformQuery kBegin{"begin", "BEGIN"};
constexpr PlatformQuery kBeginImmediate{"begin_immediate", "BEGIN IMMEDIATE"};
constexpr PlatformQuery kCommit{"commit", "COMMIT"};
constexpr PlatformQuery kSavepoint{"savepoint", "SAVEPOINT job"};
constexpr PlatformQuery kRelease{"release", "RELEASE SAVEPOINT job"};
constexpr PlatformQuery kAsk{"ask_database", "SELECT MAX(version) FROM schema_migrations"};
constexpr PlatformQuery kRollBackTo{"roll_back_to", "ROLLBACK TO SAVEPOINT job"};

// A group is bounded so that the first of it does not wait for the last of a flood.
constexpr std::size_t kLargestGroup = 1024;

// Of a group while the database is down: only to see whether it is back.
constexpr milliseconds kPatienceWhileDown{500};
constexpr milliseconds kConnectEvery{100};
// flush() waits for facts that are spooled and replayed; a start waits for those of the last end.
constexpr seconds kSettle{5}, kSettleAtStart{15};

struct Target {
    Engine engine;
    std::string connect;
    std::filesystem::path file;  // SQLite only
};

// What libpq would wait for without end, unless the operator says otherwise. SOCI takes a text
// without "=" for no connection string at all.
std::string with_limits(std::string url) {
    for (const std::string_view setting :
         {"connect_timeout=3", "tcp_user_timeout=5000", "keepalives_idle=10",
          "keepalives_interval=5", "keepalives_count=3", "application_name=skyn3t"}) {
        const auto name = setting.substr(0, setting.find('=') + 1);
        const auto settings = url.find('?');
        if (settings != std::string::npos && url.find(name, settings) != std::string::npos)
            continue;
        url += settings == std::string::npos ? '?' : '&';
        url += setting;
    }
    return url;
}

Result<Target> target_of(const DatabaseOptions& options) {
    const std::string& url = options.url;
    if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
        return Target{Engine::postgresql, with_limits(url), {}};
    if (!url.starts_with("sqlite:") || url.size() == 7)
        return fail(Errc::invalid_argument,
                    "database: expected sqlite:FILE or postgresql://user@host/name");
    const std::filesystem::path file = options.data / url.substr(7);
    if (file.string().find('"') != std::string::npos)
        return fail(Errc::invalid_argument, "database: a file name cannot hold a quotation mark");
    return Target{Engine::sqlite, "dbname=\"" + file.string() + "\" timeout=5", file};
}

// SQLite makes a new file readable for all; what it holds (HA1) is not for all. The WAL takes the
// file's mode.
Result<void> make_private(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(Errc::unavailable, "cannot open the database " + file.string() + ": " +
                                           std::generic_category().message(errno));
    ::close(descriptor);
    return {};
}

Result<std::unique_ptr<Session>> connect_to(Engine engine, const std::string& connect) {
    auto session = Session::open(engine, connect);
    if (!session) return session;
    const auto settings =
        engine == Engine::sqlite
            ? std::vector<std::string>{"PRAGMA busy_timeout = 5000", "PRAGMA journal_mode = WAL",
                                       // FULL syncs the WAL at every commit: power loss takes
                                       // nothing back.
                                       "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
                                       // What a savepoint may take back would be written to a file
                                       // of its own otherwise, a page for each page changed.
                                       "PRAGMA temp_store = MEMORY",
                                       // KiB. 2 MB by default, of pages that the system keeps as
                                       // well: a quarter of what a registration took.
                                       "PRAGMA cache_size = -256"}
            : std::vector<std::string>{"SET client_min_messages = warning",
                                       "SET synchronous_commit = on", "SET lock_timeout = 5000"};
    for (const std::string& setting : settings)
        if (auto done = (*session)->run(setting); !done) return tl::unexpected(done.error());
    return session;
}

}  // namespace

std::optional<std::filesystem::path> sqlite_file(const DatabaseOptions& options) {
    const auto target = target_of(options);
    if (!target || target->engine != Engine::sqlite) return std::nullopt;
    return target->file;
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options,
                                                 const Clock& clock) {
    auto target = target_of(options);
    if (!target) return tl::unexpected(target.error());
    if (target->engine == Engine::sqlite)
        if (auto made = make_private(target->file); !made) return tl::unexpected(made.error());

    std::unique_ptr<Database> database(
        new Database(target->engine, target->connect, options, clock));
    auto writer = connect_to(target->engine, target->connect);
    if (!writer) return tl::unexpected(writer.error());
    if (auto done = migrate(**writer, all_migrations(), clock); !done)
        return tl::unexpected(done.error());
    database->writer_ = std::move(*writer);
    if (auto set = database->set_patience(database->patience_); !set)
        return tl::unexpected(set.error());
    if (options.spool) database->facts_ = std::make_unique<FactKeeper>(*database, *options.spool);
    database->thread_ = std::thread([raw = database.get()] { raw->run_writer(); });
    if (database->facts_) database->facts_->settle(kSettleAtStart);
    return database;
}

Database::Database(Engine engine, std::string connect, const DatabaseOptions& options,
                   const Clock& clock)
    : engine_(engine),
      connect_(std::move(connect)),
      clock_(clock),
      group_interval_(options.group_interval),
      patience_(options.patience),
      queue_(options.queue_capacity) {
    readers_.resize(
        std::max<std::size_t>(options.readers, 1));  // each connects when it is first borrowed
    for (std::size_t i = 0; i < readers_.size(); ++i) free_readers_.push_back(i);
}

Database::~Database() {
    if (facts_) facts_->stop();
    {
        const std::lock_guard lock(wake_mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

Result<void> Database::write(WriteJob job, WriteDone done) {
    return push(Pending{std::move(job), std::move(done)}, Wanted::soon);
}

Result<void> Database::keep(Fact fact, WriteDone done) {
    if (facts_) return facts_->keep(std::move(fact), std::move(done));
    return write([fact = std::move(fact)](Session& session) { return write_fact(session, fact); },
                 std::move(done));
}

Result<void> Database::push(Pending pending, Wanted wanted) {
    bool wakes = false;
    {
        const std::lock_guard lock(wake_mutex_);
        if (!queue_.push(std::move(pending)))
            return fail(Errc::too_many, "the database does not keep up: its queue is full");
        ++pushed_;
        const bool at_once = wanted == Wanted::at_once;
        wakes = !is_queued_ || (at_once && !is_awaited_);
        is_queued_ = true;
        is_awaited_ = is_awaited_ || at_once;
    }
    if (wakes) wake_.notify_one();
    return {};
}

Result<void> Database::write_and_wait(const WriteJob& job) {
    std::promise<Result<void>> promise;
    auto result = promise.get_future();
    auto queued = push(Pending{job, [&](const Result<void>& done) { promise.set_value(done); }},
                       Wanted::at_once);
    if (!queued) return queued;
    return result.get();
}

void Database::flush() {
    {
        std::unique_lock lock(wake_mutex_);
        const auto wanted = pushed_;
        if (finished_ < wanted) {
            is_awaited_ = true;
            wake_.notify_one();
        }
        finished_some_.wait(lock, [&] { return finished_ >= wanted; });
    }
    if (facts_) facts_->settle(kSettle);
}

Database::Health Database::health() {
    const auto asked = read([](Session& session) {
        return session.query_one(kAsk, {}, [](const Row& row) { return row.integer(0); });
    });
    return {asked.has_value(), !is_down_, failed_writes_,
            facts_ ? facts_->figures() : FactKeeper::Figures{}};
}

bool Database::wait_for_group(SteadyTime last_commit) {
    std::unique_lock lock(wake_mutex_);
    wake_.wait(lock, [this] { return is_queued_ || stopping_; });
    wake_.wait_until(lock, last_commit + group_interval_,
                     [this] { return is_awaited_ || stopping_; });
    is_queued_ = is_awaited_ = false;
    return stopping_;
}

void Database::run_writer() {
    std::vector<Pending> drained;
    std::vector<Pending> batch;
    SteadyTime last_commit{};
    for (;;) {
        const bool last_round = wait_for_group(last_commit);
        queue_.drain(drained);
        for (std::size_t begin = 0; begin < drained.size(); begin += kLargestGroup) {
            const std::size_t end = std::min(begin + kLargestGroup, drained.size());
            batch.assign(
                std::make_move_iterator(drained.begin() + static_cast<std::ptrdiff_t>(begin)),
                std::make_move_iterator(drained.begin() + static_cast<std::ptrdiff_t>(end)));
            commit(batch);
        }
        const bool idle = drained.empty();
        drained.clear();
        if (idle && last_round) return;
        last_commit = std::chrono::steady_clock::now();
    }
}

// All of `batch` in one transaction, then everybody's callback.
void Database::commit(std::vector<Pending>& batch) {
    std::vector<Result<void>> results;
    const Result<void> committed = try_with_patience(batch, results);
    note_outcome(batch.size(), committed);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Result<void>& result = committed ? results[i] : committed;
        if (batch[i].done)
            batch[i].done(result);
        else if (committed && !result)
            log::error("database job failed reason={}", skyn3t::quoted(result.error().detail));
    }
    {
        const std::lock_guard lock(wake_mutex_);
        finished_ += batch.size();
    }
    finished_some_.notify_all();
}

// Twice, if need be: a lock may end while the first attempt waits for it (each waits for up to
// patience_ by itself), and a lost connection is made anew.
Result<void> Database::try_with_patience(std::vector<Pending>& batch,
                                         std::vector<Result<void>>& results) {
    const auto until = std::chrono::steady_clock::now() + patience_;
    Result<void> committed = try_commit(batch, results);
    if (!committed && committed.error().code == Errc::unavailable) {
        if (connect_again(is_down_ ? SteadyTime{} : until)) committed = try_commit(batch, results);
    } else if (!committed && committed.error().code == Errc::timeout && !is_down_ && !stopping_) {
        committed = try_commit(batch, results);
    }
    if (!committed && committed.error().code == Errc::timeout)
        committed =
            fail(Errc::unavailable, "locked by another program: " + committed.error().detail);
    return committed;
}

// Tried at least once.
bool Database::connect_again(SteadyTime until) {
    for (;;) {
        auto again = connect_to(engine_, connect_);
        if (again) {
            writer_ = std::move(*again);
            return set_patience(is_down_ ? kPatienceWhileDown : patience_).has_value();
        }
        if (stopping_ || std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(kConnectEvery);
    }
}

// How long a statement waits for a lock.
Result<void> Database::set_patience(milliseconds most) {
    const auto text = std::to_string(most.count());
    return writer_->run(engine_ == Engine::sqlite ? "PRAGMA busy_timeout = " + text
                                                  : "SET lock_timeout = " + text);
}

void Database::note_outcome(std::size_t jobs, const Result<void>& committed) {
    const bool was_down = is_down_.exchange(!committed);
    if (committed) {
        commits_.fetch_add(1);
        if (was_down) {
            (void)set_patience(patience_);
            log::warn("the database takes what is written again failed_writes={}",
                      failed_writes_.load());
        }
        return tell_news();
    }
    failed_writes_ += jobs;
    if (was_down) return;
    (void)set_patience(kPatienceWhileDown);
    log::error("database write failed, facts are spooled until it works again jobs={} reason={}",
               jobs, skyn3t::quoted(committed.error().detail));
    if (facts_) facts_->database_failed();
}

Result<void> Database::try_commit(std::vector<Pending>& batch, std::vector<Result<void>>& results) {
    results.clear();
    writer_->news().clear();
    // IMMEDIATE takes the write lock at once: a deferred transaction can fail half-way when another
    // process writes.
    auto step = control(engine_ == Engine::sqlite ? kBeginImmediate : kBegin);
    for (std::size_t i = 0; step && i < batch.size(); ++i) {
        results.push_back(run_job(batch[i].job));
        if (!results.back() && (results.back().error().code == Errc::unavailable ||
                                results.back().error().code == Errc::timeout))
            step = results.back();
    }
    if (step) step = control(kCommit);
    // When this fails too, the connection is of no use; BEGIN then says so, and commit() connects
    // again.
    if (!step) (void)writer_->run("ROLLBACK");
    return step;
}

// SQLite keeps these prepared: parsing them anew for every job costs as much as a row. PostgreSQL
// gains nothing.
Result<void> Database::control(const PlatformQuery& statement) {
    if (engine_ == Engine::postgresql) return writer_->run(std::string(statement.sql));
    const auto done = writer_->execute(statement, {});
    if (!done) return tl::unexpected(done.error());
    return {};
}

void Database::on_news(std::function<void(const std::any&)> listener) {
    const std::lock_guard lock(news_mutex_);
    news_listener_ = std::move(listener);
}

void Database::tell_news() {
    const std::lock_guard lock(news_mutex_);
    if (news_listener_)
        for (const auto& news : writer_->news()) news_listener_(news);
}

Result<void> Database::run_job(const WriteJob& job) {
    if (auto begun = control(kSavepoint); !begun) return begun;
    const auto news = writer_->news().size();
    writer_->use_secrets(secrets_);
    Result<void> done = job(*writer_);
    if (!done) writer_->news().resize(news);  // it has not come to pass
    const auto ended = control(done ? kRelease : kRollBackTo);
    if (!ended) return ended;
    return done;
}

Database::Lease::Lease(Database& from)
    : database(from), index(0), session(nullptr), error{Errc::unavailable, {}} {
    std::unique_lock lock(database.readers_mutex_);
    database.reader_free_.wait(lock, [&] { return !database.free_readers_.empty(); });
    index = database.free_readers_.back();
    database.free_readers_.pop_back();
    lock.unlock();
    auto& slot = database.readers_[index];  // nobody else's while it is leased
    if (!slot) {
        auto opened = connect_to(database.engine_, database.connect_);
        if (opened)
            slot = std::move(*opened);
        else
            error = opened.error();
    }
    session = slot.get();
    if (session) session->use_secrets(database.secrets_);
}

Database::Lease::~Lease() {
    {
        const std::lock_guard lock(database.readers_mutex_);
        database.free_readers_.push_back(index);
    }
    database.reader_free_.notify_one();
}

// The slot stays empty when that fails: the next who borrows it tries.
bool Database::Lease::connect_again() {
    auto& slot = database.readers_[index];
    slot.reset();
    auto opened = connect_to(database.engine_, database.connect_);
    if (opened) slot = std::move(*opened);
    session = slot.get();
    return session != nullptr;
}

}  // namespace skyn3t::store
