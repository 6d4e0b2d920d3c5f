#include "cli/input_files.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/text.hpp"

namespace skyn3t::cli {

bool has_extension(const std::string& file, std::string_view extension) {
    return iequals(std::filesystem::path(file).extension().string(), extension);
}

std::vector<std::string> input_files(const std::vector<std::string>& named,
                                     std::initializer_list<std::string_view> extensions) {
    std::vector<std::string> files;
    for (const std::string& each : named) {
        std::error_code error;
        const std::filesystem::directory_iterator entries(each, error);
        std::vector<std::string> inside;
        if (!error)
            for (const auto& entry : entries)
                if (std::any_of(extensions.begin(), extensions.end(), [&](const auto extension) {
                        return has_extension(entry.path().string(), extension);
                    }))
                    inside.push_back(entry.path().string());
        // One with nothing for us stays, so that reading it says so.
        if (inside.empty()) inside.push_back(each);
        std::sort(inside.begin(), inside.end());
        std::move(inside.begin(), inside.end(), std::back_inserter(files));
    }
    return files;
}

}  // namespace skyn3t::cli
