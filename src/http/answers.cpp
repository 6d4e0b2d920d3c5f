#include "http/answers.hpp"

#include <fmt/format.h>

#include <array>
#include <asio/post.hpp>
#include <utility>

#include "base/random.hpp"

namespace skyn3t::http {
namespace {

bool is_field_text(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

restinio::http_status_line_t status_line(int status) {
    const auto code = static_cast<std::uint16_t>(status);
    return {restinio::http_status_code_t{code},
            std::string(http_status_str(static_cast<http_status>(code)))};
}

// Unless the answer has such a field of its own. The API's answers are for no cache, no frame and
// nobody's guess at what they are.
constexpr std::array<std::pair<const char*, const char*>, 5> kAlways{{
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "frame-ancestors 'none'"},
    {"X-Frame-Options", "DENY"},
}};

// RFC 9112, section 7.1: who speaks HTTP/1.0 knows no chunks. RESTinio does not tell the version;
// but only of HTTP/1.0 a connection ends when nothing is said of it.
bool is_http_1_0(const restinio::http_request_header_t& header) {
    return !header.should_keep_alive() && !header.has_field("Connection");
}

}  // namespace

void InFlight::enter(const std::shared_ptr<Pending>& pending) {
    const std::lock_guard lock(mutex_);
    pending_.emplace(pending.get(), pending);
    ++unwritten_;
    ++unwritten_of_[pending->connection()].answers;
}

void InFlight::leave(Pending* pending) {
    const std::lock_guard lock(mutex_);
    pending_.erase(pending);
}

void InFlight::enter(const std::shared_ptr<Streaming>& stream) {
    {
        const std::lock_guard lock(mutex_);
        if (!is_ending_) return void(streams_.emplace(stream->connection(), stream));
    }
    stream->end();
}

void InFlight::closed(restinio::connection_id_t connection) {
    std::vector<std::weak_ptr<Streaming>> lost;
    {
        const std::lock_guard lock(mutex_);
        const auto [begin, end] = streams_.equal_range(connection);
        for (auto it = begin; it != end; ++it) lost.push_back(it->second);
        streams_.erase(begin, end);
        unwritten_of_.erase(connection);
    }
    // Posted: the connection may end within a write, which holds the stream's lock.
    for (const auto& weak : lost)
        asio::post(executor_, [weak] {
            if (const auto stream = weak.lock()) stream->lost();
        });
}

void InFlight::end_streams() {
    Streams ending;
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
        ending.swap(streams_);
    }
    for (const auto& [connection, weak] : ending)
        if (const auto stream = weak.lock()) stream->end();
}

void InFlight::written(restinio::connection_id_t connection) {
    std::function<void()> then;
    {
        const std::lock_guard lock(mutex_);
        --unwritten_;
        changed_.notify_all();
        const auto found = unwritten_of_.find(connection);
        if (found == unwritten_of_.end() || --found->second.answers > 0) return;
        then = std::move(found->second.then);
        unwritten_of_.erase(found);
    }
    if (then) then();
}

void InFlight::when_answered(restinio::connection_id_t connection, std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = unwritten_of_.find(connection);
        if (found != unwritten_of_.end()) {
            found->second.then = std::move(then);
            return;
        }
    }
    then();
}

std::size_t InFlight::count() {
    const std::lock_guard lock(mutex_);
    return pending_.size();
}

void InFlight::wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return unwritten_ == 0; });
}

void InFlight::refuse_all() {
    std::map<Pending*, std::weak_ptr<Pending>> left;
    {
        const std::lock_guard lock(mutex_);
        left.swap(pending_);
    }
    for (const auto& [key, weak] : left)
        if (const auto pending = weak.lock())
            pending->write(error_response(503, 20503, "The server is stopping; try again"), true);
}

void InFlight::forget_connections() {
    decltype(unwritten_of_) gone;
    const std::lock_guard lock(mutex_);
    gone.swap(unwritten_of_);
}

