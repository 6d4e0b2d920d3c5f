#include "http/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/faults.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "http/fetch_error.hpp"
#include "http/signature.hpp"

namespace skyn3t::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxHeaderOctets = 64 * 1024;
constexpr std::string_view kFormType = "application/x-www-form-urlencoded; charset=utf-8";

long to_ms(std::chrono::nanoseconds time) {
    // libcurl takes 0 for "no limit".
    return std::max(1L, static_cast<long>(std::chrono::ceil<milliseconds>(time).count()));
}

struct Range {
    unsigned low;
    unsigned high;
};
// A value outside its range counts as the nearest one in it; what is not a number counts as absent.
std::optional<unsigned> number(const Params& overrides, std::string_view key, Range range) {
    const auto text = overrides.find(key);
    unsigned value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return std::clamp(value, range.low, range.high);
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

template <class Visit>
bool each_of_list(std::string_view list, Visit visit) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (!visit(trim(list.substr(0, comma)))) return false;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return true;
}

bool is_retry_condition(std::string_view word) {
    return word == "4xx" || word == "5xx" || word == "ct" || word == "rt" || word == "all";
}

std::string decoded(std::string_view text) {
    return percent_decode(text).value_or(std::string(text));
}

bool is_same_origin(const Url& one, const Url& other) {
    return one.scheme == other.scheme && one.host == other.host &&
           one.effective_port() == other.effective_port();
}

// As signatures see it, which leave a port out over https and try it both ways over http.
bool is_own(const Url& url, const std::string& own_url) {
    if (own_url.empty()) return false;
    const auto own = parse_url(own_url);
    return own && url.host == own->host &&
           (url.scheme == "https" || url.port == 0 ||
            url.effective_port() == own->effective_port());
}

}  // namespace

Transfer::Transfer(Client::RequestId id, ClientRequest request, Client::Completion done)
    : id_(id), request_(std::move(request)), done_(std::move(done)) {}

std::optional<FetchError> Transfer::begin(const ClientOptions& options, SteadyTime now) {
    options_ = &options;
    started_ = now;
    url_ = request_.url;
    if (!request_.signing_token.empty()) idempotency_token_ = random_hex(16);
    if (auto error = apply_overrides()) return error;
    return prepare(now);
}

// webhooks.md, section 6. `sni` and `e` have no meaning here and are ignored, as unknown keys are.
std::optional<FetchError> Transfer::apply_overrides() {
    const auto url = parse_url(url_);
    if (!url) return FetchError{11100, Errc::invalid_argument, url.error().detail};
    const auto overrides = parse_form(url->fragment);
    if (!overrides) return std::nullopt;  // an ordinary fragment
    if (const auto ms = number(*overrides, "ct", {100, 10000}))
        request_.connect_timeout = milliseconds(*ms);
    if (const auto ms = number(*overrides, "rt", {100, 15000}))
        request_.read_timeout = milliseconds(*ms);
    if (const auto ms = number(*overrides, "tt", {100, 15000}))
        request_.total_timeout = milliseconds(*ms);
    if (const auto count = number(*overrides, "rc", {0, 5})) request_.retries = *count;
    if (const auto policy = overrides->find("rp")) {
        if (!each_of_list(*policy, is_retry_condition))
            return FetchError{11243, Errc::invalid_argument,
                              "bad retry policy rp=" + quoted(*policy, 40)};
        request_.retry_on = *policy;
    }
    return std::nullopt;
}

std::optional<FetchError> Transfer::prepare(SteadyTime now) {
    auto url = parse_url(url_);
    if (!url) return FetchError{11100, Errc::invalid_argument, url.error().detail};
    if (request_.reach == Reach::guarded && is_own(*url, options_->own_url))
        return FetchError{11205, Errc::forbidden,
                          fmt::format("{} is this server itself: write its documents' addresses "
                                      "exactly as the server shows them, without a redirect",
                                      url->host)};
    easy_.reset(curl_easy_init());
    if (!easy_) return FetchError{11200, Errc::unavailable, "libcurl is out of memory"};
    response_ = {};
    is_connected_ = is_too_large_ = false;
    refused_address_.clear();
    last_octet_ = now;

    set_credentials(*url);
    if (request_.method == "GET" && sends_params_ && !request_.form.empty()) {
        url->query += (url->query.empty() ? "" : "&") + encode_form(request_.form);
        url->has_query = true;
    }
    // Rebuilt from its parts, so that what is signed is what libcurl asks for.
    response_.url = url->scheme + "://" + url->authority() + url->target();
    set_body();
    set_headers();
    set_callbacks();

    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_URL, response_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, to_ms(request_.connect_timeout));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, to_ms(started_ + request_.total_timeout - now));
    if (!options_->ca_file.empty())
        curl_easy_setopt(easy, CURLOPT_CAINFO, options_->ca_file.c_str());
    if (!options_->pinned_key.empty()) {
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, options_->pinned_key.c_str());
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (request_.cookies) {
        curl_easy_setopt(easy, CURLOPT_SHARE, request_.cookies->share_);
        curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");  // switches the cookie engine on
    }
    return std::nullopt;
}

