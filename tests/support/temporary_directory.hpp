#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace skyn3t::test {

// Where temporary files cost least: memory, where there is such a directory.
inline std::string memory_or_disk() {
    return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

// A directory that goes with its owner; in memory, since some tests sync what they write.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern = memory_or_disk() + "/skyn3t-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ / name; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return file(name);
    }

  private:
    std::filesystem::path path_;
};

}  // namespace skyn3t::test
