#include "speech/recording_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "speech/audio_file.hpp"
#include "speech/digest.hpp"
#include "speech/durable_file.hpp"

namespace skyn3t::speech {
namespace {

constexpr std::size_t kLongestName = 64;

// Both become parts of a path, so that nothing but these characters may be in them.
bool is_code(std::string_view code) {
    return !code.empty() && code.size() <= kLongestName &&
           std::all_of(code.begin(), code.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || skyn3t::is_digit(c) || c == '_';
           });
}
bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || skyn3t::is_digit(c) || c == '-';
           });
}

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path, std::size_t most) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return fail(Errc::not_found, path.string() + ": " + error.message());
    if (size > most)
        return fail(Errc::too_large,
                    fmt::format("{}: {} bytes, at most {} are taken", path.string(), size, most));
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file) return fail(Errc::io_error, path.string() + " cannot be read");
    return bytes;
}

Result<void> check_code(std::string_view community) {
    if (is_code(community)) return {};
    return fail(Errc::invalid_argument, "not a community's code: " + quoted(community));
}

Result<void> check_names(std::string_view community, std::string_view name) {
    if (auto known = check_code(community); !known) return known;
    if (!is_name(name))
        return fail(Errc::invalid_argument,
                    "a recording's name has a-z, 0-9 and hyphens only: " + quoted(name));
    return {};
}

}  // namespace

RecordingStore::RecordingStore(std::filesystem::path directory) : directory_(std::move(directory)) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(directory_, error);
    for (const auto& community : fs::directory_iterator(directory_, error)) {
        std::error_code ignored;
        for (const auto& file : fs::directory_iterator(community.path(), ignored)) {
            const std::string code = community.path().filename().string();
            const std::string name = file.path().stem().string();
            if (file.path().extension() != ".wav" || !check_names(code, name)) continue;
            const auto bytes = read_file(file.path(), 8 * kMaxBytes);
            if (bytes)
                digests_.emplace(Key{code, name}, sha256_hex(*bytes));
            else
                log::error("recording cannot be read path={}",
                           skyn3t::quoted(file.path().string()));
        }
    }
}

std::filesystem::path RecordingStore::path(std::string_view community,
                                           std::string_view name) const {
    return directory_ / community / (std::string(name) + ".wav");
}

Result<void> RecordingStore::import(std::string_view community, std::string_view name,
                                    std::span<const std::uint8_t> bytes) {
    if (auto named = check_names(community, name); !named) return named;
    const auto clip = decode_audio(bytes, {kMaxBytes, kMaxSeconds});
    if (!clip) return tl::unexpected(clip.error());
    const auto wave = encode_wav(*clip);
    // Files change one at a time; the index is locked for a moment only, since calls look into it.
    const std::lock_guard files(files_);
    if (auto written = write_durably(path(community, name), wave); !written) return written;
    const std::lock_guard lock(mutex_);
    digests_.insert_or_assign(Key{community, name}, sha256_hex(wave));
    return {};
}

Result<void> RecordingStore::import(std::string_view community, std::string_view name,
                                    const std::filesystem::path& file) {
    const auto bytes = read_file(file, kMaxBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    auto done = import(community, name, *bytes);
    if (!done) done.error().detail = file.string() + ": " + done.error().detail;
    return done;
}

Result<void> RecordingStore::remove(std::string_view community, std::string_view name) {
    if (auto named = check_names(community, name); !named) return named;
    const std::lock_guard files(files_);
    std::unique_lock lock(mutex_);
    const bool known = digests_.erase(Key{community, name}) != 0;
    lock.unlock();
    if (!known)
        return fail(Errc::not_found, fmt::format("{} has no recording {}", community, name));
    std::error_code error;
    std::filesystem::remove(path(community, name), error);
    if (error) return fail(Errc::io_error, error.message());
    return {};
}

Result<void> RecordingStore::remove_all(std::string_view community) {
    const std::lock_guard files(files_);
    return remove_files(community);
}

Result<void> RecordingStore::remove_files(std::string_view community) {
    if (auto known = check_code(community); !known) return known;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(digests_, [&](const auto& each) { return each.first.first == community; });
    }
    std::error_code error;
    std::filesystem::remove_all(directory_ / community, error);
    if (error)
        return fail(Errc::io_error,
                    fmt::format("recordings of {}: {}", community, error.message()));
    return {};
}

Result<void> RecordingStore::rename_all(std::string_view from, std::string_view to) {
    if (auto known = check_code(from); !known) return known;
    const std::lock_guard files(files_);
    if (auto removed = remove_files(to); !removed) return removed;
    std::error_code error;
    std::filesystem::rename(directory_ / from, directory_ / to, error);
    if (error == std::errc::no_such_file_or_directory) return {};  // it has none
    if (error)
        return fail(Errc::io_error, fmt::format("recordings of {}: {}", from, error.message()));
    const std::lock_guard lock(mutex_);
    std::map<Key, std::string, std::less<>> moved;
    for (auto& [key, digest] : digests_)
        moved.emplace(Key{key.first == from ? std::string(to) : key.first, key.second},
                      std::move(digest));
    digests_ = std::move(moved);
    return {};
}

std::optional<std::string> RecordingStore::digest(std::string_view community,
                                                  std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = digests_.find(Key{community, name});
    return found == digests_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> RecordingStore::names(std::string_view community) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto& [key, digest] : digests_)
        if (key.first == community) found.push_back(key.second);
    return found;
}

Result<Clip> RecordingStore::load(std::string_view community, std::string_view name) const {
    if (auto named = check_names(community, name); !named) return tl::unexpected(named.error());
    const auto bytes = read_file(path(community, name), 8 * kMaxBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    return decode_audio(*bytes, {8 * kMaxBytes, kMaxSeconds});
}

}  // namespace skyn3t::speech
