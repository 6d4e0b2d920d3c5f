#pragma once

#include <netinet/in.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What the load generators share: a UDP socket read in batches, lines from the driver, options.
// A generator prints one JSON object a line on stdout, and ends when its standard input does, so
// that none outlives the driver.
namespace skyn3t::bench {

using Clock = std::chrono::system_clock;  // as the kernel's receive stamps
using Time = Clock::time_point;

struct Address {
    sockaddr_in value{};
    // "127.0.0.1:5060"; ends the program when it is something else.
    static Address parse(const std::string& text);
    std::string host() const;
    std::uint16_t port() const { return ntohs(value.sin_port); }
    std::string str() const { return host() + ":" + std::to_string(port()); }
    std::uint64_t key() const {
        return std::uint64_t{value.sin_addr.s_addr} << 16 | value.sin_port;
    }
};

// Non-blocking UDP with large buffers.
class Socket {
  public:
    explicit Socket(const Address& local);
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int fd() const { return fd_; }
    Address local() const;
    void send(std::string_view datagram, const Address& to) const;
    // One datagram of `octets` to each address, in as few system calls as can be. All have `size`.
    void send_each(const std::vector<std::array<char, 172>>& datagrams,
                   const std::vector<Address>& to, std::size_t count) const;
    // Takes what has arrived, with the kernel's time of arrival.
    using Take = std::function<void(std::string_view, const Address& from, Time arrived)>;
    void receive(const Take& take) const;

  private:
    int fd_;
};

// Until one of the descriptors is readable or the time is over.
void wait_readable(const std::vector<int>& descriptors, std::chrono::nanoseconds at_most);

// Lines that the driver writes to our standard input.
class Commands {
  public:
    Commands();
    std::vector<std::string> take();  // complete lines that have arrived
    bool ended() const { return ended_; }

  private:
    std::string buffer_;
    bool ended_ = false;
};

// --name value, or --name alone.
class Options {
  public:
    Options(int argc, char** argv);
    bool has(const std::string& name) const { return values_.contains(name); }
    std::string text(const std::string& name, const std::string& otherwise = {}) const;
    double number(const std::string& name, double otherwise) const;

  private:
    std::map<std::string, std::string> values_;
};

std::vector<std::string> read_lines(const std::string& file);
// The smallest value that is not below this part (0 to 1) of all; 0 of none.
double percentile(std::vector<double> values, double part);

}  // namespace skyn3t::bench
