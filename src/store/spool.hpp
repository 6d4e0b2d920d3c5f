#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace skyn3t::store {

// A file of records that wait for the database. Its room is taken from the disk when it is opened,
// so that a full disk does not keep it from being written. What was appended survives kill -9 and
// power loss; after a crash some records may come again that had been passed. One thread.
class Spool {
  public:
    struct Sizes {
        std::size_t reserved = 16 * 1024 * 1024;
        std::size_t largest = 256 * 1024 * 1024;  // it grows up to this while the disk has room
    };
    struct Entry {
        std::uint64_t id;
        std::string text;
    };

    static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& file, Sizes sizes);
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    // How many of `entries`, from the first, are on the disk now.
    std::size_t append(const std::vector<Entry>& entries);
    // The oldest that were not passed.
    std::vector<Entry> next(std::size_t most) const;
    void pass(std::size_t count);
    std::size_t waiting() const { return records_.size(); }
    // Octets in use.
    std::size_t size() const { return end_; }

  private:
    struct Record {
        std::uint64_t id;
        std::size_t offset;  // of its text
        std::size_t length;
    };
    Spool(int descriptor, Sizes sizes);
    void read_records(std::size_t file_size);
    void reserve();
    void start_again();

    const int descriptor_;
    const Sizes sizes_;
    // What stands behind the records of this generation is left over from one before.
    std::uint64_t generation_ = 0;
    std::size_t end_ = 0;
    std::deque<Record> records_;  // that wait
};

}  // namespace skyn3t::store