// The caller's credentials are sent at once; those in a URL may be Basic or Digest, so the server
// is asked first.
void Transfer::set_credentials(const Url& url) {
    std::string user;
    std::string password;
    if (request_.credentials) {
        user = request_.credentials->user;
        password = request_.credentials->password;
        curl_easy_setopt(easy_.get(), CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    } else if (!url.userinfo.empty()) {
        const auto colon = std::min(url.userinfo.find(':'), url.userinfo.size());
        user = decoded(url.userinfo.substr(0, colon));
        password = decoded(url.userinfo.substr(std::min(colon + 1, url.userinfo.size())));
        curl_easy_setopt(easy_.get(), CURLOPT_HTTPAUTH,
                         static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    } else {
        return;
    }
    curl_easy_setopt(easy_.get(), CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_PASSWORD, password.c_str());
}

void Transfer::set_body() {
    const bool is_form = request_.body.empty();
    body_.clear();
    if (sends_params_ && request_.method != "GET")
        body_ = is_form ? encode_form(request_.form) : request_.body;
    if (!body_.empty() && !is_form && !request_.signing_token.empty())
        response_.url = url_with_body_hash(response_.url, body_);

    CURL* easy = easy_.get();
    if (request_.method == "GET") return;
    if (request_.method == "POST" || !body_.empty()) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body_.data());
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_headers() {
    curl_slist* list = nullptr;
    const auto append = [&list](std::string_view name, std::string_view value) {
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return;
        if (curl_slist* longer =
                curl_slist_append(list, fmt::format("{}: {}", name, value).c_str()))
            list = longer;
    };
    for (const auto& [name, value] : request_.headers) append(name, value);
    append("User-Agent", options_->user_agent);
    const bool is_form = request_.body.empty();
    if (!body_.empty())
        append("Content-Type", is_form ? kFormType : std::string_view(request_.content_type));
    if (!request_.signing_token.empty()) {
        const bool signs_params = !body_.empty() && is_form;
        append("X-Twilio-Signature", twilio_signature(request_.signing_token, response_.url,
                                                      signs_params ? request_.form : Params()));
        append("I-Twilio-Idempotency-Token", idempotency_token_);
    }
    // libcurl would wait a second for "100 Continue" before a long body.
    if (curl_slist* longer = curl_slist_append(list, "Expect:")) list = longer;
    header_list_.reset(list);
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, list);
}

void Transfer::set_callbacks() {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

Transfer::Next Transfer::on_done(CURLcode code, SteadyTime now) {
    result_ = outcome(code, now);
    std::optional<FetchError> error;
    if (result_ && is_redirect(result_->status)) {
        char* location = nullptr;
        curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &location);
        if (location == nullptr) return Next::finished;
        url_ = location;
        error = follow(*result_);
    } else if (should_retry(result_) && now < started_ + request_.total_timeout) {
        ++retries_;
    } else {
        return Next::finished;
    }
    if (!error) error = prepare(now);
    if (!error) return Next::another_hop;
    fail(std::move(*error));
    return Next::finished;
}

std::optional<FetchError> Transfer::follow(const ClientResponse& response) {
    if (++hops_ > request_.max_redirects)
        return FetchError{11215, Errc::too_many,
                          fmt::format("more than {} redirects", request_.max_redirects)};
    const auto from = parse_url(response.url);
    const auto to = parse_url(url_);
    if (!to) return FetchError{11100, Errc::invalid_argument, "redirect: " + to.error().detail};
    // RFC 9110, sections 15.4.2 to 15.4.4: only 307 and 308 promise to keep the method and the
    // body.
    const bool keeps_body = response.status == 307 || response.status == 308;
    if (!keeps_body && request_.method == "POST") request_.method = "GET";
    if (request_.form_after_redirect)
        request_.form = *request_.form_after_redirect;
    else if (!keeps_body || request_.method == "GET")
        sends_params_ = false;  // those of a GET were in the old URL's query
    if (!from || !is_same_origin(*from, *to)) {
        request_.credentials.reset();
        request_.headers.set("Authorization", "");
    }
    // The user-info of the first URL is for its own origin only, however many hops lie between.
    if (const auto first = parse_url(request_.url);
        first && is_same_origin(*first, *to) && to->userinfo.empty() && !first->userinfo.empty()) {
        url_.insert(url_.find("://") + 3, first->userinfo + "@");
    }
    return std::nullopt;
}

bool Transfer::wants_retry_on(std::string_view condition) const {
    return !each_of_list(request_.retry_on,
                         [&](std::string_view word) { return word != condition && word != "all"; });
}

bool Transfer::should_retry(const FetchResult& result) const {
    if (retries_ >= request_.retries) return false;
    if (result)
        return (result->status / 100 == 4 && wants_retry_on("4xx")) ||
               (result->status / 100 == 5 && wants_retry_on("5xx"));
    const int code = result.error().code;
    if (code == 11201 || code == 11202 || code == 11220) return wants_retry_on("ct");
    return result.error().errc == Errc::timeout && wants_retry_on("rt");
}

FetchResult Transfer::outcome(CURLcode code, SteadyTime now) {
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        response_.duration = std::chrono::duration_cast<milliseconds>(now - started_);
        return std::move(response_);
    }
    if (!refused_address_.empty() && !is_connected_)
        return tl::unexpected(
            FetchError{11205, Errc::forbidden,
                       fmt::format("{} leads to {}, which is not a public address: add it to "
                                   "webhooks.allow if that is meant",
                                   response_.url, refused_address_)});
    if (is_too_large_)
        return tl::unexpected(FetchError{
            11750, Errc::too_large, fmt::format("the answer is over {} bytes", request_.max_body)});
    // libcurl may be a little early.
    const bool is_time_up = now + 50ms >= started_ + request_.total_timeout;
    return tl::unexpected(explain_failure(
        {easy_.get(), code, is_connected_, retries_ > 0 && is_time_up}, response_.url));
}

