#include "server/event_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/faults.hpp"
#include "rest/call_json.hpp"
#include "rest/monitor_json.hpp"
#include "rest/provisionings.hpp"
#include "rest/registrations.hpp"

namespace skyn3t::server {
namespace {

// One kind of news after the other.
struct Writer {
    rest::ApiOptions options;
    rest::ApiServices api;
    std::string base;

    rest::Json operator()(const model::CallRecord& call) const {
        return rest::CallWriter(options.account, api)(call);
    }
    rest::Json operator()(const PhoneNews& phone) const {
        const auto& binding = phone.binding;
        rest::RegistrationView view;
        if (const auto names = api.communities.names())
            for (const auto& name : *names)
                if (name.sid == binding.community) view.community = name.code;
        view.username = binding.user;
        view.domain = binding.domain;
        view.contact = binding.contact;
        view.flow = fmt::format("{}:{}", binding.peer_transport, binding.peer);
        view.user_agent = binding.user_agent;
        view.registered = binding.registered;
        view.expires = binding.expires;
        auto json = rest::to_json(view);
        if (!phone.reason.empty()) json["reason"] = phone.reason;
        return json;
    }
    rest::Json operator()(const model::Alert& alert) const {
        return rest::to_json(alert, options.account, base);
    }
    rest::Json operator()(const store::AuditEntry& entry) const {
        return rest::to_json(entry, options.account, base);
    }
    rest::Json operator()(const rest::ProvisioningView& view) const { return rest::to_json(view); }
};

}  // namespace

EventFeed::Write event_writer(const rest::ApiOptions& options, const rest::ApiServices& api,
                              std::string base) {
    return [writer = Writer{options, api, std::move(base)}](const EventFeed::News& news) {
        return std::visit(writer, news.what)
            .dump(-1, ' ', false, rest::Json::error_handler_t::replace);
    };
}

EventFeed::EventFeed(TimerWheel& wheel, EventHub& hub)
    : hub_(hub), beat_(wheel, [this] { beat(); }) {}

EventFeed::~EventFeed() { stop(); }

void EventFeed::stop() {
    beat_.stop();
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void EventFeed::tell(News news) {
    if (!queue_.push(std::move(news))) ++lost_;
    {
        const std::lock_guard lock(mutex_);
        has_news_ = true;
    }
    wake_.notify_one();
}

void EventFeed::start(Write write, std::function<void()> settle) {
    write_ = std::move(write);
    settle_ = std::move(settle);
    thread_ = std::thread([this] { run(); });
    beat_.start_after(kBeatEvery);
}

void EventFeed::beat() {
    {
        const std::lock_guard lock(mutex_);
        wants_beat_ = true;
    }
    wake_.notify_one();
    beat_.start_after(kBeatEvery);
}

void EventFeed::run() {
    std::vector<News> news;
    for (;;) {
        bool beats = false;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return has_news_ || wants_beat_ || is_ending_; });
            if (is_ending_) return;
            has_news_ = false;
            beats = std::exchange(wants_beat_, false);
        }
        // What one piece of news cannot be told must not end the telling of all others.
        if (!run_guarded("event feed", [&] { pass_on(news); })) news.clear();
        if (beats) hub_.beat();
    }
}

void EventFeed::pass_on(std::vector<News>& news) {
    queue_.drain(news);
    if (settle_ && !news.empty() && has_listeners()) settle_();
    for (const auto& its : news) hub_.publish({its.type, its.community, write_(its)});
    news.clear();
    if (const auto lost = lost_.exchange(0); lost > 0) hub_.lost(lost);
}

}  // namespace skyn3t::server
