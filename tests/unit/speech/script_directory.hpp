#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace skyn3t::test {}
namespace skyn3t::speech::test {
using namespace skyn3t::test;

class ScriptDirectory {
  public:
    ScriptDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "speech-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~ScriptDirectory() { std::filesystem::remove_all(path_); }
    ScriptDirectory(const ScriptDirectory&) = delete;
    ScriptDirectory& operator=(const ScriptDirectory&) = delete;
    const std::filesystem::path& path() const { return path_; }

    // A shell script standing in for a program.
    std::filesystem::path script(std::string_view name, std::string_view body) const {
        const auto file = path_ / name;
        std::ofstream(file) << "#!/bin/sh\n" << body << '\n';
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace skyn3t::speech::test