SteadyTime Transfer::deadline() const {
    const SteadyTime end = started_ + request_.total_timeout;
    return is_connected_ ? std::min(end, last_octet_ + request_.read_timeout) : end;
}

void Transfer::complete() {
    run_guarded("completion of a request", [this] { done_(std::move(result_)); });
}

bool Transfer::permits(const asio::ip::address& address) {
    if (request_.reach == Reach::anywhere || options_->guard.permits(address)) return true;
    refused_address_ = address.to_string();
    return false;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count,
                              void* self) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t octets = size * count;
    transfer.last_octet_ = std::chrono::steady_clock::now();
    transfer.is_too_large_ |= transfer.response_.body.size() + octets > transfer.request_.max_body;
    if (transfer.is_too_large_) return 0;
    transfer.response_.body.append(data, octets);
    return octets;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count,
                                void* self) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t octets = size * count;
    const std::string_view line = trim({data, octets});
    transfer.last_octet_ = std::chrono::steady_clock::now();
    // A status line begins the final answer, after "100 Continue" or a challenge that libcurl has
    // answered.
    if (line.starts_with("HTTP/")) {
        transfer.response_.headers = {};
        transfer.header_octets_ = 0;
    }
    transfer.header_octets_ += octets;
    transfer.is_too_large_ |= transfer.header_octets_ > kMaxHeaderOctets;
    if (transfer.is_too_large_) return 0;
    if (const auto colon = line.find(':');
        colon != std::string_view::npos && !line.starts_with("HTTP/"))
        transfer.response_.headers.add(line.substr(0, colon),
                                       std::string(trim(line.substr(colon + 1))));
    return octets;
}

// Asked for each address that libcurl is about to connect to, so that a name which resolves to
// another address the second time (DNS rebinding) gains nothing.
curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    char text[INET6_ADDRSTRLEN] = {};
    const void* octets = address->family == AF_INET
                             ? static_cast<const void*>(
                                   &reinterpret_cast<const sockaddr_in&>(address->addr).sin_addr)
                             : &reinterpret_cast<const sockaddr_in6&>(address->addr).sin6_addr;
    std::error_code error;
    if (inet_ntop(address->family, octets, text, sizeof text) == nullptr) return CURL_SOCKET_BAD;
    const auto parsed = asio::ip::make_address(text, error);
    if (error || !static_cast<Transfer*>(self)->permits(parsed)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// A kept connection opens no socket: this is asked before each request on it.
int Transfer::on_connected(void* self, char* primary, char*, int, int) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    std::error_code error;
    const auto address = asio::ip::make_address(primary, error);
    if (error || !transfer.permits(address)) return CURL_PREREQFUNC_ABORT;
    transfer.is_connected_ = true;
    transfer.last_octet_ = std::chrono::steady_clock::now();
    return CURL_PREREQFUNC_OK;
}

}  // namespace skyn3t::http
