#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace skyn3t::http {

// An answer that goes on, one chunk after the other. Dropping it ends the answer. Any thread.
class ResponseStream {
  public:
    virtual ~ResponseStream() = default;
    // The next one when `written` was called: on a thread of the server with true when the client
    // takes it, with false when it is gone, which may be within this call.
    using Written = std::function<void(bool)>;
    virtual void write(std::string chunk, Written written) = 0;
    virtual void end() = 0;
};

// The way back to one request's client. Answer it once, from any thread, now or later; a second
// answer, or one after the server has stopped, goes nowhere. Copies share the one answer; when the
// last is dropped without it, the client gets 500 (20500).
class Responder {
  public:
    // Where the answer goes; the server's, or a test's own.
    class Sink {
      public:
        virtual ~Sink() = default;
        virtual void respond(Response response) = 0;
        // As Responder::stream(); by itself: it cannot.
        virtual std::shared_ptr<ResponseStream> stream(Response, std::function<void()>) {
            return nullptr;
        }
    };

    explicit Responder(std::shared_ptr<Sink> sink);
    void respond(Response response) const;
    // Answers with `head`, whose body is what is written later. `closed` is called once, on a
    // thread of the server, when the connection has ended without end(). Nothing when the client
    // cannot take such an answer (HTTP/1.0): the request is not answered then.
    [[nodiscard]] std::shared_ptr<ResponseStream> stream(Response head,
                                                         std::function<void()> closed) const;

  private:
    class Answer;
    std::shared_ptr<Answer>
        answer_;  // shared by the copies, since a std::function must be copyable
};

using Handler = std::function<void(const Request&, Responder)>;
using SyncHandler = std::function<Response(const Request&)>;

// Which handler answers which method and path. Filled before the server starts, then only read.
class Router {
  public:
    // A pattern is literal segments and {Names}, a name alone or before ".json":
    // "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json". The request may leave a pattern's final
    // ".json" out. A literal wins over a name. Throws std::logic_error for the same method and
    // pattern twice.
    // `max_body`: octets of a body that this route takes, when not the server's own limit.
    void add(std::string_view method, std::string_view pattern, Handler handler,
             std::optional<std::size_t> max_body = {});
    void add_sync(std::string_view method, std::string_view pattern, SyncHandler handler,
                  std::optional<std::size_t> max_body = {});

    // Asked first about every request; a response from it ends the matter (authentication,
    // draining). It may note in the request who asks.
    using Guard = std::function<std::optional<Response>(Request&)>;
    void set_guard(Guard guard) { guard_ = std::move(guard); }

    // What a 404 says of a path that no route takes.
    struct Absence {
        int code = 20404;
        std::string message{};  // the usual one when empty
    };
    using Explain = std::function<Absence(std::string_view path)>;
    void set_absence(Explain explain) { explain_ = std::move(explain); }

    // HEAD goes to GET's handler; the server leaves the body out. Unknown path: 404/20404. Known
    // with other methods: 405/20004 with Allow. A handler's exception: 500/20500.
    void handle(Request request, Responder responder) const;
    // The limit of the route that would handle this; nothing: it has none of its own.
    std::optional<std::size_t> max_body(std::string_view method, std::string_view path) const;
    std::size_t largest_body() const;  // of the routes' own limits
    // Method and pattern of each, for who holds them against a description.
    std::vector<std::pair<std::string, std::string>> routes() const;

  private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Handler handler;
        std::optional<std::size_t> max_body;
    };
    using PathValues = decltype(Request::path_values);
    Response not_found(std::string_view path) const;
    static bool match(const Route& route, const std::vector<std::string>& segments,
                      PathValues& values);

    std::vector<Route> routes_;
    Guard guard_;
    Explain explain_;
};

}  // namespace skyn3t::http
