#include "server/event_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

namespace event_type = rest::event_type;

// How long a browser waits before it comes again.
constexpr std::string_view kGreeting = "retry: 3000\n\n";
constexpr std::string_view kBeat = ":\n\n";
// To a community: how many were lost, and whose, is not its business.
constexpr std::string_view kLost = R"({"reason":"too_many"})";

}  // namespace

bool EventHub::Subscriber::counts(const Kept& event) const {
    return !wanted.community || event.type == event_type::kGap ||
           event.community == *wanted.community;
}

bool EventHub::Subscriber::wants(const Kept& event) const {
    if (!counts(event)) return false;
    return event.type == event_type::kGap || wanted.types.empty() ||
           std::any_of(wanted.types.begin(), wanted.types.end(),
                       [&](const std::string& of) { return rest::is_of_type(event.type, of); });
}

std::string EventHub::Subscriber::text(const http::EventId& id, const Kept& event) const {
    const bool hides_count = wanted.community && event.type == event_type::kGap;
    return http::event_text(id, event.type, hides_count ? kLost : std::string_view(event.data));
}

void EventHub::Subscriber::queue(Text text) {
    waiting_octets += text->size();
    waiting.push_back(std::move(text));
}

Result<void> EventHub::subscribe(rest::EventSubscription subscription,
                                 const http::Responder& responder) {
    // Admitted first: from here on its events wait for it, and what it has missed is before them.
    const auto id = admit(std::move(subscription));
    if (!id) return tl::unexpected(id.error());
    http::Response head;
    head.content_type = "text/event-stream";
    head.headers.add("X-Accel-Buffering", "no");  // nginx would keep the events for itself
    auto stream = responder.stream(std::move(head), [this, id = *id] { gone(id); });
    if (!stream) {
        gone(*id);
        return fail(Errc::unsupported, "A stream of events needs HTTP/1.1");
    }
    {
        const std::lock_guard lock(mutex_);
        const auto found = subscribers_.find(*id);
        if (found == subscribers_.end()) return {};  // it has come and gone
        found->second.stream = std::move(stream);
        found->second.is_writing = false;
    }
    pump(*id);
    return {};
}

Result<EventHub::StreamId> EventHub::admit(rest::EventSubscription subscription) {
    const std::lock_guard lock(mutex_);
    const auto of_caller = static_cast<std::size_t>(std::count_if(
        subscribers_.begin(), subscribers_.end(),
        [&](const auto& entry) { return entry.second.wanted.caller == subscription.caller; }));
    if (of_caller >= limits_.streams_per_caller || subscribers_.size() >= limits_.streams)
        return fail(Errc::too_many,
                    fmt::format("There are {} streams of events already; close one first",
                                std::min(of_caller, limits_.streams_per_caller)));
    Subscriber subscriber;
    subscriber.wanted = std::move(subscription);
    subscriber.waiting.push_back(missed_by(subscriber));  // beside the limit
    subscribers_.emplace(++last_stream_, std::move(subscriber));
    return last_stream_;
}

http::EventId EventHub::latest_for(const Subscriber& subscriber) const {
    const auto& community = subscriber.wanted.community;
    if (!community) return {run_, events_};
    const auto found = events_of_.find(*community);
    // An id of another stream's numbering is none of this one's.
    return {run_ + community->str(), gaps_ + (found == events_of_.end() ? 0 : found->second)};
}

// What it shall read first: what has happened since it was here, if it was, and if that is known.
EventHub::Text EventHub::missed_by(const Subscriber& subscriber) const {
    std::string text(kGreeting);
    if (!subscriber.wanted.last_id) return std::make_shared<const std::string>(std::move(text));
    const auto last = http::parse_event_id(*subscriber.wanted.last_id);
    const auto latest = latest_for(subscriber);
    const bool is_ours = last && last->run == latest.run && last->number <= latest.number;
    const std::uint64_t since = is_ours ? last->number : 0;
    const auto kept = static_cast<std::uint64_t>(std::count_if(
        kept_.begin(), kept_.end(), [&](const Kept& event) { return subscriber.counts(event); }));
    http::EventId id{latest.run, latest.number - kept};
    if (!is_ours || since < id.number)
        // With the id of what came before: who is cut off here will come again for the rest.
        text += http::event_text(id, event_type::kGap, R"({"reason":"too_long_ago"})");
    for (const auto& event : kept_) {
        if (!subscriber.counts(event)) continue;
        ++id.number;
        if (id.number > since && subscriber.wants(event)) text += subscriber.text(id, event);
    }
    return std::make_shared<const std::string>(std::move(text));
}

