#include "http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/handle.hpp"
#include "http/transfer.hpp"

namespace skyn3t::http {
namespace {

using MultiHandle = Handle<CURLM, curl_multi_cleanup>;
using std::chrono::steady_clock;

void set_up_libcurl() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (once != CURLE_OK) throw std::runtime_error("libcurl cannot start");
}

FetchError canceled() { return {11200, Errc::canceled, "canceled"}; }

}  // namespace

CookieJar::CookieJar() {
    set_up_libcurl();
    share_ = curl_share_init();
    // No lock functions: a jar is used by one client, hence on one thread.
    curl_share_setopt(static_cast<CURLSH*>(share_), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
}
CookieJar::~CookieJar() { curl_share_cleanup(static_cast<CURLSH*>(share_)); }

class Client::Impl {
  public:
    explicit Impl(ClientOptions options) : options_(std::move(options)) {
        set_up_libcurl();
        multi_.reset(curl_multi_init());
        if (!multi_) throw std::runtime_error("libcurl cannot start");
        curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          static_cast<long>(options_.max_connections));
        thread_ = std::thread([this] { run(); });
    }
    ~Impl() {
        {
            const std::lock_guard lock(mutex_);
            is_stopping_ = true;
        }
        curl_multi_wakeup(multi_.get());
        thread_.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Result<RequestId> send(ClientRequest request, Completion done) {
        RequestId id = 0;
        {
            const std::lock_guard lock(mutex_);
            if (is_stopping_ || pending_ >= options_.max_pending)
                return skyn3t::fail(Errc::too_many, "too many HTTP requests are waiting");
            ++pending_;
            id = ++last_id_;
            arrived_.push_back(std::make_unique<Transfer>(id, std::move(request), std::move(done)));
        }
        curl_multi_wakeup(multi_.get());
        return id;
    }

    void cancel(RequestId id) {
        {
            const std::lock_guard lock(mutex_);
            canceled_.push_back(id);
        }
        curl_multi_wakeup(multi_.get());
    }

  private:
    void run() {
        while (take_orders()) {
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            reap();
            expire();
            curl_multi_poll(multi_.get(), nullptr, 0, patience(), nullptr);
        }
        while (!running_.empty()) abort(running_.begin()->first);
    }

    bool take_orders() {
        std::vector<std::unique_ptr<Transfer>> arrived;
        std::vector<RequestId> unwanted;
        bool is_stopping = false;
        {
            const std::lock_guard lock(mutex_);
            arrived.swap(arrived_);
            unwanted.swap(canceled_);
            is_stopping = is_stopping_;
        }
        for (auto& transfer : arrived) start(std::move(transfer));
        for (const RequestId id : unwanted) abort(id);
        return !is_stopping;
    }

    void start(std::unique_ptr<Transfer> transfer) {
        Transfer& started = *running_.emplace(transfer->id(), std::move(transfer)).first->second;
        if (auto error = started.begin(options_, steady_clock::now())) {
            started.fail(std::move(*error));
            return finish(started);
        }
        curl_multi_add_handle(multi_.get(), started.easy());
    }

    void finish(Transfer& transfer) {
        const auto node = running_.extract(transfer.id());
        {
            const std::lock_guard lock(mutex_);
            --pending_;
        }
        node.mapped()->complete();
    }

    void end_hop(Transfer& transfer, CURLcode code) {
        curl_multi_remove_handle(multi_.get(), transfer.easy());
        if (transfer.on_done(code, steady_clock::now()) == Transfer::Next::another_hop)
            curl_multi_add_handle(multi_.get(), transfer.easy());
        else
            finish(transfer);
    }

    void abort(RequestId id) {
        const auto found = running_.find(id);
        if (found == running_.end()) return;
        curl_multi_remove_handle(multi_.get(), found->second->easy());
        found->second->fail(canceled());
        finish(*found->second);
    }

    void reap() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            Transfer* transfer = nullptr;
            const CURLcode code =
                message->data.result;  // removing the handle ends the message's life
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            end_hop(*transfer, code);
        }
    }

    void expire() {
        const SteadyTime now = steady_clock::now();
        std::vector<Transfer*> late;
        for (const auto& [id, transfer] : running_)
            if (transfer->deadline() <= now) late.push_back(transfer.get());
        for (Transfer* transfer : late) end_hop(*transfer, CURLE_OPERATION_TIMEDOUT);
    }

    int patience() const {
        SteadyTime wake = steady_clock::now() + std::chrono::seconds(1);
        for (const auto& [id, transfer] : running_) wake = std::min(wake, transfer->deadline());
        const auto wait = std::chrono::ceil<milliseconds>(wake - steady_clock::now());
        return static_cast<int>(std::max<std::int64_t>(0, wait.count()));
    }

    ClientOptions options_;
    MultiHandle multi_;
    std::unordered_map<RequestId, std::unique_ptr<Transfer>> running_;  // the thread's own

    std::mutex mutex_;
    std::vector<std::unique_ptr<Transfer>> arrived_;
    std::vector<RequestId> canceled_;
    RequestId last_id_ = 0;
    std::size_t pending_ = 0;
    bool is_stopping_ = false;

    std::thread thread_;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;

Result<Client::RequestId> Client::send(ClientRequest request, Completion done) {
    return impl_->send(std::move(request), std::move(done));
}

void Client::cancel(RequestId id) { impl_->cancel(id); }

FetchResult Client::fetch(ClientRequest request) {
    std::promise<FetchResult> promise;
    auto result = promise.get_future();
    const auto sent = send(std::move(request), [&promise](FetchResult outcome) {
        promise.set_value(std::move(outcome));
    });
    if (!sent) return tl::unexpected(FetchError{11200, sent.error().code, sent.error().detail});
    return result.get();
}

}  // namespace skyn3t::http
