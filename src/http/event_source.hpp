#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
namespace skyn3t::http {

// Names an event among those of one run of the server.
struct EventId {
    std::string run;  // without "-"
    std::uint64_t number = 0;
    bool operator==(const EventId&) const = default;
};

[[nodiscard]] std::string to_string(const EventId& id);  // "19af3c5b2d1-42"
// What a client sends back as Last-Event-ID; nothing for what is none of ours.
[[nodiscard]] std::optional<EventId> parse_event_id(std::string_view text);

// `data` without line breaks, as JSON is written.
[[nodiscard]] std::string event_text(const EventId& id, std::string_view type,
                                     std::string_view data);

}  // namespace skyn3t::http
