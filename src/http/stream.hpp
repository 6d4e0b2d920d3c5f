#pragma once

#include <asio/bind_executor.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <restinio/all.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "http/admissions.hpp"
#include "http/certificate.hpp"
#include "http/request_framing.hpp"

// The sockets of the server as RESTinio wants them. Not its own TLS: that one lets a client hang in
// its handshake for ever, counts it nowhere, and hands out the certificate of the time when the
// previous client came.
namespace skyn3t::http {

// What the connections of a server share, and with it.
struct StreamSettings {
    explicit StreamSettings(Admissions::Limits limits) : admissions(std::move(limits)) {}

    std::shared_ptr<const Certificate> certificate;  // none: no TLS
    Admissions admissions;
    std::uint64_t max_body = 0;
    std::chrono::milliseconds handshake_timeout{0};
    // Calls what it is given once every earlier request of the connection is answered, unless the
    // connection ends before.
    std::function<void(restinio::connection_id_t, std::function<void()>)> when_answered;
    std::atomic<std::size_t> accepted = 0;  // ever
};
using SharedStreamSettings = std::shared_ptr<StreamSettings>;

// One connection: TCP, or TLS over it. Owned by RESTinio's connection, on whose strand it works.
class Stream {
  public:
    using socket_t = asio::ip::tcp::socket;
    using executor_type = socket_t::executor_type;
    using lowest_layer_type = socket_t::lowest_layer_type;

    Stream(asio::io_context& io, SharedStreamSettings settings)
        : settings_(std::move(settings)),
          socket_(std::make_unique<socket_t>(io)),
          framing_(settings_->max_body) {}
    Stream(Stream&&) = default;
    Stream& operator=(Stream&&) = delete;

    // Counts it among the open ones; false when there are too many already.
    bool admit(restinio::connection_id_t connection) {
        connection_ = connection;
        std::error_code gone;
        const auto peer = socket_->remote_endpoint(gone);
        if (!gone) admission_ = settings_->admissions.admit(peer.address());
        return admission_.has_value();
    }
    bool wants_tls() const { return settings_->certificate != nullptr; }

    // `owner` owns this; `done` is called on its strand.
    template <class Strand, class Owner, class Done>
    void shake_hands(const Strand& strand, Owner owner, Done done) {
        context_ = settings_->certificate->context();
        tls_ = std::make_unique<asio::ssl::stream<socket_t&>>(*socket_, *context_);
        alarm_ = std::make_unique<asio::steady_timer>(socket_->get_executor());
        alarm_->expires_after(settings_->handshake_timeout);
        alarm_->async_wait(asio::bind_executor(strand, [this, owner](const std::error_code& error) {
            if (!error && alarm_) close();
        }));
        tls_->async_handshake(asio::ssl::stream_base::server,
                              asio::bind_executor(strand, [this, owner, done = std::move(done)](
                                                              const std::error_code& error) {
                                  alarm_.reset();
                                  done(error);
                              }));
    }

    executor_type get_executor() { return socket_->get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_->lowest_layer(); }
    const lowest_layer_type& lowest_layer() const { return socket_->lowest_layer(); }
    bool is_open() const { return socket_->is_open(); }
    void cancel(std::error_code& error) { socket_->cancel(error); }
    // What RESTinio reads has passed the framing, and is of one request.
    template <class Handler>
    void async_read_some(const asio::mutable_buffer& into, Handler&& handler) {
        read_framed(into, std::decay_t<Handler>(std::forward<Handler>(handler)));
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_)
            tls_->async_write_some(buffers, std::forward<Handler>(handler));
        else
            socket_->async_write_some(buffers, std::forward<Handler>(handler));
    }
    // Without TLS's close_notify, for which one would have to wait: every answer tells its length.
    void shutdown(asio::socket_base::shutdown_type what, std::error_code& error) {
        socket_->shutdown(what, error);
    }
    void close() {
        admission_.reset();
        std::error_code ignored;
        socket_->close(ignored);
    }

  private:
    static constexpr std::size_t kMostDiscarded = 1024 * 1024;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

