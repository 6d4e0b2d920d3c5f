#include "speech/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace skyn3t::speech {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() { close(); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    int get() const { return fd_; }

  private:
    int fd_ = -1;
};

// A stream socket each way, since send() can be told not to raise SIGPIPE when the child is gone.
struct Channel {
    Descriptor ours;
    Descriptor theirs;
};
Result<Channel> open_channel() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail(Errc::unavailable, fmt::format("socketpair: {}", std::strerror(errno)));
    Channel channel{Descriptor(ends[0]), Descriptor(ends[1])};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return channel;
}

// A started child; killed with its group and reaped when it goes out of scope.
class Child {
  public:
    // The call itself, since glibc 2.36 declares its wrapper without C linkage.
    explicit Child(pid_t pid)
        : pid_(pid), exit_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ <= 0) return;
        ::kill(-pid_, SIGKILL);
        reap();
    }
    int exit_descriptor() const { return exit_.get(); }
    int reap() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return status;
    }

  private:
    pid_t pid_;
    Descriptor exit_;
};

struct FileActions {
    posix_spawn_file_actions_t value{};
    FileActions() { ::posix_spawn_file_actions_init(&value); }
    ~FileActions() { ::posix_spawn_file_actions_destroy(&value); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
};
struct Attributes {
    posix_spawnattr_t value{};
    Attributes() { ::posix_spawnattr_init(&value); }
    ~Attributes() { ::posix_spawnattr_destroy(&value); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
};

Result<pid_t> spawn(const ChildCommand& command, int input, int output) {
    FileActions actions;
    ::posix_spawn_file_actions_adddup2(&actions.value, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions.value, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions.value, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions.value, STDERR_FILENO + 1);

    Attributes attributes;
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes.value, &none);
    ::posix_spawnattr_setsigdefault(&attributes.value, &all);
    ::posix_spawnattr_setpgroup(&attributes.value, 0);
    ::posix_spawnattr_setflags(
        &attributes.value, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    // posix_spawn takes char*, and changes nothing.
    std::string program = command.program.string();
    std::vector<std::string> arguments = command.arguments;
    std::vector<char*> argv{program.data()};
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<std::string, 3> variables{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                         "HOME=/nonexistent"};
    std::array<char*, 4> environment{variables[0].data(), variables[1].data(), variables[2].data(),
                                     nullptr};
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, program.c_str(), &actions.value, &attributes.value,
                                    argv.data(), environment.data());
    if (error != 0)
        return fail(Errc::unavailable, fmt::format("{}: {}", program, std::strerror(error)));
    return pid;
}

// Sends what the socket takes; closes it when all is sent or nobody reads any more.
void feed(Descriptor& socket, std::string_view& input) {
    while (!input.empty()) {
        const auto sent = ::send(socket.get(), input.data(), input.size(), MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (sent < 0) break;
        input.remove_prefix(static_cast<std::size_t>(sent));
    }
    socket.close();
}

// Reads what is there; closes at the end of the stream.
void collect(Descriptor& socket, std::vector<std::uint8_t>& output) {
    std::array<std::uint8_t, 65536> buffer;
    const auto got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got > 0)
        output.insert(output.end(), buffer.begin(), buffer.begin() + got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        socket.close();
}

int remaining_ms(Deadline deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

// Until the child has exited and all that it wrote is read.
Result<std::vector<std::uint8_t>> converse(const ChildCommand& command, Channel& input,
                                           Channel& output, std::string_view text,
                                           int exit_descriptor) {
    const Deadline deadline = std::chrono::steady_clock::now() + command.time_limit;
    std::vector<std::uint8_t> bytes;
    feed(input.ours, text);
    for (bool running = true; running || output.ours.get() >= 0;) {
        std::array<pollfd, 3> wait{{{input.ours.get(), POLLOUT, 0},
                                    {output.ours.get(), POLLIN, 0},
                                    {running ? exit_descriptor : -1, POLLIN, 0}}};
        const int ready = ::poll(wait.data(), wait.size(), remaining_ms(deadline));
        if (ready == 0)
            return fail(Errc::timeout, fmt::format("{} took over {} ms", command.program.string(),
                                                   command.time_limit.count()));
        if (ready < 0) continue;  // EINTR
        if (wait[0].revents != 0) feed(input.ours, text);
        if (wait[1].revents != 0) collect(output.ours, bytes);
        if (wait[2].revents != 0) running = false;
        if (bytes.size() > command.output_limit)
            return fail(Errc::too_large, command.program.string() + " wrote too much");
    }
    return bytes;
}

}  // namespace

Result<std::vector<std::uint8_t>> run_child(const ChildCommand& command, std::string_view input) {
    auto to_child = open_channel();
    auto from_child = open_channel();
    if (!to_child) return tl::unexpected(to_child.error());
    if (!from_child) return tl::unexpected(from_child.error());
    const auto pid = spawn(command, to_child->theirs.get(), from_child->theirs.get());
    if (!pid) return tl::unexpected(pid.error());
    Child child(*pid);
    to_child->theirs.close();
    from_child->theirs.close();
    auto bytes = converse(command, *to_child, *from_child, input, child.exit_descriptor());
    if (!bytes) return bytes;
    const int status = child.reap();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(Errc::unavailable,
                    fmt::format("{} ended with status {:#x}", command.program.string(), status));
    return bytes;
}

std::filesystem::path find_program(std::string_view name) {
    for (const char* directory : {"/usr/local/bin", "/usr/bin", "/bin"}) {
        auto path = std::filesystem::path(directory) / name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    return {};
}

}  // namespace skyn3t::speech
