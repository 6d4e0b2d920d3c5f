#include "sip/tcp_connection.hpp"

#include <asio/post.hpp>
#include <asio/write.hpp>

#include "sip/socket_address.hpp"

namespace skyn3t::sip {

TcpConnection::TcpConnection(asio::ip::tcp::socket socket, TimerWheel& wheel,
                             const TcpLimits& limits, Owner& owner)
    : socket_(std::move(socket)), limits_(limits), owner_(&owner), timer_(wheel, [this] {
          fail(!is_connected_         ? "connect timed out"
               : framer_.in_message() ? "half a message"
                                      : "idle");
      }) {}

void TcpConnection::start(const Flow& flow) {
    flow_ = flow;
    is_connected_ = true;
    asio::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    timer_.start_after(limits_.half_message);
    read();
}

void TcpConnection::connect(const Flow& flow) {
    flow_ = flow;
    timer_.start_after(limits_.connect);
    const auto& remote = flow.remote;
    const auto address = asio::ip::make_address(remote.host());
    socket_.async_connect({address, remote.port},
                          [self = shared_from_this()](const asio::error_code& error) {
                              if (self->is_closed_) return;
                              if (error) return self->fail(error.message());
                              self->start(self->flow_);
                              self->has_message_ = true;  // we chose this peer
                              self->restart_timer();
                              if (!self->queue_.empty()) self->write();
                          });
}

void TcpConnection::read() {
    socket_.async_read_some(
        asio::buffer(buffer_),
        [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
            if (self->is_closed_) return;
            if (error) return self->fail(error.message());
            self->on_read(size);
        });
}

void TcpConnection::on_read(std::size_t size) {
    framer_.feed({buffer_.data(), size});
    take_frames();
    if (is_closed_ || closes_when_sent_) return;
    restart_timer();
    read();
}

void TcpConnection::take_frames() {
    while (!is_closed_) {
        auto frame = framer_.next();
        if (!frame) return answer_broken_message();
        if (!*frame) return;
        was_in_message_ = false;
        if ((*frame)->kind == StreamFramer::Kind::message) {
            has_message_ = true;
            owner_->on_message(*this, std::move((*frame)->text));
        } else if ((*frame)->kind == StreamFramer::Kind::ping) {
            (void)send("\r\n");  // RFC 5626 §4.4.1
        }
    }
}

// The start of it may still be a request to be answered; where the next message begins nobody
// knows.
void TcpConnection::answer_broken_message() {
    auto head = framer_.broken_head();
    if (!head.empty()) owner_->on_message(*this, std::move(head));
    if (is_closed_) return;
    closes_when_sent_ = true;
    if (!is_writing_) fail("not SIP");
}

// A half message has its time from its first byte on, however slowly it trickles in.
void TcpConnection::restart_timer() {
    const bool in_message = framer_.in_message();
    if (in_message && was_in_message_) return;
    was_in_message_ = in_message;
    if (!has_message_ && !in_message) return;  // the time for the first message goes on
    timer_.start_after(in_message ? limits_.half_message : limits_.idle);
}

bool TcpConnection::send(std::string_view bytes) {
    if (is_closed_) return false;
    if (queued_bytes_ + bytes.size() > limits_.queued_bytes) {
        // Told later, since the caller is in the middle of something.
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (!self->is_closed_) self->fail("it does not read");
        });
        return false;
    }
    queued_bytes_ += bytes.size();
    queue_.emplace_back(bytes);
    if (is_connected_ && !is_writing_) write();
    return true;
}

void TcpConnection::write() {
    is_writing_ = true;
    asio::async_write(socket_, asio::buffer(queue_.front()),
                      [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                          if (self->is_closed_) return;
                          if (error) return self->fail(error.message());
                          self->is_writing_ = false;
                          self->queued_bytes_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) return self->write();
                          if (self->closes_when_sent_) self->fail("not SIP");
                      });
}

void TcpConnection::close() {
    is_closed_ = true;
    timer_.stop();
    asio::error_code ignored;
    socket_.close(ignored);
}

void TcpConnection::fail(std::string_view why) {
    const auto self = shared_from_this();  // the owner lets go of us
    close();
    owner_->on_closed(*this, why);
}

}  // namespace skyn3t::sip
