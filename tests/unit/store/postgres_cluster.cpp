#include "unit/store/postgres_cluster.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "store/session.hpp"

extern char** environ;

namespace skyn3t::test {
namespace {

namespace fs = std::filesystem;

// /usr/lib/postgresql/NN/bin, the newest that is installed.
fs::path program(const std::string& name) {
    std::vector<std::pair<int, fs::path>> versions;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none))
        versions.emplace_back(std::atoi(entry.path().filename().c_str()),
                              entry.path() / "bin" / name);
    if (versions.empty())
        throw std::runtime_error("PostgreSQL is not installed: see tools/packages.txt");
    return std::max_element(versions.begin(), versions.end())->second;
}

pid_t spawn(std::vector<std::string> command, const fs::path& log) {
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t child = -1;
    const int failed = posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::runtime_error("cannot run " + command[0]);
    return child;
}

// PostgreSQL refuses to run as root. The signal is what its parent's death sends it: "immediate
// shutdown".
std::vector<std::string> as_postgres(std::vector<std::string> command) {
    std::vector<std::string> whole{"setpriv", "--pdeathsig", "QUIT"};
    if (::geteuid() == 0) {
        for (const char* word : {"--reuid", "postgres", "--regid", "postgres", "--init-groups"})
            whole.emplace_back(word);
    }
    whole.emplace_back("--");
    whole.insert(whole.end(), command.begin(), command.end());
    return whole;
}

// Where a server tells a service manager that it is ready (sd_notify(3)); Debian's PostgreSQL does.
class ReadinessSocket {
  public:
    explicit ReadinessSocket(std::string path)
        : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        if (::bind(fd_, generic, sizeof address) != 0 || ::chmod(path_.c_str(), 0777) != 0)
            throw std::runtime_error("cannot bind " + path_);
    }
    ReadinessSocket(const ReadinessSocket&) = delete;
    ReadinessSocket& operator=(const ReadinessSocket&) = delete;
    ~ReadinessSocket() { ::close(fd_); }

    [[nodiscard]] std::string setting() const { return "NOTIFY_SOCKET=" + path_; }

    // False when the server ended, or nothing was said for a minute.
    bool wait_ready(pid_t server) const {
        const int ended = static_cast<int>(::syscall(SYS_pidfd_open, server, 0));
        pollfd events[] = {{fd_, POLLIN, 0}, {ended, POLLIN, 0}};
        bool ready = false;
        while (!ready && ::poll(events, 2, 60'000) > 0 && events[1].revents == 0) {
            char text[256];
            const auto size = ::recv(fd_, text, sizeof text, 0);
            ready = size > 0 &&
                    std::string_view(text, static_cast<std::size_t>(size)).find("READY=1") !=
                        std::string_view::npos;
        }
        ::close(ended);
        return ready;
    }

  private:
    std::string path_;
    int fd_;
};

class StopAtEnd final : public testing::Environment {
  public:
    void TearDown() override { PostgresCluster::instance().stop(); }
};
testing::Environment* const kStopAtEnd = testing::AddGlobalTestEnvironment(new StopAtEnd);

}  // namespace

PostgresCluster& PostgresCluster::instance() {
    static PostgresCluster cluster;
    return cluster;
}

void PostgresCluster::start() {
    if (server_ > 0) return;
    std::string pattern = "/tmp/skyn3t-pg-XXXXXX";
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
    if (::geteuid() == 0) {
        const passwd* user = ::getpwnam("postgres");
        if (!user || ::chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error("no user postgres");
    }
    const fs::path log = fs::path(pattern + ".log");
    const std::string data = (directory_ / "data").string();
    int status = 0;
    const pid_t initdb = spawn(as_postgres({program("initdb"), "-D", data, "-U", "skyn3t", "-A",
                                            "trust", "-E", "UTF8", "--locale=C", "--no-sync"}),
                               log);
    if (::waitpid(initdb, &status, 0) != initdb || status != 0)
        throw std::runtime_error("initdb failed, see " + log.string());
    const ReadinessSocket readiness((directory_ / "ready").string());
    server_ =
        spawn(as_postgres({"env", readiness.setting(), program("postgres"), "-D", data, "-k",
                           directory_.string(), "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                           "shared_buffers=16MB", "-c", "dynamic_shared_memory_type=mmap"}),
              log);
    if (!readiness.wait_ready(server_))
        throw std::runtime_error("PostgreSQL does not start, see " + log.string());
}

void PostgresCluster::stop() {
    if (server_ <= 0) return;
    ::kill(server_, SIGINT);  // fast shutdown
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
    fs::remove(directory_.string() + ".log", ignored);
}

std::string PostgresCluster::url(const std::string& database) const {
    return "postgresql://skyn3t@/" + database + "?host=" + directory_.string();
}

std::string PostgresCluster::create_database() {
    start();
    const std::string before = "test_" + std::to_string(databases_);
    const std::string name = "test_" + std::to_string(++databases_);
    auto session = store::Session::open(store::Engine::postgresql, url("postgres"));
    if (!session || !(*session)->run("DROP DATABASE IF EXISTS " + before + " WITH (FORCE)") ||
        !(*session)->run("CREATE DATABASE " + name))
        throw std::runtime_error("cannot create a database");
    return url(name);
}

}  // namespace skyn3t::test
