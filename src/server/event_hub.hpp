#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/event_source.hpp"
#include "rest/event_stream.hpp"

namespace skyn3t::server {

struct Event {
    std::string_view type;   // of rest/event_stream.hpp
    CommunitySid community;  // empty: of the platform, seen by the account only
    std::string data;        // JSON
};

// Gives each event to whom it concerns, and keeps the latest for those who were away. Everything
// here is bounded: the events that are kept, the streams, and what waits for one of them - who
// reads too slowly is dropped. A stream of one community numbers that community's events alone, so
// that its ids say nothing of how much happens elsewhere. From any thread; it outlives the HTTP
// server.
class EventHub final : public rest::EventStreams {
  public:
    struct Limits {
        std::size_t kept = 1000;  // events, for Last-Event-ID
        std::size_t kept_octets = 8 * 1024 * 1024;
        std::size_t waiting_octets = 4 * 1024 * 1024;  // of one stream
        std::size_t streams_per_caller = 10;           // of the account, or of one key
        std::size_t streams = 100;
    };
    // `run` tells this run of the server from the others.
    EventHub(std::string run, const Limits& limits) : run_(std::move(run)), limits_(limits) {}
    explicit EventHub(std::string run) : EventHub(std::move(run), Limits{}) {}

    Result<void> subscribe(rest::EventSubscription subscription,
                           const http::Responder& responder) override;
    void publish(Event event);
    // So many could not be published.
    void lost(std::size_t count);
    // A comment to who has heard nothing else, so that proxies and clients know that all is well.
    void beat();

    struct Counters {
        std::size_t streams = 0;
        std::uint64_t events = 0, dropped_streams = 0;
    };
    Counters counters() const;

  private:
    using Text = std::shared_ptr<const std::string>;  // shared by those who get it
    struct Kept {
        std::string_view type;
        CommunitySid community;
        std::string data;
    };
    struct Subscriber {
        rest::EventSubscription wanted;
        std::shared_ptr<http::ResponseStream> stream{};  // none: not open yet
        std::deque<Text> waiting{};
        std::size_t waiting_octets = 0;
        bool is_writing = true;

        // Is it numbered in this stream, whether or not it is of a type that is wanted?
        bool counts(const Kept& event) const;
        bool wants(const Kept& event) const;
        std::string text(const http::EventId& id, const Kept& event) const;
        void queue(Text text);
    };
    using StreamId = std::uint64_t;

    Result<StreamId> admit(rest::EventSubscription subscription);
    // Of the latest event that counts for it; those before it count down from there.
    http::EventId latest_for(const Subscriber& subscriber) const;
    Text missed_by(const Subscriber& subscriber) const;
    void keep(Kept event);
    void pump(StreamId id);
    void written(StreamId id, bool is_there);
    void gone(StreamId id);
    void tell(Kept event);

    const std::string run_;
    const Limits limits_;
    mutable std::mutex mutex_;  // of all below; not held while a stream is written to
    std::uint64_t events_ = 0;  // of all
    std::uint64_t gaps_ = 0;    // of these, those that count for everybody
    std::map<CommunitySid, std::uint64_t> events_of_;
    std::deque<Kept> kept_;
    std::size_t kept_octets_ = 0;
    StreamId last_stream_ = 0;
    std::map<StreamId, Subscriber> subscribers_;
    std::uint64_t dropped_ = 0;
};

}  // namespace skyn3t::server
