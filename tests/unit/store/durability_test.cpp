// What a finished call's callback promises, against a process that is killed with kill -9.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <future>

#include "base/text.hpp"
#include "store/call_store.hpp"
#include "unit/store/store_fixture.hpp"

extern char** environ;

namespace skyn3t::store {
namespace {

using model::CallRecord;
using model::CallStatus;

constexpr const char* kDirectory = "SKYN3T_TEST_KILLED_DIRECTORY";

DatabaseOptions options_at(const std::string& directory) {
    DatabaseOptions options;
    options.data = directory;
    return options;
}

CallRecord call(CallStatus status) {
    CallRecord made;
    made.sid = CallSid::generate();
    made.status = status;
    made.start_time = SystemClock().wall();
    made.node = "node-1";
    return made;
}

// The process that is killed: saves finished calls one after another, and prints each SID once it
// is told that the call is safe; in between, a call that is still in progress.
TEST(Durability, DISABLED_TheProcessThatIsKilled) {
    const char* directory = std::getenv(kDirectory);
    ASSERT_TRUE(directory) << "run by the test below only";
    const SystemClock clock;
    auto database = Database::open(options_at(directory), clock).value();
    CallStore store(*database);
    for (;;) {
        ASSERT_TRUE(store.save(call(CallStatus::in_progress)));
        std::promise<void> safe;
        const CallRecord finished = call(CallStatus::completed);
        ASSERT_TRUE(store.save(finished, [&](const Result<void>& done) {
            ASSERT_TRUE(done);
            const std::string line = finished.sid.str() + "\n";
            ASSERT_EQ(::write(1, line.data(), line.size()), static_cast<ssize_t>(line.size()));
            safe.set_value();
        }));
        safe.get_future().get();
    }
}

// Starts this test program again as the one above; what it prints can be read from `output`.
pid_t start_victim(const std::filesystem::path& directory, int& output) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe[1], 1);
    std::string self = "/proc/self/exe";
    std::string filter = "--gtest_filter=Durability.DISABLED_TheProcessThatIsKilled";
    std::string disabled = "--gtest_also_run_disabled_tests";
    char* argv[] = {self.data(), filter.data(), disabled.data(), nullptr};
    ::setenv(kDirectory, directory.c_str(), 1);
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, self.c_str(), &files, nullptr, argv, environ);
    ::unsetenv(kDirectory);
    posix_spawn_file_actions_destroy(&files);
    ::close(pipe[1]);
    output = pipe[0];
    return failed == 0 ? child : -1;
}

TEST(Durability, AFinishedCallSurvivesKillMinus9AndACutOneIsClosedAtTheNextStart) {
    const test::TemporaryDirectory directory;
    int output = -1;
    const pid_t victim = start_victim(directory.path(), output);
    ASSERT_GT(victim, 0);
    std::FILE* lines = ::fdopen(output, "r");
    std::vector<CallSid> promised;
    char line[256];
    while (std::fgets(line, sizeof line, lines)) {
        if (auto sid = CallSid::parse(trim(line))) promised.push_back(*sid);
        if (promised.size() == 20)
            ::kill(victim, SIGKILL);  // what it still printed is promised, too
    }
    std::fclose(lines);
    int status = 0;
    ASSERT_EQ(::waitpid(victim, &status, 0), victim);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GE(promised.size(), 20u);

    const SystemClock clock;
    auto database = Database::open(options_at(directory.path()), clock).value();
    CallStore store(*database);
    for (const CallSid& sid : promised) {
        const auto found = store.find_any(sid).value();
        ASSERT_TRUE(found) << sid.str();
        EXPECT_EQ(found->status, CallStatus::completed);
    }
    EXPECT_GE(store.close_interrupted("node-1").value(), 20);
    const auto calls = store.list_all({}).value();
    for (const CallRecord& each : calls) EXPECT_TRUE(is_final(each.status));
}

}  // namespace
}  // namespace skyn3t::store
