#include "speech/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "script_directory.hpp"

namespace skyn3t::speech {
namespace {

using namespace std::chrono_literals;
using test::ScriptDirectory;

std::string text(const Result<std::vector<std::uint8_t>>& bytes) {
    return bytes ? std::string(bytes->begin(), bytes->end()) : "error: " + bytes.error().detail;
}

TEST(RunChild, GivesBackWhatTheChildMakesOfItsInput) {
    EXPECT_EQ(text(run_child({"/bin/cat", {}}, "hola, señor")), "hola, señor");
}

TEST(RunChild, MovesMoreThanAPipeHolds) {
    const std::string input(3'000'000, 'x');
    EXPECT_EQ(text(run_child({"/bin/cat", {}}, input)), input);
}

TEST(RunChild, LeavesTheChildNoDescriptorOfOurs) {
    const int null = ::open("/dev/null", O_RDONLY);
    const int open = ::fcntl(null, F_DUPFD, 50);  // without O_CLOEXEC
    const std::string look =
        "[ -e /proc/$$/fd/" + std::to_string(open) + " ] && echo open || echo closed";
    EXPECT_EQ(text(run_child({"/bin/sh", {"-c", look}}, "")), "closed\n");
    ::close(null);
    ::close(open);
}

TEST(RunChild, GivesTheChildAnEnvironmentOfItsOwn) {
    ::setenv("SKYN3T_SECRET_KEY", "secret", 1);
    const auto shown = text(run_child({"/usr/bin/env", {}}, ""));
    ::unsetenv("SKYN3T_SECRET_KEY");
    EXPECT_EQ(shown, "PATH=/usr/bin:/bin\nLC_ALL=C.UTF-8\nHOME=/nonexistent\n");
}

TEST(RunChild, KillsAChildThatTakesTooLong) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = run_child({"/bin/sleep", {"60"}, 50ms}, "");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(RunChild, KillsAChildThatWritesWithoutEnd) {
    const auto result = run_child({"/usr/bin/yes", {}, 5000ms, 100000}, "");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::too_large);
}

TEST(RunChild, SaysWhenTheProgramCannotBeStarted) {
    const auto result = run_child({"/no/such/program", {}}, "hola");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::unavailable);
}

TEST(RunChild, SaysWhenTheChildCrashesOrFails) {
    for (const char* body : {"kill -SEGV $$", "exit 3"}) {
        const auto result = run_child({"/bin/sh", {"-c", body}}, "hola");
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().code, Errc::unavailable);
    }
}

TEST(RunChild, SurvivesAChildThatReadsNothing) {
    EXPECT_EQ(text(run_child({"/bin/true", {}}, std::string(3'000'000, 'x'))), "");
}

}  // namespace
}  // namespace skyn3t::speech
