#include "http/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <charconv>
#include <mutex>
#include <optional>
#include <restinio/all.hpp>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/answers.hpp"
#include "http/forwarded.hpp"
#include "http/stream.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;

// Tells the streams of a connection that it has ended.
class Closings {
  public:
    explicit Closings(std::shared_ptr<InFlight> in_flight) : in_flight_(std::move(in_flight)) {}
    void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
        if (restinio::holds_alternative<restinio::connection_state::closed_t>(notice.cause()))
            in_flight_->closed(notice.connection_id());
    }

  private:
    const std::shared_ptr<InFlight> in_flight_;  // with the server
};

struct Traits : restinio::default_traits_t {
    using request_handler_t = std::function<restinio::request_handling_status_t(RestinioRequest)>;
    using stream_socket_t = Stream;
    using connection_state_listener_t = Closings;
};

// RFC 9112, section 3.2.2: a server accepts the absolute form of the target as well.
std::string_view origin_form(std::string_view target) {
    if (!target.starts_with("http://") && !target.starts_with("https://")) return target;
    const auto path = target.find('/', target.find("://") + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

Result<Request> to_request(const RestinioRequest& raw) {
    Request request;
    request.method = raw->header().method().c_str();
    request.target = origin_form(raw->header().request_target());
    raw->header().for_each_field(
        [&](const auto& field) { request.headers.add(field.name(), field.value()); });
    request.body = raw->body();

    const auto mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) {
        auto query = parse_form(std::string_view(request.target).substr(mark + 1));
        if (!query) return tl::unexpected(query.error());
        request.query = std::move(*query);
    }
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    const auto type = request.headers.find("Content-Type");
    if (type && iequals(type->substr(0, kForm.size()), kForm)) {
        auto form = parse_form(request.body);
        if (!form) return tl::unexpected(form.error());
        request.form = std::move(*form);
    }
    return request;
}

// What our limits say against a request; nothing: it may go on. Its head was judged before.
std::optional<Response> refuse_size(const RestinioRequest& raw, std::size_t max_body) {
    if (const auto size = raw->body().size(); size > max_body)
        return error_response(
            413, 20413,
            fmt::format("The request body has {} octets; at most {} are taken", size, max_body));
    return std::nullopt;
}

// Up to here a client is told how much of its body is too much; beyond, nothing is read of it.
std::size_t most_of_body(const ServerOptions& options, const Router& router) {
    return options.max_body + std::max(options.max_body, router.largest_body());
}

restinio::incoming_http_msg_limits_t message_limits(const ServerOptions& options,
                                                    const Router& router) {
    restinio::incoming_http_msg_limits_t limits;
    // Never reached: RequestFraming's are lower. The fields of a trailer count as well.
    limits.max_url_size(2 * kMaxTarget)
        .max_field_name_size(1024)
        .max_field_value_size(2 * kMaxField)
        .max_field_count(16 * kMaxFields);
    limits.max_body_size(most_of_body(options, router));
    return limits;
}

// An IPv4 client of an IPv6 socket has one name, not two.
asio::ip::address plain(const asio::ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

SharedStreamSettings stream_settings(const ServerOptions& options, const Router& router,
                                     std::shared_ptr<InFlight> in_flight) {
    auto settings = std::make_shared<StreamSettings>(Admissions::Limits{
        options.max_connections, options.max_connections_per_address, options.trusted_proxies});
    settings->certificate = options.certificate;
    settings->max_body = most_of_body(options, router);
    settings->handshake_timeout = options.handshake_timeout;
    settings->when_answered = [in_flight = std::move(in_flight)](
                                  restinio::connection_id_t connection,
                                  std::function<void()> then) {
        in_flight->when_answered(connection, std::move(then));
    };
    return settings;
}

}  // namespace

class Server::Impl {
  public:
    Impl(const ServerOptions& options, const Router& router)
        : options_(options),
          router_(router),
          server_(restinio::external_io_context(io_),
                  [&](auto& settings) { configure(settings); }) {}

    void open() {
        open_listener();
        watch_listener();
        for (unsigned i = 0; i < std::max(1u, options_.threads); ++i)
            threads_.emplace_back([this] { io_.run(); });
    }

    void stop(std::chrono::milliseconds grace) {
        if (threads_.empty()) return;
        asio::post(io_, [this] { close_for_good(); });
        in_flight_->end_streams();
        in_flight_->wait(grace);
        in_flight_->refuse_all();
        in_flight_->wait(kLastWrites);
        work_.reset();
        io_.stop();
        for (auto& thread : threads_) thread.join();
        threads_.clear();
        in_flight_->forget_connections();
    }

    std::uint16_t port() const { return port_; }
    void run_soon(std::function<void()> work) { asio::post(io_, std::move(work)); }

  private:
    static constexpr auto kLastWrites = 1000ms;

    struct Look {
        SteadyTime time{};
        bool is_waited_at = false;
        std::size_t accepted = 0;  // ever, until then
    };

    template <class Settings>
    void configure(Settings& settings) {
        settings.address(options_.address)
            .port(options_.port)
            .protocol(options_.address.find(':') == std::string::npos ? asio::ip::tcp::v4()
                                                                      : asio::ip::tcp::v6())
            .incoming_http_msg_limits(message_limits(options_, router_))
            .max_pipelined_requests(32)  // RESTinio closes a connection that pipelines more
            .streams(streams_)
            .connection_state_listener(std::make_shared<Closings>(in_flight_))
            .read_next_http_message_timelimit(options_.read_timeout)
            .handle_request_timeout(options_.handler_timeout)
            .write_http_response_timelimit(options_.write_timeout)
            .acceptor_post_bind_hook(
                [this](asio::ip::tcp::acceptor& acceptor) { on_bound(acceptor); })
            .request_handler([this](RestinioRequest raw) { return accept(std::move(raw)); });
    }

    // ---- The listener, on the server's threads.

    void open_listener() {
        const std::lock_guard lock(listener_mutex_);
        server_.open_sync();
    }
    void close_for_good() {
        const std::lock_guard lock(listener_mutex_);
        is_stopping_ = true;
        server_.close_sync();
    }
    // RESTinio binds to the port that it was told. Where that is any free one, and the listener is
    // opened anew, it must be the one that clients know.
    void on_bound(asio::ip::tcp::acceptor& acceptor) {
        auto bound = acceptor.local_endpoint();
        if (port_ == 0) port_ = bound.port();
        if (bound.port() != port_) {
            bound.port(port_);
            acceptor.close();
            acceptor.open(bound.protocol());
            acceptor.set_option(asio::socket_base::reuse_address(true));
            acceptor.bind(bound);
        }
        listener_ = acceptor.native_handle();
    }
    // RESTinio's acceptor waits for no other connection once one could not be accepted (EMFILE and
    // the like): the listener stays open and nobody answers there, until the server is restarted.
    // So whoever waits there from one look to the next has been waiting for nothing.
    void watch_listener() {
        look_.expires_after(options_.listener_look);
        look_.async_wait([this](const std::error_code& error) {
            if (error) return;
            look_at_listener();
            watch_listener();
        });
    }
    void look_at_listener() {
        const std::lock_guard lock(listener_mutex_);
        if (is_stopping_) return;
        const Look now{std::chrono::steady_clock::now(), is_readable(listener_),
                       streams_->accepted};
        const Look before = std::exchange(last_look_, now);
        // Late: the threads were busy, and may not have got to who waits.
        const bool is_late = now.time - before.time > options_.listener_look * 3 / 2;
        const bool is_deaf =
            !is_late && before.is_waited_at && now.is_waited_at && before.accepted == now.accepted;
        if (listener_ >= 0 && !is_deaf) return;
        // Without one the new listener would be deaf at once: accept() asks for it before it looks
        // whether anybody waits.
        if (has_descriptor()) return open_anew();
        if (!std::exchange(is_shortage_told_, true))
            log::error(
                "no file descriptor is left, HTTP connections are not accepted: raise LimitNOFILE "
                "of the service port={}",
                port_);
    }
    // Connections that are open stay so; who waits to be accepted has to come again.
    void open_anew() try {
        last_look_ = {};
        is_shortage_told_ = false;
        listener_ = -1;
        server_.close_sync();
        server_.open_sync();
        log::error(
            "a connection could not be accepted, most likely for want of file descriptors: the "
            "HTTP listener was opened anew; raise LimitNOFILE of the service port={}",
            port_);
    } catch (const std::exception& error) {
        listener_ = -1;
        log::error("the HTTP listener cannot be opened anew, it is tried again port={} reason={}",
                   port_, quoted(error.what()));
    }
    static bool has_descriptor() {
        const int probe = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (probe >= 0) ::close(probe);
        return probe >= 0;
    }
    static bool is_readable(int descriptor) {
        pollfd looked_at{descriptor, POLLIN, 0};
        return ::poll(&looked_at, 1, 0) == 1;
    }

    restinio::request_handling_status_t accept(RestinioRequest raw) {
        auto request = to_request(raw);
        const auto limit =
            request ? router_.max_body(request->method, request->path).value_or(options_.max_body)
                    : options_.max_body;
        auto refusal = refuse_size(raw, limit);
        const auto peer = raw->remote_endpoint().address();
        auto pending = std::make_shared<Pending>(std::move(raw), in_flight_);
        in_flight_->enter(pending);
        const Responder responder(pending);
        if (refusal)
            responder.respond(std::move(*refusal));
        else if (!request)
            responder.respond(error_response(400, 20422, request.error().detail));
        else
            serve(std::move(*request), peer, responder);
        return restinio::request_accepted();
    }

    void serve(Request request, const asio::ip::address& peer, const Responder& responder) {
        request.remote_address =
            plain(client_address(peer, request.headers, options_.trusted_proxies)).to_string();
        if (auto preflight = options_.cors.preflight(request))
            return responder.respond(std::move(*preflight));
        router_.handle(std::move(request), responder);
    }

    ServerOptions options_;
    const Router& router_;
    asio::io_context io_;
    std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>(
        AnswerSettings{options_.certificate != nullptr, options_.cors}, io_.get_executor());
    SharedStreamSettings streams_ = stream_settings(options_, router_, in_flight_);
    std::uint16_t port_ = 0;     // set once
    std::mutex listener_mutex_;  // of what follows, and of opening and closing
    int listener_ = -1;          // RESTinio's; none while it could not be opened anew
    bool is_stopping_ = false;
    bool is_shortage_told_ = false;
    Look last_look_{};
    asio::steady_timer look_{io_};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    restinio::http_server_t<Traits> server_;
    std::vector<std::thread> threads_;
};

bool ServerOptions::is_loopback() const {
    std::error_code error;
    return asio::ip::make_address(address, error).is_loopback();
}

Result<ServerOptions> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto bad = [&] {
        return fail(Errc::invalid_argument, "not ADDRESS:PORT: " + quoted(text, 60));
    };
    if (colon == std::string_view::npos) return bad();
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    std::error_code error;
    const auto parsed = asio::ip::make_address(std::string(address), error);
    const auto digits = text.substr(colon + 1);
    ServerOptions options;
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
    if (error || code != std::errc{} || end != digits.data() + digits.size()) return bad();
    options.address = parsed.to_string();
    return options;
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                              const Router& router) try {
    auto impl = std::make_unique<Impl>(options, router);
    impl->open();
    return std::unique_ptr<Server>(new Server(std::move(impl)));
} catch (const std::exception& error) {
    return fail(Errc::io_error, fmt::format("cannot listen on {}:{}: {}", options.address,
                                            options.port, error.what()));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }
std::uint16_t Server::port() const { return impl_->port(); }
void Server::run_soon(std::function<void()> work) { impl_->run_soon(std::move(work)); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace skyn3t::http
