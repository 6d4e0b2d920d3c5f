#include "speech/prompt_disk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/temporary_directory.hpp"

namespace skyn3t::speech {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class PromptDiskTest : public testing::Test {
  protected:
    // A prompt of 100 octets, used `age` ago.
    fs::path write(const std::string& name, std::chrono::hours age) {
        const fs::path file = folder.path() / (name + ".prompt");
        std::ofstream(file) << std::string(100, 'x');
        fs::last_write_time(file, fs::file_time_type::clock::now() - age);
        return file;
    }
    std::uintmax_t bytes() const {
        std::uintmax_t sum = 0;
        for (const auto& each : fs::directory_iterator(folder.path())) sum += each.file_size();
        return sum;
    }
    test::TemporaryDirectory folder;
};

TEST_F(PromptDiskTest, AStartTrimsAndSweepsWhatACrashHasLeft) {
    const auto old = write("old", 3h);
    const auto fresh = write("fresh", 1h);
    std::ofstream(folder.path() / "half.tmp") << "half";
    const PromptDisk disk(folder.path(), 150);
    EXPECT_FALSE(fs::exists(old));
    EXPECT_TRUE(fs::exists(fresh));
    EXPECT_EQ(bytes(), 100u);
}

TEST_F(PromptDiskTest, PromptsThatAreAddedWhileItRunsPushOutThoseUsedLongestAgo) {
    PromptDisk disk(folder.path(), 1000);
    const auto first = write("first", 9h);
    disk.added(first);
    for (int i = 0; i < 50; ++i) {
        disk.added(write(std::to_string(i), 8h));
        EXPECT_LE(bytes(), 1000u);
    }
    EXPECT_FALSE(fs::exists(first));
    const auto last = write("last", 0h);
    disk.added(last);
    EXPECT_TRUE(fs::exists(last));
}

}  // namespace
}  // namespace skyn3t::speech
