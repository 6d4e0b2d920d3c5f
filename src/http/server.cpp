#include "http/server.hpp"

#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <restinio/all.hpp>
#include <thread>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

// The only file that knows RESTinio.
namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;
using RestinioRequest = restinio::request_handle_t;

// Counts the connections and refuses those over the limit. Not RESTinio's own limiter: its
// connections call into the acceptor when they are destroyed, which with an io_context that is
// stopped under them comes after the acceptor's end.
class ConnectionLimit {
  public:
    explicit ConnectionLimit(std::size_t limit) : limit_(limit) {}

    restinio::ip_blocker::inspection_result_t inspect(
        const restinio::ip_blocker::incoming_info_t&) const noexcept {
        return open_.load() < limit_ ? restinio::ip_blocker::allow() : restinio::ip_blocker::deny();
    }
    void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
        const auto cause = notice.cause();
        if (restinio::holds_alternative<restinio::connection_state::accepted_t>(cause)) ++open_;
        if (restinio::holds_alternative<restinio::connection_state::closed_t>(cause)) --open_;
    }

  private:
    const std::size_t limit_;
    std::atomic<std::size_t> open_ = 0;
};

struct Traits : restinio::default_traits_t {
    using request_handler_t = std::function<restinio::request_handling_status_t(RestinioRequest)>;
    using connection_state_listener_t = ConnectionLimit;
    using ip_blocker_t = ConnectionLimit;
};

