#pragma once

#include <asio.hpp>
#include <functional>
#include <string>
#include <thread>

namespace skyn3t::test {}
namespace skyn3t::http::test {
using namespace skyn3t::test;

// A client that sends exactly the given octets to a port of 127.0.0.1.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1") {
        socket_.open(asio::ip::tcp::v4());
        socket_.bind({asio::ip::make_address(from), 0});
        socket_.connect({asio::ip::address_v4::loopback(), port});
        const timeval patience{10, 0};  // a hanging test fails instead
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    void send(std::string_view octets) {
        std::error_code
            ignored;  // the server may have closed it, which is what some tests are about
        asio::write(socket_, asio::buffer(octets), ignored);
    }
    // All that comes until the server closes the connection.
    std::string read_all() {
        std::string received;
        std::error_code end;
        asio::read(socket_, asio::dynamic_buffer(received), end);
        return received;
    }
    // Up to and with `mark`.
    std::string read_until(std::string_view mark) {
        std::error_code end;
        const auto size =
            asio::read_until(socket_, asio::dynamic_buffer(buffer_), std::string(mark), end);
        const std::string received = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return received;
    }

  private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    std::string buffer_;
};

// A server that treats each connection with `serve`, one after the other, on its own thread.
class RawServer {
  public:
    using Serve = std::function<void(asio::ip::tcp::socket&)>;

    explicit RawServer(Serve serve)
        : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}),
          thread_([this, serve = std::move(serve)] {
              for (;;) {
                  std::error_code error;
                  asio::ip::tcp::socket socket(io_);
                  acceptor_.accept(socket, error);
                  if (is_stopping_) return;
                  ++connections_;
                  serve(socket);
              }
          }) {}
    // Answers each connection's first request with `octets` and closes it.
    explicit RawServer(std::string octets)
        : RawServer([octets = std::move(octets)](asio::ip::tcp::socket& socket) {
              std::string request;
              std::error_code ignored;
              asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", ignored);
              asio::write(socket, asio::buffer(octets), ignored);
          }) {}
    ~RawServer() {
        is_stopping_ = true;
        asio::ip::tcp::socket knock(io_);
        std::error_code ignored;
        knock.connect({asio::ip::address_v4::loopback(), port()}, ignored);
        thread_.join();
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string url(std::string_view path = "/", std::string_view scheme = "http") const {
        return std::string(scheme) + "://127.0.0.1:" + std::to_string(port()) + std::string(path);
    }
    int connections() const { return connections_; }

  private:
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

}  // namespace skyn3t::http::test
