#include "http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>

#include "base/faults.hpp"

namespace skyn3t::http {
namespace {

constexpr std::string_view kJson = ".json";

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_name(std::string_view segment) { return segment.starts_with('{'); }

// "{Sid}" or "{Sid}.json" against "CA12.json": the value without the suffix.
std::optional<std::string> bind_name(std::string_view pattern, std::string_view segment) {
    if (pattern.ends_with(kJson) && segment.ends_with(kJson)) segment.remove_suffix(kJson.size());
    auto value = percent_decode(segment);
    if (!value || value->empty()) return std::nullopt;
    return value;
}

bool equals_literal(std::string_view pattern, std::string_view segment) {
    if (pattern == segment) return true;
    return pattern.ends_with(kJson) && pattern.substr(0, pattern.size() - kJson.size()) == segment;
}

}  // namespace

class Responder::Answer {
  public:
    explicit Answer(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
        give(error_response(500, 20500, "The request was not answered: an internal error"));
    }

    void give(Response response) {
        if (!is_given_.exchange(true)) sink_->respond(std::move(response));
    }
    std::shared_ptr<ResponseStream> stream(Response head, std::function<void()> closed) {
        if (is_given_) return nullptr;
        auto stream = sink_->stream(std::move(head), std::move(closed));
        if (stream) is_given_ = true;
        return stream;
    }

  private:
    std::shared_ptr<Sink>
        sink_;  // shared with the server, which answers 503 in its place when it stops
    std::atomic<bool> is_given_ = false;
};

Responder::Responder(std::shared_ptr<Sink> sink)
    : answer_(std::make_shared<Answer>(std::move(sink))) {}

void Responder::respond(Response response) const { answer_->give(std::move(response)); }

std::shared_ptr<ResponseStream> Responder::stream(Response head,
                                                  std::function<void()> closed) const {
    return answer_->stream(std::move(head), std::move(closed));
}

void Router::add(std::string_view method, std::string_view pattern, Handler handler,
                 std::optional<std::size_t> max_body) {
    for (const Route& route : routes_)
        if (route.method == method && route.pattern == pattern)
            throw std::logic_error(fmt::format("route {} {} is added twice", method, pattern));
    routes_.push_back({std::string(method), std::string(pattern), split_path(pattern),
                       std::move(handler), max_body});
    // The more literal segments a pattern begins with, the earlier it is tried.
    std::stable_sort(routes_.begin(), routes_.end(), [](const Route& a, const Route& b) {
        return std::lexicographical_compare(
            a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
            [](const std::string& x, const std::string& y) { return is_name(x) < is_name(y); });
    });
}

void Router::add_sync(std::string_view method, std::string_view pattern, SyncHandler handler,
                      std::optional<std::size_t> max_body) {
    add(
        method, pattern,
        [handler = std::move(handler)](const Request& request, Responder responder) {
            responder.respond(handler(request));
        },
        max_body);
}

bool Router::match(const Route& route, const std::vector<std::string>& segments,
                   PathValues& values) {
    if (route.segments.size() != segments.size()) return false;
    values.clear();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view pattern = route.segments[i];
        if (!is_name(pattern)) {
            if (!equals_literal(pattern, segments[i])) return false;
            continue;
        }
        auto value = bind_name(pattern, segments[i]);
        if (!value) return false;
        values.insert_or_assign(std::string(pattern.substr(1, pattern.find('}') - 1)),
                                std::move(*value));
    }
    return true;
}

std::optional<std::size_t> Router::max_body(std::string_view method, std::string_view path) const {
    const auto segments = split_path(path);
    PathValues values;
    for (const Route& route : routes_)
        if (route.method == method && match(route, segments, values)) return route.max_body;
    return std::nullopt;
}

std::size_t Router::largest_body() const {
    std::size_t largest = 0;
    for (const Route& route : routes_) largest = std::max(largest, route.max_body.value_or(0));
    return largest;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Route& route : routes_) all.emplace_back(route.method, route.pattern);
    return all;
}

Response Router::not_found(std::string_view path) const {
    Absence absence = explain_ ? explain_(path) : Absence{};
    if (absence.message.empty())
        absence.message = fmt::format("The requested resource {} was not found", path);
    return error_response(404, absence.code, absence.message, path);
}

void Router::handle(Request request, Responder responder) const try {
    if (guard_) {
        if (auto refusal = guard_(request)) return responder.respond(std::move(*refusal));
    }
    const auto segments = split_path(request.path);
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::string allowed;
    for (const Route& route : routes_) {
        if (!match(route, segments, request.path_values)) continue;
        if (route.method == method) return route.handler(request, std::move(responder));
        if (allowed.find(route.method) == std::string::npos)
            allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
    if (allowed.empty()) return responder.respond(not_found(request.path));
    auto response = error_response(
        405, 20004, fmt::format("Method {} is not allowed here", request.method), request.path);
    response.headers.add("Allow", allowed);
    responder.respond(std::move(response));
} catch (...) {
    // The responder went with the stack and has answered 500.
    note_fault("request");
}

}  // namespace skyn3t::http
