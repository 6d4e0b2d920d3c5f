#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "http/server.hpp"
#include "raw_socket.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using test::RawClient;

constexpr std::string_view kRequest = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

// While it lives the process can open nothing more than what is open.
class NoDescriptors {
  public:
    NoDescriptors() {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
            none.rlim_cur = std::max<rlim_t>(none.rlim_cur, std::stoul(each.path().filename()) + 1);
        setrlimit(RLIMIT_NOFILE, &none);
        for (int gap = 0; (gap = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
            gaps_.push_back(gap);
    }
    ~NoDescriptors() {
        for (const int gap : gaps_) close(gap);
        setrlimit(RLIMIT_NOFILE, &before_);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

  private:
    rlimit before_{};
    std::vector<int> gaps_;
};

std::string read_all(tcp::socket& socket) {
    std::string received;
    std::error_code end;
    asio::read(socket, asio::dynamic_buffer(received), end);
    return received;
}

// Between the end of the old listener and the new one nobody listens.
std::unique_ptr<RawClient> connect_once_open(std::uint16_t port) {
    for (;;) try {
            return std::make_unique<RawClient>(port);
        } catch (const std::system_error&) {
            std::this_thread::yield();
        }
}

class HttpListener : public testing::Test {
  protected:
    HttpListener() {
        router_.add_sync("GET", "/hello", [](const Request&) {
            Response response;
            response.body = "hola";
            return response;
        });
        ServerOptions options;
        options.port = 0;
        options.threads = 1;  // what comes first is seen first
        options.listener_look = 100ms;
        server_ = Server::start(options, router_).value();
    }

    Router router_;
    std::unique_ptr<Server> server_;
};

TEST_F(HttpListener, AcceptsAgainAfterATimeWithoutFileDescriptors) {
    RawClient open_before(server_->port());
    open_before.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(open_before.read_until("hola").ends_with("hola"));

    asio::io_context io;
    tcp::socket refused(io, tcp::v4());
    const timeval patience{10, 0};
    setsockopt(refused.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    {
        const NoDescriptors none;
        refused.connect({asio::ip::address_v4::loopback(), server_->port()});
        open_before.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_TRUE(open_before.read_until("hola").ends_with("hola"));
    }
    // The kernel took the connection, the server could not; it ends with the old listener.
    EXPECT_EQ(read_all(refused), "");
    const auto client = connect_once_open(server_->port());
    client->send(kRequest);
    EXPECT_TRUE(client->read_all().ends_with("hola")) << "on the same port";
    open_before.send(kRequest);
    EXPECT_TRUE(open_before.read_all().ends_with("hola")) << "the old connection is still there";
}

}  // namespace
}  // namespace skyn3t::http
