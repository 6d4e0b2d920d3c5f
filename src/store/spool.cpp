#include "store/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/log.hpp"

namespace skyn3t::store {
namespace {

constexpr std::uint32_t kSpoolMagic = 0x534b5931;  // "SKY1"

struct SpoolHeader {
    std::uint32_t magic;
    std::uint32_t length;  // of the text behind it
    std::uint64_t generation;
    std::uint64_t id;
    std::uint64_t check;  // of generation, id and text
};

// FNV-1a: finds a record that a crash has cut.
std::uint64_t spool_check(std::uint64_t generation, std::uint64_t id, std::string_view text) {
    std::uint64_t hash = 14695981039346656037u ^ generation;
    hash = (hash * 1099511628211u) ^ id;
    for (const char octet : text)
        hash = (hash ^ static_cast<unsigned char>(octet)) * 1099511628211u;
    return hash;
}

bool write_spool(int descriptor, const char* data, std::size_t size, std::size_t offset) {
    while (size > 0) {
        const auto written = ::pwrite(descriptor, data, size, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
        offset += static_cast<std::size_t>(written);
    }
    return true;
}

bool read_spool(int descriptor, char* data, std::size_t size, std::size_t offset) {
    while (size > 0) {
        const auto got = ::pread(descriptor, data, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        data += got;
        size -= static_cast<std::size_t>(got);
        offset += static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& file, Sizes sizes) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat found {};
    if (descriptor < 0 || ::fstat(descriptor, &found) != 0) {
        const auto why = std::generic_category().message(errno);
        if (descriptor >= 0) ::close(descriptor);
        return fail(Errc::io_error, file.string() + ": " + why);
    }
    std::unique_ptr<Spool> spool(new Spool(descriptor, sizes));
    spool->read_records(static_cast<std::size_t>(found.st_size));
    spool->reserve();
    return spool;
}

// A generation is new at each start: time only has to differ.
Spool::Spool(int descriptor, Sizes sizes)
    : descriptor_(descriptor),
      sizes_(sizes),
      generation_(
          static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())) {
}

Spool::~Spool() { ::close(descriptor_); }

void Spool::read_records(std::size_t file_size) {
    std::optional<std::uint64_t> generation;
    while (end_ + sizeof(SpoolHeader) <= file_size) {
        SpoolHeader header;
        if (!read_spool(descriptor_, reinterpret_cast<char*>(&header), sizeof header, end_)) break;
        const std::size_t text_at = end_ + sizeof header;
        if (header.magic != kSpoolMagic || header.length > file_size - text_at ||
            header.generation != generation.value_or(header.generation))
            break;
        std::string text(header.length, '\0');
        if (!read_spool(descriptor_, text.data(), text.size(), text_at) ||
            header.check != spool_check(header.generation, header.id, text))
            break;
        generation = header.generation;
        records_.push_back({header.id, text_at, header.length});
        end_ = text_at + header.length;
    }
    generation_ = generation.value_or(generation_);
}

void Spool::reserve() {
    if (::fallocate(descriptor_, 0, 0, static_cast<off_t>(sizes_.reserved)) != 0)
        log::warn(
            "no room was set aside on the disk for what waits for the database, a full disk may "
            "lose some of it reason={}",
            skyn3t::quoted(std::generic_category().message(errno)));
}

std::size_t Spool::append(const std::vector<Entry>& entries) {
    const std::size_t before = end_;
    std::vector<Record> written;
    std::string octets;
    for (const Entry& entry : entries) {
        SpoolHeader header{kSpoolMagic, static_cast<std::uint32_t>(entry.text.size()), generation_,
                           entry.id, spool_check(generation_, entry.id, entry.text)};
        octets.assign(reinterpret_cast<const char*>(&header), sizeof header);
        octets += entry.text;
        if (end_ + octets.size() > sizes_.largest) break;
        if (!write_spool(descriptor_, octets.data(), octets.size(), end_)) break;
        written.push_back({entry.id, end_ + sizeof header, entry.text.size()});
        end_ += octets.size();
    }
    if (!written.empty() && ::fdatasync(descriptor_) != 0) {
        end_ = before;
        return 0;
    }
    records_.insert(records_.end(), written.begin(), written.end());
    return written.size();
}

std::vector<Spool::Entry> Spool::next(std::size_t most) const {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < std::min(most, records_.size()); ++i) {
        Entry entry{records_[i].id, std::string(records_[i].length, '\0')};
        if (!read_spool(descriptor_, entry.text.data(), entry.text.size(), records_[i].offset))
            entry.text.clear();  // no fact: told by who reads it
        entries.push_back(std::move(entry));
    }
    return entries;
}

void Spool::pass(std::size_t count) {
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(
                                                            std::min(count, records_.size())));
    if (records_.empty() && end_ > 0) start_again();
}

void Spool::start_again() {
    const SpoolHeader none{};
    (void)write_spool(descriptor_, reinterpret_cast<const char*>(&none), sizeof none, 0);
    if (end_ > sizes_.reserved)
        (void)!::ftruncate(descriptor_, static_cast<off_t>(sizes_.reserved));
    (void)::fdatasync(descriptor_);
    ++generation_;
    end_ = 0;
}

}  // namespace skyn3t::store