bool is_field_text(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

class InFlight;

// One request that waits for its answer. The RESTinio handle keeps the connection alive and refers
// to the io_context, so the server takes it away when it stops; an answer after that goes nowhere.
class Pending final : public Responder::Sink, public std::enable_shared_from_this<Pending> {
  public:
    Pending(RestinioRequest request, std::shared_ptr<InFlight> in_flight)
        : request_(std::move(request)), in_flight_(std::move(in_flight)) {}
    ~Pending() override;
    void respond(Response response) override { write(std::move(response), /*last=*/false); }
    void write(Response response, bool last);

  private:
    template <class Builder>
    void fill(Builder& builder, Response& response, bool last) const;

    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    RestinioRequest request_;
    std::shared_ptr<InFlight>
        in_flight_;  // shared with the server, which a late answer may outlive
};

// The requests that are not answered on the wire yet.
class InFlight {
  public:
    void enter(const std::shared_ptr<Pending>& pending) {
        const std::lock_guard lock(mutex_);
        pending_.emplace(pending.get(), pending);
        ++unwritten_;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return pending_.size();
    }
    void leave(Pending* pending) {
        const std::lock_guard lock(mutex_);
        pending_.erase(pending);
    }
    void written() {
        const std::lock_guard lock(mutex_);
        --unwritten_;
        changed_.notify_all();
    }
    void wait(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience, [this] { return unwritten_ == 0; });
    }
    void refuse_all() {
        std::map<Pending*, std::weak_ptr<Pending>> left;
        {
            const std::lock_guard lock(mutex_);
            left.swap(pending_);
        }
        for (const auto& [key, weak] : left)
            if (const auto pending = weak.lock())
                pending->write(error_response(503, 20503, "The server is stopping; try again"),
                               true);
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Pending*, std::weak_ptr<Pending>> pending_;
    std::size_t unwritten_ = 0;
};

Pending::~Pending() { in_flight_->leave(this); }

void Pending::write(Response response, bool last) {
    RestinioRequest request;
    {
        const std::lock_guard lock(mutex_);
        request = std::move(request_);
    }
    if (!request) return;
    const auto code = static_cast<std::uint16_t>(response.status);
    const restinio::http_status_line_t status{
        restinio::http_status_code_t{code},
        std::string(http_status_str(static_cast<http_status>(code)))};
    const auto done = [in_flight = in_flight_](const auto&) { in_flight->written(); };
    if (request->header().method() == restinio::http_method_head()) {
        // RFC 9110, section 9.3.2: the length that GET would send, and no body.
        auto builder = request->create_response<restinio::user_controlled_output_t>(status);
        fill(builder, response, last);
        builder.set_content_length(response.body.size());
        builder.done(done);
        return;
    }
    auto builder = request->create_response(status);
    fill(builder, response, last);
    builder.set_body(std::move(response.body));
    builder.done(done);
}

// What Twilio's API says about every request (rest-api.md, 1.3), and the response's own fields.
template <class Builder>
void Pending::fill(Builder& builder, Response& response, bool last) const {
    if (last) builder.connection_close();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun_;
    builder.append_header("Twilio-Request-Id", "RQ" + random_hex(16));
    builder.append_header("Twilio-Concurrent-Requests", std::to_string(in_flight_->count()));
    builder.append_header("Twilio-Request-Duration", fmt::format("{:.3f}", taken.count()));
    if (!response.body.empty()) builder.append_header("Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers)
        if (is_field_text(name) && is_field_text(value)) builder.append_header(name, value);
}

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
    request.remote_address = raw->remote_endpoint().address().to_string();

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

restinio::incoming_http_msg_limits_t message_limits(const ServerOptions& options,
                                                    const Router& router) {
    restinio::incoming_http_msg_limits_t limits;
    limits.max_url_size(8 * 1024)
        .max_field_name_size(256)
        .max_field_value_size(8 * 1024)
        .max_field_count(100);
    // Up to here a client is told; beyond, the connection is closed.
    limits.max_body_size(options.max_body + std::max(options.max_body, router.largest_body()));
    return limits;
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
        server_.open_sync();
        for (unsigned i = 0; i < std::max(1u, options_.threads); ++i)
            threads_.emplace_back([this] { io_.run(); });
    }

    void stop(std::chrono::milliseconds grace) {
        if (threads_.empty()) return;
        server_.close_async([] {}, [](std::exception_ptr) {});
        in_flight_->wait(grace);
        in_flight_->refuse_all();
        in_flight_->wait(kLastWrites);
        work_.reset();
        io_.stop();
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }

    std::uint16_t port() const { return port_; }

  private:
    static constexpr auto kLastWrites = 1000ms;

    template <class Settings>
    void configure(Settings& settings) {
        settings.address(options_.address)
            .port(options_.port)
            .protocol(options_.address.find(':') == std::string::npos ? asio::ip::tcp::v4()
                                                                      : asio::ip::tcp::v6())
            .incoming_http_msg_limits(message_limits(options_, router_))
            .max_pipelined_requests(32)  // RESTinio closes a connection that pipelines more
            .connection_state_listener(limit_)
            .ip_blocker(limit_)
            .read_next_http_message_timelimit(options_.read_timeout)
            .handle_request_timeout(options_.handler_timeout)
            .write_http_response_timelimit(options_.write_timeout)
            .acceptor_post_bind_hook([this](asio::ip::tcp::acceptor& acceptor) {
                port_ = acceptor.local_endpoint().port();
            })
            .request_handler([this](RestinioRequest raw) { return accept(std::move(raw)); });
    }

    restinio::request_handling_status_t accept(RestinioRequest raw) {
        auto request = to_request(raw);
        const auto size = raw->body().size();
        const auto limit =
            request ? router_.max_body(request->method, request->path).value_or(options_.max_body)
                    : options_.max_body;
        auto pending = std::make_shared<Pending>(std::move(raw), in_flight_);
        in_flight_->enter(pending);
        const Responder responder(pending);
        if (size > limit)
            responder.respond(error_response(
                413, 20413,
                fmt::format("The request body has {} octets; at most {} are taken", size, limit)));
        else if (!request)
            responder.respond(error_response(400, 20422, request.error().detail));
        else
            router_.handle(std::move(*request), responder);
        return restinio::request_accepted();
    }

    ServerOptions options_;
    const Router& router_;
    // Shared with RESTinio's connections.
    std::shared_ptr<ConnectionLimit> limit_ =
        std::make_shared<ConnectionLimit>(options_.max_connections);
    std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();
    std::uint16_t port_ = 0;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    restinio::http_server_t<Traits> server_;
    std::vector<std::thread> threads_;
};

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
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace skyn3t::http
