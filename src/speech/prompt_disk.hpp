#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>

namespace skyn3t::speech {

// The bound of the folder in which prompts are kept: documents that say something new in every call
// must not fill the disk while the server runs. Any thread.
class PromptDisk {
  public:
    // Makes the folder and trims it.
    PromptDisk(std::filesystem::path directory, std::uintmax_t most_bytes);
    // A prompt was written: when there is too much now, those used longest ago go, down to nine
    // tenths, so that not every prompt trims.
    void added(const std::filesystem::path& file);

  private:
    void trim(std::uintmax_t most_bytes);

    const std::filesystem::path directory_;
    const std::uintmax_t most_bytes_;
    std::mutex mutex_;
    std::uintmax_t bytes_ = 0;  // at least what is there: removed ones are seen when it is trimmed
};

}  // namespace skyn3t::speech
