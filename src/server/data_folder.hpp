#pragma once

#include <filesystem>
#include <utility>

#include "base/result.hpp"

namespace skyn3t::server {

// The data folder, held by one server at a time: whoever holds it may write there. A lock of the
// kernel's (flock) on DATA/lock, so that it ends with the process, however that ends.
class DataFolder {
  public:
    // Makes the folder, for its owner alone, when it is missing. Errc::conflict, naming the other
    // process, while another server holds it.
    [[nodiscard]] static Result<DataFolder> hold(const std::filesystem::path& path);
    DataFolder(DataFolder&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}
    DataFolder& operator=(DataFolder&& other) noexcept {
        std::swap(lock_, other.lock_);
        return *this;
    }
    ~DataFolder();

  private:
    explicit DataFolder(int lock) : lock_(lock) {}
    int lock_;
};

}  // namespace skyn3t::server
