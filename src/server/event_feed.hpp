#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/timer_wheel.hpp"
#include "model/alert.hpp"
#include "model/call_record.hpp"
#include "rest/services.hpp"
#include "server/event_hub.hpp"
#include "store/audit_store.hpp"
#include "store/binding_store.hpp"

namespace skyn3t::server {

// A phone that registered, or no longer does.
struct PhoneNews {
    store::StoredBinding binding;
    std::string_view reason{};  // why it is gone
};

// What happens, on its way to the hub: written down where it happens, in no time, and made into
// the API's JSON on a thread of its own, since that asks the database. When its queue is full it
// is lost, and the hub says how much. Any thread may tell.
class EventFeed {
  public:
    using What = std::variant<model::CallRecord, PhoneNews, model::Alert, store::AuditEntry,
                              rest::ProvisioningView>;
    struct News {
        std::string_view type;   // of rest/event_stream.hpp
        CommunitySid community;  // empty: the platform's
        What what;
    };
    using Write = std::function<std::string(const News&)>;  // its JSON

    static constexpr std::size_t kQueue = 4096;
    static constexpr std::chrono::seconds kBeatEvery{15};

    // `wheel` is the signalling thread's, on which this is made and ends.
    EventFeed(TimerWheel& wheel, EventHub& hub);
    ~EventFeed();
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;

    void tell(News news);
    // Whether anybody hears it now.
    bool has_listeners() const { return hub_.counters().streams > 0; }
    // Before it, what was told waits. `settle` is called before events go out to somebody: what
    // they tell of is then where the API reads it.
    void start(Write write, std::function<void()> settle = {});
    // Of what `write` asks nothing is needed after it. May be called again.
    void stop();

  private:
    void run();
    void pass_on(std::vector<News>& news);
    void beat();

    EventHub& hub_;
    Timer beat_;
    Write write_;  // both of the thread's
    std::function<void()> settle_;
    BoundedQueue<News> queue_{kQueue};
    std::atomic<std::size_t> lost_ = 0;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool has_news_ = false, wants_beat_ = false, is_ending_ = false;
    std::thread thread_;
};

// What the server tells its feed, as the API writes it; `api` outlives it.
[[nodiscard]] EventFeed::Write event_writer(const rest::ApiOptions& options,
                                            const rest::ApiServices& api, std::string base);

}  // namespace skyn3t::server
