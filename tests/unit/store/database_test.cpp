#include "store/database.hpp"

#include <atomic>
#include <future>
#include <set>

#include "store/migrations.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using test::StoreTest;

constexpr PlatformQuery kAdd{"test_add", "INSERT INTO things (id, name) VALUES (:id, :name)"};
constexpr PlatformQuery kNames{"test_names", "SELECT name FROM things ORDER BY id"};
constexpr PlatformQuery kBadNumber{"test_bad", "SELECT CAST(:secret AS BIGINT) FROM things"};
constexpr CommunityQuery kOfCommunity{"test_of", "SELECT name FROM things WHERE name = :community"};
constexpr PlatformQuery kSynchronous{"test_sync", "SELECT synchronous FROM pragma_synchronous"};
constexpr PlatformQuery kJournal{"test_journal", "SELECT journal_mode FROM pragma_journal_mode"};

static_assert(count_columns("SELECT a, MAX(b, c), (SELECT d, e FROM f) FROM g WHERE h, i") == 3);
static_assert(count_columns("DELETE FROM g") == 0);

Result<void> add(Session& session, int id, const std::string& name) {
    auto done = session.execute(kAdd, {{"id", id}, {"name", name}});
    if (!done) return tl::unexpected(done.error());
    return {};
}

class DatabaseTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(database->write_and_wait([](Session& session) {
            return session.run("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT)");
        }));
    }
    std::vector<std::string> names() {
        return database
            ->read([](Session& session) {
                return session.query(kNames, {}, [](const Row& row) { return row.text(0); });
            })
            .value();
    }
    // Holds the writer in a job until the promise is kept, so that what follows waits in the queue.
    std::promise<void> hold_writer() {
        std::promise<void> release;
        auto held = std::make_shared<std::promise<void>>();
        auto started = held->get_future();
        auto wait = std::make_shared<std::future<void>>(release.get_future());
        EXPECT_TRUE(database->write([held, wait](Session&) -> Result<void> {
            held->set_value();
            wait->get();
            return {};
        }));
        started.get();
        return release;
    }
};
SKYN3T_FOR_BOTH_ENGINES(DatabaseTest);

TEST_P(DatabaseTest, AJobsRowsAreThereForReadersOnceItsCallbackRuns) {
    std::promise<std::size_t> seen;
    ASSERT_TRUE(database->write([](Session& session) { return add(session, 1, "Ñandú"); },
                                [&](const Result<void>& done) {
                                    ASSERT_TRUE(done);
                                    seen.set_value(names().size());
                                }));
    EXPECT_EQ(seen.get_future().get(), 1u);
    EXPECT_EQ(names(), std::vector<std::string>{"Ñandú"});
}

TEST_P(DatabaseTest, WhatWaitsTogetherIsCommittedTogether) {
    auto release = hold_writer();
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(database->write([i](Session& session) { return add(session, i, "x"); }));
    const auto before = database->commits();
    release.set_value();
    database->flush();
    EXPECT_EQ(names().size(), 100u);
    EXPECT_LE(database->commits() - before,
              3u);  // the holder's, the hundred's, perhaps the flush's own
}

TEST_P(DatabaseTest, JobsThatKeepComingShareCommits) {
    const auto before = database->commits();
    const auto began = std::chrono::steady_clock::now();
    int jobs = 0;
    while (jobs < 50 || std::chrono::steady_clock::now() - began < std::chrono::milliseconds(100)) {
        // One after the other, each after the writer has had time to commit the last.
        if (std::chrono::steady_clock::now() - began < jobs * std::chrono::milliseconds(2))
            continue;
        ASSERT_TRUE(database->write([jobs](Session& session) { return add(session, jobs, "x"); }));
        ++jobs;
    }
    const auto took = std::chrono::steady_clock::now() - began;
    database->flush();
    EXPECT_EQ(names().size(), static_cast<std::size_t>(jobs));
    // One every 20 ms, the first at once, the flush's own.
    EXPECT_LE(database->commits() - before,
              static_cast<std::uint64_t>(took / std::chrono::milliseconds(20)) + 3);
}

