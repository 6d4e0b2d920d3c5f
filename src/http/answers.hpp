#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <restinio/all.hpp>
#include <unordered_map>

#include "http/cors.hpp"
#include "http/router.hpp"

// The way from a handler's answer back into RESTinio.
namespace skyn3t::http {

using RestinioRequest = restinio::request_handle_t;

struct AnswerSettings {
    bool is_tls = false;
    Cors cors;
};

class Pending;
class Streaming;

// The requests whose answers are not on the wire, or not as a whole. Any thread.
class InFlight {
  public:
    InFlight(AnswerSettings settings, asio::any_io_executor executor)
        : settings_(std::move(settings)), executor_(std::move(executor)) {}
    const AnswerSettings& settings() const { return settings_; }
    const asio::any_io_executor& executor() const { return executor_; }  // while the server lives

    void enter(const std::shared_ptr<Pending>& pending);
    void leave(Pending* pending);
    void enter(const std::shared_ptr<Streaming>& stream);
    void written(restinio::connection_id_t connection);
    std::size_t count();  // that wait for their answer
    void closed(restinio::connection_id_t connection);
    // Calls `then` when no answer of the connection is under way, at once or later; never when it
    // ends before. One at a time for each connection.
    void when_answered(restinio::connection_id_t connection, std::function<void()> then);

    void wait(std::chrono::milliseconds patience);
    void end_streams();
    void refuse_all();
    void forget_connections();  // before what they live on goes

  private:
    using Streams = std::multimap<restinio::connection_id_t, std::weak_ptr<Streaming>>;

    const AnswerSettings settings_;
    const asio::any_io_executor executor_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Pending*, std::weak_ptr<Pending>> pending_;
    Streams streams_;
    struct Unwritten {
        std::size_t answers = 0;
        std::function<void()> then;  // see when_answered()
    };
    std::unordered_map<restinio::connection_id_t, Unwritten> unwritten_of_;
    bool is_ending_ = false;
    std::size_t unwritten_ = 0;
};

// One request that waits for its answer. The RESTinio handle keeps the connection alive and refers
// to the io_context, so the server takes it away when it stops; an answer after that goes nowhere.
class Pending final : public Responder::Sink, public std::enable_shared_from_this<Pending> {
  public:
    Pending(RestinioRequest request, std::shared_ptr<InFlight> in_flight)
        : connection_(request->connection_id()),
          request_(std::move(request)),
          in_flight_(std::move(in_flight)) {}
    ~Pending() override;
    restinio::connection_id_t connection() const { return connection_; }
    void respond(Response response) override { write(std::move(response), /*last=*/false); }
    std::shared_ptr<ResponseStream> stream(Response head, std::function<void()> closed) override;
    void write(Response response, bool last);

  private:
    RestinioRequest take();
    template <class Builder>
    void fill(Builder& builder, const restinio::http_request_header_t& header, Response& response,
              bool last) const;

    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    const restinio::connection_id_t connection_;
    std::mutex mutex_;
    RestinioRequest request_;
    std::shared_ptr<InFlight>
        in_flight_;  // shared with the server, which a late answer may outlive
};

// An answer in chunks. RESTinio's limit for a handler begins anew with each of them.
class Streaming final : public ResponseStream {
  public:
    using Builder = restinio::response_builder_t<restinio::chunked_output_t>;

    Streaming(Builder builder, restinio::connection_id_t connection, std::function<void()> closed,
              std::shared_ptr<InFlight> in_flight)
        : connection_(connection),
          in_flight_(std::move(in_flight)),
          builder_(std::move(builder)),
          closed_(std::move(closed)) {}
    ~Streaming() override { end(); }

    void write(std::string chunk, Written written) override;
    void end() override;
    void lost();  // the connection has ended
    restinio::connection_id_t connection() const { return connection_; }

  private:
    const restinio::connection_id_t connection_;
    const std::shared_ptr<InFlight> in_flight_;  // as a Pending's
    std::mutex mutex_;
    std::optional<Builder> builder_;  // until it ends
    std::function<void()> closed_;
};

}  // namespace skyn3t::http