Pending::~Pending() { in_flight_->leave(this); }

RestinioRequest Pending::take() {
    const std::lock_guard lock(mutex_);
    return std::move(request_);
}

void Pending::write(Response response, bool last) {
    const RestinioRequest request = take();
    if (!request) return;
    const auto status = status_line(response.status);
    const auto done = [in_flight = in_flight_, connection = connection_](const auto&) {
        in_flight->written(connection);
    };
    if (request->header().method() == restinio::http_method_head()) {
        // RFC 9110, section 9.3.2: the length that GET would send, and no body.
        auto builder = request->create_response<restinio::user_controlled_output_t>(status);
        fill(builder, request->header(), response, last);
        builder.set_content_length(response.body.size());
        builder.done(done);
        return;
    }
    auto builder = request->create_response(status);
    fill(builder, request->header(), response, last);
    builder.set_body(std::move(response.body));
    builder.done(done);
}

std::shared_ptr<ResponseStream> Pending::stream(Response head, std::function<void()> closed) {
    RestinioRequest request;
    {
        const std::lock_guard lock(mutex_);
        if (!request_ || is_http_1_0(request_->header())) return nullptr;
        request = std::move(request_);
    }
    const auto connection = request->connection_id();
    auto builder = request->create_response<restinio::chunked_output_t>(status_line(head.status));
    builder.append_header("Content-Type", head.content_type);
    fill(builder, request->header(), head, /*last=*/false);
    builder.flush();
    auto stream =
        std::make_shared<Streaming>(std::move(builder), connection, std::move(closed), in_flight_);
    in_flight_->enter(stream);
    return stream;
}

// What Twilio's API says about every request (rest-api.md, 1.3), what a browser must know that
// comes across an answer, and the response's own fields.
template <class Builder>
void Pending::fill(Builder& builder, const restinio::http_request_header_t& header,
                   Response& response, bool last) const {
    if (last) builder.connection_close();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun_;
    builder.append_header("Twilio-Request-Id", "RQ" + random_hex(16));
    builder.append_header("Twilio-Concurrent-Requests", std::to_string(in_flight_->count()));
    builder.append_header("Twilio-Request-Duration", fmt::format("{:.3f}", taken.count()));
    if (!response.body.empty()) builder.append_header("Content-Type", response.content_type);
    const auto& settings = in_flight_->settings();
    if (settings.is_tls)  // RFC 6797
        builder.append_header("Strict-Transport-Security", "max-age=63072000");
    for (const auto& [name, value] : kAlways)
        if (!response.headers.find(name)) builder.append_header(name, value);
    for (const auto& [name, value] : settings.cors.fields(header.get_field_or("Origin", "")))
        builder.append_header(name, value);
    for (const auto& [name, value] : response.headers)
        if (is_field_text(name) && is_field_text(value)) builder.append_header(name, value);
}

void Streaming::write(std::string chunk, Written written) {
    {
        const std::lock_guard lock(mutex_);
        if (builder_) {
            builder_->append_chunk(std::move(chunk));
            // RESTinio may call back from in here, so what it calls is posted.
            builder_->flush([in_flight = in_flight_,
                             written = std::move(written)](const std::error_code& error) {
                asio::post(in_flight->executor(), [written, ok = !error] { written(ok); });
            });
            return;
        }
    }
    written(false);
}

void Streaming::end() {
    const std::lock_guard lock(mutex_);
    if (!builder_) return;
    closed_ = nullptr;
    builder_->done([in_flight = in_flight_, connection = connection_](const auto&) {
        in_flight->written(connection);
    });
    builder_.reset();
}

void Streaming::lost() {
    std::function<void()> closed;
    {
        const std::lock_guard lock(mutex_);
        if (!builder_) return;
        builder_.reset();
        closed = std::exchange(closed_, nullptr);
    }
    in_flight_->written(connection_);
    if (closed) closed();
}

}  // namespace skyn3t::http
