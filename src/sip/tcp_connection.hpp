#pragma once

#include <array>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/timer_wheel.hpp"
#include "sip/flow.hpp"
#include "sip/stream_framer.hpp"

namespace skyn3t::sip {

struct TcpLimits {
    std::size_t connections = 20'000;
    std::size_t connections_per_address = 500;  // a building, or a proxy, is one address
    std::size_t queued_bytes = 256 * 1024;      // to a peer that does not read; then it is closed
    std::chrono::seconds connect{5};
    std::chrono::seconds half_message{
        30};  // from its first byte to its last; also for the first message
    // Without anything received. Phones send keep-alives or register at least once an hour.
    std::chrono::seconds idle{4000};
};

// One TCP connection. Shared by its transport's table and the asio operations under way; after
// close() it does nothing more. Signalling thread.
class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
  public:
    // What it tells its transport, never from within a call of its own.
    class Owner {
      public:
        virtual void on_message(TcpConnection& connection, std::string text) = 0;
        virtual void on_closed(TcpConnection& connection, std::string_view why) = 0;

      protected:
        ~Owner() = default;
    };

    TcpConnection(asio::ip::tcp::socket socket, TimerWheel& wheel, const TcpLimits& limits,
                  Owner& owner);

    void start(const Flow& flow);  // accepted: reads at once
    // Sends what is queued once it is connected; fails by on_closed().
    void connect(const Flow& flow);
    // False when the queue is full; the connection is being closed then.
    [[nodiscard]] bool send(std::string_view bytes);
    // Stops everything without telling the owner.
    void close();

    [[nodiscard]] const Flow& flow() const { return flow_; }
    [[nodiscard]] bool is_open() const { return !is_closed_; }

  private:
    void read();
    void on_read(std::size_t size);
    void take_frames();
    void answer_broken_message();
    void write();
    void fail(std::string_view why);
    void restart_timer();

    asio::ip::tcp::socket socket_;
    const TcpLimits& limits_;
    Owner* owner_;
    Flow flow_;
    StreamFramer framer_;
    std::array<char, 16 * 1024> buffer_{};
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    bool is_connected_ = false;
    bool is_writing_ = false;
    bool is_closed_ = false;
    bool closes_when_sent_ = false;  // the stream is beyond repair
    bool has_message_ = false;       // it has proven to speak SIP
    bool was_in_message_ = false;
    Timer timer_;  // connect, half message, idle
};

}  // namespace skyn3t::sip