TEST_P(DatabaseTest, AFailingJobTakesBackItsOwnRowsOnly) {
    auto release = hold_writer();
    std::vector<bool> results(3);
    const auto note = [&](int i) {
        return [&results, i](const Result<void>& done) {
            results[static_cast<std::size_t>(i)] = done.has_value();
        };
    };
    ASSERT_TRUE(
        database->write([](Session& session) { return add(session, 1, "first"); }, note(0)));
    ASSERT_TRUE(database->write(
        [](Session& session) -> Result<void> {
            if (auto done = add(session, 2, "taken back"); !done) return done;
            return add(session, 1, "twice the same key");
        },
        note(1)));
    ASSERT_TRUE(
        database->write([](Session& session) { return add(session, 3, "third"); }, note(2)));
    release.set_value();
    database->flush();
    EXPECT_EQ(results, (std::vector<bool>{true, false, true}));
    EXPECT_EQ(names(), (std::vector<std::string>{"first", "third"}));
}

TEST_P(DatabaseTest, AKeyThatExistsIsAConflict) {
    const auto job = [](Session& session) { return add(session, 1, "x"); };
    ASSERT_TRUE(database->write_and_wait(job));
    const auto again = database->write_and_wait(job);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::conflict);
}

TEST_P(DatabaseTest, AFullQueueRefusesAndNeverBlocks) {
    options.queue_capacity = 4;
    open();
    auto release = hold_writer();
    int called = 0;
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(database->write([](Session&) -> Result<void> { return {}; },
                                    [&](const Result<void>&) { ++called; }));
    const auto refused = database->write([](Session&) -> Result<void> { return {}; },
                                         [&](const Result<void>&) { called += 100; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::too_many);
    release.set_value();
    database->flush();
    EXPECT_EQ(called, 4);
}

TEST_P(DatabaseTest, ClosingCommitsWhatIsQueued) {
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(database->write([i](Session& session) { return add(session, i, "x"); }));
    open();
    EXPECT_EQ(names().size(), 50u);
}

TEST_P(DatabaseTest, ManyThreadsWriteAndReadAtOnce) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([this, t] {
            for (int i = 0; i < 25; ++i) {
                EXPECT_TRUE(database->write(
                    [t, i](Session& session) { return add(session, t * 100 + i, "x"); }));
                if (i % 5 == 0) (void)names();
            }
        });
    for (std::thread& thread : threads) thread.join();
    database->flush();
    EXPECT_EQ(names().size(), 100u);
}

TEST_P(DatabaseTest, TextThatIsNotUtf8IsKeptWithReplacementCharacters) {
    ASSERT_TRUE(database->write_and_wait([](Session& session) {
        return add(session, 1,
                   std::string("a\0b\xff"
                               "c\xc3\xb1",
                               7));
    }));
    EXPECT_EQ(names(), std::vector<std::string>{"a\uFFFDb\uFFFDcñ"});
}

TEST_P(DatabaseTest, AStatementWorksAgainAfterItHasFailed) {
    const auto job = [](Session& session) { return add(session, 1, "x"); };
    ASSERT_TRUE(database->write_and_wait(job));
    ASSERT_FALSE(database->write_and_wait(job));
    EXPECT_TRUE(database->write_and_wait([](Session& session) { return add(session, 2, "y"); }));
}

