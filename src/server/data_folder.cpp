#include "server/data_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/start_words.hpp"

namespace skyn3t::server {
namespace {

namespace fs = std::filesystem;

std::string data_folder_reason(int error) { return std::generic_category().message(error); }

// The process that wrote itself into the lock; "?" before it has.
std::string lock_holder(int lock) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
    const auto pid = trim({text.data(), static_cast<std::size_t>(size > 0 ? size : 0)});
    return pid.empty() ? "?" : std::string(pid);
}

Result<void> make_data_folder(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) {
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0)
            log::warn(
                "other users of this machine may look into the data folder: chmod 700 path={}",
                skyn3t::quoted(path.string()));
        return {};
    }
    return fail(Errc::io_error, in_words(fmt::format("no puedo crear la carpeta de datos {}: {}",
                                                     path.string(), data_folder_reason(errno)),
                                         fmt::format("the data folder {} cannot be made: {}",
                                                     path.string(), data_folder_reason(errno))));
}

}  // namespace

Result<DataFolder> DataFolder::hold(const fs::path& path) {
    if (auto made = make_data_folder(path); !made) return tl::unexpected(made.error());
    const fs::path file = path / "lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return fail(Errc::io_error,
                    in_words(fmt::format("no puedo escribir en la carpeta de datos ({}): {}",
                                         file.string(), data_folder_reason(errno)),
                             fmt::format("the data folder cannot be written ({}): {}",
                                         file.string(), data_folder_reason(errno))));
    DataFolder held(lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const std::string pid = lock_holder(lock);
        return fail(
            Errc::conflict,
            in_words(fmt::format("otro servidor usa ya la carpeta de datos {} (proceso {}); no se "
                                 "cambió nada. Deténgalo, o dé a este otra carpeta (data:)",
                                 path.string(), pid),
                     fmt::format("another server uses the data folder {} already (process {}); "
                                 "nothing was changed. Stop that one, or give this one another "
                                 "folder (data:)",
                                 path.string(), pid)));
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    // Only for the message above: a full disk must not keep the server from starting.
    if (::ftruncate(lock, 0) != 0 ||
        ::pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
        log::warn("the lock does not name its process path={}", skyn3t::quoted(file.string()));
    return held;
}

DataFolder::~DataFolder() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace skyn3t::server