    // `handler` owns this, through RESTinio's connection, and is of its strand.
    template <class Handler>
    void read_framed(asio::mutable_buffer into, Handler handler) {
        const auto step = framing_.take(static_cast<char*>(into.data()), into.size());
        switch (step.next) {
            case RequestFraming::Next::octets:
                return finish_read(std::error_code(), step.size, std::move(handler));
            case RequestFraming::Next::more:
                return read_more(into, std::move(handler));
            case RequestFraming::Next::say_continue:
                return write_when_answered(std::string(kContinue), handler,
                                           [this, into, handler] { read_framed(into, handler); });
            case RequestFraming::Next::refuse:
                return write_when_answered(refusal_of_head(framing_.fault()), handler,
                                           [this, into, handler] { let_go(into, handler); });
        }
    }
    template <class Handler>
    void finish_read(std::error_code error, std::size_t size, Handler handler) {
        const auto strand = strand_of(handler);
        asio::post(strand,
                   [error, size, handler = std::move(handler)]() mutable { handler(error, size); });
    }
    template <class Handler>
    void read_more(asio::mutable_buffer into, Handler handler) {
        const auto strand = strand_of(handler);
        auto done = asio::bind_executor(
            strand, [this, into, handler = std::move(handler)](const std::error_code& error,
                                                               std::size_t size) mutable {
                if (error) return handler(error, size);
                framing_.feed({static_cast<const char*>(into.data()), size});
                read_framed(into, std::move(handler));
            });
        if (tls_)
            tls_->async_read_some(into, std::move(done));
        else
            socket_->async_read_some(into, std::move(done));
    }
    // RFC 9112, section 9.6: closed at once, what the client still sends would be answered with a
    // reset, which may overtake the refusal. RESTinio's time for a request bounds this.
    template <class Handler>
    void let_go(asio::mutable_buffer into, Handler handler) {
        std::error_code ignored;
        socket_->shutdown(asio::socket_base::shutdown_send, ignored);
        discard(into, std::move(handler), kMostDiscarded);
    }
    template <class Handler>
    void discard(asio::mutable_buffer into, Handler handler, std::size_t most) {
        const auto strand = strand_of(handler);
        socket_->async_read_some(
            into, asio::bind_executor(
                      strand, [this, into, most, handler = std::move(handler)](
                                  const std::error_code& error, std::size_t size) mutable {
                          if (error || size >= most)
                              return handler(std::error_code(asio::error::connection_aborted), 0);
                          discard(into, std::move(handler), most - size);
                      }));
    }
    // Between two answers: nothing else is written then, since RESTinio has no request to answer.
    template <class Handler, class Done>
    void write_when_answered(std::string octets, const Handler& handler, Done done) {
        const auto strand = strand_of(handler);
        settings_->when_answered(
            connection_,
            [this, strand, done, text = std::make_shared<const std::string>(std::move(octets))] {
                asio::post(strand, [this, strand, done, text] {
                    asio::async_write(
                        *this, asio::buffer(*text),
                        asio::bind_executor(
                            strand, [done, text](const std::error_code&, std::size_t) { done(); }));
                });
            });
    }
    template <class Handler>
    auto strand_of(const Handler& handler) {
        return asio::get_associated_executor(handler, socket_->get_executor());
    }

    SharedStreamSettings settings_;
    std::optional<Admissions::Ticket> admission_;  // of the settings above
    std::unique_ptr<socket_t> socket_;             // stays where it is when this moves
    restinio::connection_id_t connection_{};
    RequestFraming framing_;
    Certificate::Context context_;
    std::unique_ptr<asio::ssl::stream<socket_t&>> tls_;
    std::unique_ptr<asio::steady_timer> alarm_;  // of a handshake that goes on
};

// RESTinio calls these for its connections, found by the type of the socket.
template <class Connection, class StartReading, class Failed>
void prepare_connection_and_start_read(Stream& stream, Connection& connection, StartReading start,
                                       Failed failed) {
    if (!stream.admit(connection.connection_id())) return failed(asio::error::no_descriptors);
    if (!stream.wants_tls()) return start();
    stream.shake_hands(
        connection.get_executor(), connection.shared_from_this(),
        [start, failed](const std::error_code& error) { error ? failed(error) : start(); });
}
inline restinio::tls_socket_t* make_tls_socket_pointer_for_state_listener(Stream&) noexcept {
    return nullptr;
}

}  // namespace skyn3t::http

// The two places where RESTinio asks what a socket needs, as its own restinio/tls.hpp answers them.
namespace restinio {

template <class Settings>
class socket_type_dependent_settings_t<Settings, skyn3t::http::Stream> {
  public:
    Settings& streams(skyn3t::http::SharedStreamSettings streams) {
        streams_ = std::move(streams);
        return static_cast<Settings&>(*this);
    }
    skyn3t::http::SharedStreamSettings streams() const { return streams_; }

  protected:
    ~socket_type_dependent_settings_t() = default;

  private:
    skyn3t::http::SharedStreamSettings streams_;
};

namespace impl {

template <>
class socket_supplier_t<skyn3t::http::Stream> {
    using Stream = skyn3t::http::Stream;

  protected:
    template <class Settings>
    socket_supplier_t(Settings& settings, asio::io_context& io)
        : io_(io), streams_(settings.streams()), waiting_(settings.concurrent_accepts_count()) {
        for (auto& stream : waiting_) stream.emplace(io_, streams_);
    }
    Stream& socket(std::size_t index) { return *waiting_.at(index); }
    Stream move_socket(std::size_t index) {
        Stream taken = std::move(*waiting_.at(index));
        waiting_.at(index).emplace(io_, streams_);
        ++streams_->accepted;
        return taken;
    }
    auto concurrent_accept_sockets_count() const { return waiting_.size(); }

  private:
    asio::io_context& io_;
    skyn3t::http::SharedStreamSettings streams_;
    std::vector<std::optional<Stream>> waiting_;
};

}  // namespace impl
}  // namespace restinio