void EventHub::publish(Event event) {
    tell({event.type, std::move(event.community), std::move(event.data)});
}

void EventHub::lost(std::size_t count) {
    tell({event_type::kGap, {}, fmt::format(R"({{"reason":"too_many","events":{}}})", count)});
}

void EventHub::tell(Kept event) {
    std::vector<StreamId> concerned;
    std::vector<std::shared_ptr<http::ResponseStream>> dropped;  // end when nothing is locked
    {
        const std::lock_guard lock(mutex_);
        ++events_;
        if (event.type == event_type::kGap)
            ++gaps_;
        else if (!event.community.empty())
            ++events_of_[event.community];
        std::map<std::string, Text> texts;  // by the numbering
        for (auto it = subscribers_.begin(); it != subscribers_.end();) {
            auto& [id, subscriber] = *it;
            if (!subscriber.wants(event)) {
                ++it;
                continue;
            }
            const auto id_there = latest_for(subscriber);
            Text& text = texts[id_there.run];
            if (!text) text = std::make_shared<const std::string>(subscriber.text(id_there, event));
            if (subscriber.waiting_octets + text->size() > limits_.waiting_octets) {
                log::warn("a stream of events is read too slowly and was dropped caller={}",
                          subscriber.wanted.caller.empty() ? "account" : subscriber.wanted.caller);
                ++dropped_;
                dropped.push_back(std::move(subscriber.stream));
                it = subscribers_.erase(it);
            } else {
                subscriber.queue(text);
                concerned.push_back(id);
                ++it;
            }
        }
        keep(std::move(event));
    }
    for (const StreamId id : concerned) pump(id);
}

void EventHub::keep(Kept event) {
    kept_octets_ += event.data.size();
    kept_.push_back(std::move(event));
    while (kept_.size() > limits_.kept || kept_octets_ > limits_.kept_octets) {
        kept_octets_ -= kept_.front().data.size();
        kept_.pop_front();
    }
}

// Everything that waits, as one chunk; the next one when this is written.
void EventHub::pump(StreamId id) {
    std::string chunk;
    std::shared_ptr<http::ResponseStream> stream;
    {
        const std::lock_guard lock(mutex_);
        const auto found = subscribers_.find(id);
        if (found == subscribers_.end()) return;
        Subscriber& subscriber = found->second;
        if (subscriber.is_writing || subscriber.waiting.empty()) return;
        for (const auto& text : std::exchange(subscriber.waiting, {})) chunk += *text;
        subscriber.waiting_octets = 0;
        subscriber.is_writing = true;
        stream = subscriber.stream;
    }
    stream->write(std::move(chunk), [this, id](bool is_there) { written(id, is_there); });
}

void EventHub::written(StreamId id, bool is_there) {
    if (!is_there) return gone(id);
    {
        const std::lock_guard lock(mutex_);
        const auto found = subscribers_.find(id);
        if (found == subscribers_.end()) return;
        found->second.is_writing = false;
    }
    pump(id);
}

void EventHub::gone(StreamId id) {
    std::shared_ptr<http::ResponseStream> stream;  // ends when nothing is locked
    const std::lock_guard lock(mutex_);
    const auto found = subscribers_.find(id);
    if (found == subscribers_.end()) return;
    stream = std::move(found->second.stream);
    subscribers_.erase(found);
}

void EventHub::beat() {
    static const auto beat = std::make_shared<const std::string>(kBeat);
    std::vector<StreamId> silent;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, subscriber] : subscribers_) {
            if (subscriber.is_writing || !subscriber.waiting.empty()) continue;
            subscriber.queue(beat);
            silent.push_back(id);
        }
    }
    for (const StreamId id : silent) pump(id);
}

EventHub::Counters EventHub::counters() const {
    const std::lock_guard lock(mutex_);
    return {subscribers_.size(), events_, dropped_};
}

}  // namespace skyn3t::server
