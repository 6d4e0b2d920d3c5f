#include "speech/prompt_disk.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace skyn3t::speech {

namespace fs = std::filesystem;

PromptDisk::PromptDisk(fs::path directory, std::uintmax_t most_bytes)
    : directory_(std::move(directory)), most_bytes_(most_bytes) {
    std::error_code error;
    fs::create_directories(directory_, error);
    // What a crash left half written; nobody writes yet.
    for (const auto& entry : fs::directory_iterator(directory_, error))
        if (std::error_code ignored; entry.path().extension() == ".tmp")
            fs::remove(entry.path(), ignored);
    trim(most_bytes_);
}

void PromptDisk::added(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return;
    const std::lock_guard lock(mutex_);
    bytes_ += size;
    if (bytes_ > most_bytes_) trim(most_bytes_ / 10 * 9);
}

void PromptDisk::trim(std::uintmax_t most_bytes) {
    struct File {
        fs::path path;
        fs::file_time_type used;
        std::uintmax_t bytes;
    };
    std::vector<File> files;
    std::error_code error;
    bytes_ = 0;
    for (const auto& entry : fs::directory_iterator(directory_, error)) {
        std::error_code gone;
        if (entry.path().extension() != ".prompt") continue;
        File file{entry.path(), entry.last_write_time(gone), entry.file_size(gone)};
        if (gone) continue;
        bytes_ += file.bytes;
        files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end(),
              [](const File& a, const File& b) { return a.used < b.used; });
    for (auto file = files.begin(); file != files.end() && bytes_ > most_bytes; ++file) {
        fs::remove(file->path, error);
        bytes_ -= file->bytes;
    }
}

}  // namespace skyn3t::speech
