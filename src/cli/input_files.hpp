#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace skyn3t::cli {

// What -f names: files as they are, and of a directory its files with one of these extensions
// (".yaml"), by name.
[[nodiscard]] std::vector<std::string> input_files(
    const std::vector<std::string>& named, std::initializer_list<std::string_view> extensions);
[[nodiscard]] bool has_extension(const std::string& file, std::string_view extension);

}  // namespace skyn3t::cli
