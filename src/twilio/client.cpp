#include "twilio/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/form.hpp"

namespace skyn3t::twilio {
namespace {

constexpr const char* kPageSize = "1000";  // the most that Twilio gives
constexpr std::size_t kMaxPages = 1000;    // a server that never ends its list is at fault

// What one attempt came to: an answer, a refusal, or the doubt whether it was carried out.
struct Attempt {
    enum class Kind { done, refused, not_processed, in_doubt } kind;
    Json body{};
    Failure failure{};
};

Failure failure_of(int status, const std::string& body) {
    Failure failure{status, 0, {}};
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_object()) {
        failure.code =
            json.contains("code") && json["code"].is_number_integer() ? json["code"].get<int>() : 0;
        if (json.contains("message") && json["message"].is_string())
            failure.message = json["message"].get<std::string>();
    }
    if (failure.message.empty()) failure.message = fmt::format("HTTP {}", status);
    return failure;
}

Attempt attempt(Transport& transport, const Request& request) {
    using Kind = Attempt::Kind;
    const auto response = transport.send(request);
    if (!response) return {Kind::in_doubt, {}, {0, 0, response.error().detail}};
    const int status = response->status;
    if (status == 429) return {Kind::not_processed, {}, failure_of(status, response->body)};
    if (status >= 500) return {Kind::in_doubt, {}, failure_of(status, response->body)};
    if (status >= 300) return {Kind::refused, {}, failure_of(status, response->body)};
    if (response->body.empty()) return {Kind::done, Json::object(), {}};
    Json body = Json::parse(response->body, nullptr, false);
    if (!body.is_object()) return {Kind::in_doubt, {}, {0, 0, "the answer is no JSON object"}};
    return {Kind::done, std::move(body), {}};
}

tl::unexpected<Failure> passed_on(Failure failure) {
    return tl::unexpected<Failure>(std::move(failure));
}

std::optional<std::string> find_text(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

// Where the next page is: next_page_uri of v2010, meta.next_page_url of the later APIs, which names
// the host as well.
std::optional<std::string> next_page(const Json& page) {
    if (auto uri = find_text(page, "next_page_uri")) return uri;
    const auto meta = page.find("meta");
    if (meta == page.end() || !meta->is_object()) return std::nullopt;
    const auto url = find_text(*meta, "next_page_url");
    if (!url) return std::nullopt;
    const auto scheme = url->find("://");
    const auto start = scheme == std::string::npos ? 0 : url->find('/', scheme + 3);
    return start == std::string::npos ? std::nullopt : std::optional(url->substr(start));
}

const Json* items_of(const Json& page, const std::string& key) {
    const auto items = page.find(key);
    return items != page.end() && items->is_array() ? &*items : nullptr;
}

}  // namespace

std::string_view to_string(Product product) {
    switch (product) {
        case Product::numbers:
            return "numbers";
        case Product::pricing:
            return "pricing";
        default:
            return "api";
    }
}

bool Failure::is_general() const {
    return status == 0 || status == 401 || status == 403 || status == 429 || status >= 500;
}

Error to_error(const Failure& failure) {
    const auto errc = [&] {
        switch (failure.status) {
            case 0:
                return Errc::unavailable;
            case 401:
                return Errc::unauthorized;
            case 403:
                return Errc::forbidden;
            case 404:
                return Errc::not_found;
            case 409:
                return Errc::conflict;
            case 429:
                return Errc::too_many;
            default:
                return failure.status >= 500 ? Errc::unavailable : Errc::invalid_argument;
        }
    }();
    return {errc,
            failure.code ? fmt::format("{} ({})", failure.message, failure.code) : failure.message};
}

std::string Client::path(const std::string& rest) const {
    return "/2010-04-01/Accounts/" + account_ + rest;
}

// False when there is nobody to wait for any more, or no patience.
bool Client::wait_before(unsigned attempt_number) const {
    if (attempt_number == 0) return true;
    if (attempt_number >= patience_.tries) return false;
    milliseconds pause = patience_.first;
    for (unsigned i = 1; i < attempt_number && pause < patience_.longest; ++i) pause *= 2;
    return patience_.wait(std::min(pause, patience_.longest));
}

Answer<Json> Client::repeatable(const Request& request) {
    Failure last{0, 0, "not tried"};
    for (unsigned n = 0; wait_before(n); ++n) {
        Attempt result = attempt(transport_, request);
        if (result.kind == Attempt::Kind::done) return std::move(result.body);
        if (result.kind == Attempt::Kind::refused) return passed_on(std::move(result.failure));
        last = std::move(result.failure);
    }
    return passed_on(std::move(last));
}

Answer<Json> Client::create(const std::string& where, const http::Params& form, const Find& find) {
    Request request{"POST", Product::api, where, {}, form};
    Failure last{0, 0, "not tried"};
    bool in_doubt = false;
    for (unsigned n = 0; wait_before(n); ++n) {
        if (in_doubt) {
            auto found = find();
            if (!found) return passed_on(found.error());
            if (*found) return std::move(**found);
        }
        Attempt result = attempt(transport_, request);
        if (result.kind == Attempt::Kind::done) return std::move(result.body);
        last = std::move(result.failure);
        if (result.kind == Attempt::Kind::in_doubt) in_doubt = true;
        if (result.kind != Attempt::Kind::refused) continue;
        // Lists lag behind at Twilio: "exists already" after a lost answer is our own creation.
        if (in_doubt)
            if (auto found = find(); found && *found) return std::move(**found);
        return passed_on(std::move(last));
    }
    if (in_doubt)
        if (auto found = find(); found && *found) return std::move(**found);
    return passed_on(std::move(last));
}

Answer<Json> Client::get(const Request& request) { return repeatable(request); }

Answer<Json> Client::update(const std::string& where, const http::Params& form) {
    return repeatable({"POST", Product::api, where, {}, form});
}

// What is gone already is as it should be, whoever removed it.
Answer<void> Client::remove(const std::string& where) {
    const auto done = repeatable({"DELETE", Product::api, where, {}, {}});
    if (done || done.error().is_missing()) return {};
    return passed_on(done.error());
}

Answer<std::vector<Json>> Client::list(const std::string& where, const std::string& key,
                                       const http::Params& query, Product product) {
    std::vector<Json> all;
    Request request{"GET", product, where, query, {}};
    request.query.add("PageSize", kPageSize);
    for (std::size_t pages = 0; pages < kMaxPages; ++pages) {
        const auto page = get(request);
        if (!page) return passed_on(page.error());
        const Json* items = items_of(*page, key);
        if (!items) return passed_on({0, 0, fmt::format("the answer of {} has no {}", where, key)});
        for (const Json& item : *items)
            if (item.is_object()) all.push_back(item);
        const auto next = next_page(*page);
        if (!next) return all;
        request = {"GET", product, *next, {}, {}};
    }
    return passed_on({0, 0, fmt::format("the list at {} does not end", where)});
}

Client::Find Client::find_in(const std::string& where, const std::string& key,
                             const std::string& field, const std::string& value,
                             const http::Params& query) {
    return [=, this]() -> Answer<std::optional<Json>> {
        const auto items = list(where, key, query);
        if (!items) return passed_on(items.error());
        for (const Json& item : *items)
            if (find_text(item, field.c_str()) == value) return std::optional(item);
        return std::optional<Json>();
    };
}

}  // namespace skyn3t::twilio