TEST_P(DatabaseTest, AnErrorDoesNotRepeatTheParametersValues) {
    const auto failed = database->write_and_wait([](Session& session) -> Result<void> {
        if (auto done = add(session, 1, "S3cretS3cret"); !done) return done;
        if (auto done = add(session, 1, "S3cretS3cret"); !done) return done;
        return {};
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().detail.find("S3cret"), std::string::npos) << failed.error().detail;
}

TEST_P(DatabaseTest, ACommunitysQueryIsBoundToTheCommunityGiven) {
    const auto sid = CommunitySid::generate();
    ASSERT_TRUE(database->write_and_wait([&](Session& session) -> Result<void> {
        if (auto done = add(session, 1, sid.str()); !done) return done;
        return add(session, 2, CommunitySid::generate().str());
    }));
    const auto rows = database->read([&](Session& session) {
        return session.query(kOfCommunity, sid, {}, [](const Row& row) { return row.text(0); });
    });
    EXPECT_EQ(rows.value(), std::vector<std::string>{sid.str()});
}

class PostgresqlDatabase : public StoreTest {
  protected:
    // As a restart of the database leaves them: broken, and nobody has noticed.
    void break_connections() {
        auto other = Session::open(Engine::postgresql, options.url).value();
        ASSERT_TRUE(
            other->run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                       "WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    }
    Result<std::int64_t> version() {
        return database->read([](Session& session) -> Result<std::int64_t> {
            const auto found =
                session.query_one(kVersion, {}, [](const Row& row) { return row.integer(0); });
            if (!found) return tl::unexpected(found.error());
            return found->value_or(0);
        });
    }
    static constexpr PlatformQuery kVersion{"test_version",
                                            "SELECT MAX(version) FROM schema_migrations"};
};
INSTANTIATE_TEST_SUITE_P(, PostgresqlDatabase, testing::Values(Engine::postgresql));

TEST_P(PostgresqlDatabase, AReadAfterARestartDoesNotFailOnceForEachConnection) {
    options.readers = 4;
    open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([this] { EXPECT_TRUE(version()); });
    for (auto& thread : threads) thread.join();
    break_connections();
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(version()) << i;
}

TEST_P(PostgresqlDatabase, AWriteAfterARestartDoesNotFail) {
    break_connections();
    EXPECT_TRUE(database->write_and_wait(
        [](Session& session) { return session.run("CREATE TABLE things (id BIGINT)"); }));
    EXPECT_TRUE(database->health().can_write);
}

TEST_P(PostgresqlDatabase, AUrlNeedsNoSettings) {
    // postgresql://skyn3t@/name?host=/tmp/x: the same with the host where it usually stands.
    const auto settings = options.url.find("?host=");
    const std::string host = options.url.substr(settings + 6);
    std::string escaped;
    for (const char c : host) escaped += c == '/' ? std::string("%2F") : std::string(1, c);
    const auto path = options.url.find("@/") + 1;
    options.url = options.url.substr(0, path) + escaped + options.url.substr(path, settings - path);
    open();
    EXPECT_TRUE(version());
}

TEST(SqliteDatabase, SyncsItsWalAtEveryCommit) {
    const test::TemporaryDirectory directory;
    const test::FakeClock clock;
    DatabaseOptions options;
    options.data = directory.path();
    auto database = Database::open(options, clock).value();
    std::string synchronous, journal;
    ASSERT_TRUE(database->write_and_wait([&](Session& session) -> Result<void> {
        const auto text = [](const Row& row) { return row.text(0); };
        synchronous = session.query_one(kSynchronous, {}, text).value().value_or("");
        journal = session.query_one(kJournal, {}, text).value().value_or("");
        return {};
    }));
    EXPECT_EQ(synchronous, "2");  // FULL
    EXPECT_EQ(journal, "wal");
}

TEST(SqliteDatabase, CannotBeReadByOthers) {
    const test::TemporaryDirectory directory;
    const test::FakeClock clock;
    DatabaseOptions options;
    options.data = directory.path() / "made by the server";
    auto database = Database::open(options, clock).value();
    for (const auto& entry : std::filesystem::directory_iterator(options.data))
        EXPECT_EQ(entry.status().permissions() & std::filesystem::perms(077),
                  std::filesystem::perms::none)
            << entry.path();
}

TEST(SqliteDatabase, AnotherUrlIsRefusedWithWhatIsExpected) {
    const test::FakeClock clock;
    DatabaseOptions options;
    options.url = "mysql://localhost/x";
    const auto opened = Database::open(options, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::invalid_argument);
    EXPECT_EQ(opened.error().detail,
              "database: expected sqlite:FILE or postgresql://user@host/name");
}

class MigrationTest : public StoreTest {};
SKYN3T_FOR_BOTH_ENGINES(MigrationTest);

TEST_P(MigrationTest, OpeningTwiceChangesNothing) {
    open();
    open();
}

TEST_P(MigrationTest, ADatabaseThatIsNewerThanTheProgramIsRefused) {
    ASSERT_TRUE(database->write_and_wait([](Session& session) {
        return session.run("INSERT INTO schema_migrations VALUES (999, 'from the future', 0)");
    }));
    database.reset();
    const auto opened = Database::open(options, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::unsupported);
    EXPECT_EQ(opened.error().detail,
              "the database has schema version 999, this program knows up to " +
                  std::to_string(all_migrations().back().version) +
                  ": use the newer program, or restore the backup made before it");
}

TEST_P(MigrationTest, AStepThatFailsLeavesNothingBehind) {
    constexpr std::array<std::string_view, 2> kStatements{"CREATE TABLE half (id BIGINT)",
                                                          "CREATE NONSENSE"};
    const std::array steps{Migration{1000, "broken", kStatements}};
    ASSERT_FALSE(
        database->write_and_wait([](Session&) -> Result<void> { return fail(Errc::io_error); }));
    (void)database->read([&](Session& session) -> Result<void> {
        const auto done = migrate(session, steps, clock);
        EXPECT_FALSE(done);
        EXPECT_FALSE(session.run("SELECT id FROM half"));
        return {};
    });
}

}  // namespace
}  // namespace skyn3t::store
