#include <array>
#include <cstddef>

#include "base/text.hpp"
#include "sip/header.hpp"

namespace skyn3t::sip {
namespace {

// In the order of HeaderId.
constexpr std::array kNames = std::to_array<std::string_view>({
    "",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Alert-Info",
    "Allow",
    "Allow-Events",
    "Authentication-Info",
    "Authorization",
    "Call-ID",
    "Call-Info",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "CSeq",
    "Date",
    "Diversion",
    "Error-Info",
    "Event",
    "Expires",
    "Flow-Timer",
    "From",
    "History-Info",
    "In-Reply-To",
    "Info-Package",
    "Max-Forwards",
    "MIME-Version",
    "Min-Expires",
    "Min-SE",
    "Organization",
    "P-Asserted-Identity",
    "P-Preferred-Identity",
    "Path",
    "Priority",
    "Privacy",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "RAck",
    "Reason",
    "Record-Route",
    "Recv-Info",
    "Refer-Sub",
    "Refer-To",
    "Referred-By",
    "Remote-Party-ID",
    "Replaces",
    "Reply-To",
    "Request-Disposition",
    "Require",
    "Retry-After",
    "Route",
    "RSeq",
    "Server",
    "Service-Route",
    "Session-Expires",
    "SIP-ETag",
    "SIP-If-Match",
    "Subject",
    "Subscription-State",
    "Supported",
    "Timestamp",
    "To",
    "Unsupported",
    "User-Agent",
    "User-to-User",
    "Via",
    "Warning",
    "WWW-Authenticate",
});
static_assert(kNames.size() == static_cast<std::size_t>(HeaderId::www_authenticate) + 1);

constexpr std::size_t kSlots = 512;

constexpr std::size_t hash(std::string_view name) {
    const auto at = [name](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(to_lower(name[i])));
    };
    const std::size_t n = name.size();
    return (n * 37 + at(0) * 131 + at(n / 2) * 29 + at(n - 1) * 7 + at(n - 2) * 67) % kSlots;
}

// Open addressing, filled when compiled; a name is found in one or two comparisons.
constexpr std::array<std::uint8_t, kSlots> make_slots() {
    std::array<std::uint8_t, kSlots> slots{};
    for (std::size_t id = 1; id < kNames.size(); ++id) {
        std::size_t slot = hash(kNames[id]);
        while (slots[slot] != 0) slot = (slot + 1) % kSlots;
        slots[slot] = static_cast<std::uint8_t>(id);
    }
    return slots;
}
constexpr auto kHashSlots = make_slots();

// RFC 3261 §7.3.3 and the registrations since.
constexpr HeaderId compact_form(char letter) {
    switch (to_lower(letter)) {
        case 'b':
            return HeaderId::referred_by;
        case 'c':
            return HeaderId::content_type;
        case 'd':
            return HeaderId::request_disposition;
        case 'e':
            return HeaderId::content_encoding;
        case 'f':
            return HeaderId::from;
        case 'i':
            return HeaderId::call_id;
        case 'k':
            return HeaderId::supported;
        case 'l':
            return HeaderId::content_length;
        case 'm':
            return HeaderId::contact;
        case 'o':
            return HeaderId::event;
        case 'r':
            return HeaderId::refer_to;
        case 's':
            return HeaderId::subject;
        case 't':
            return HeaderId::to;
        case 'u':
            return HeaderId::allow_events;
        case 'v':
            return HeaderId::via;
        case 'x':
            return HeaderId::session_expires;
        default:
            return HeaderId::other;
    }
}

// In the order of Method.
constexpr std::array kMethods = std::to_array<std::string_view>(
    {"", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "INFO", "MESSAGE", "NOTIFY",
     "PRACK", "PUBLISH", "REFER", "SUBSCRIBE", "UPDATE"});
static_assert(kMethods.size() == static_cast<std::size_t>(Method::update) + 1);

constexpr std::array kTransports =
    std::to_array<std::string_view>({"UDP", "TCP", "TLS", "WS", "WSS", ""});

}  // namespace

std::string_view name_of(HeaderId id) { return kNames[static_cast<std::size_t>(id)]; }

HeaderId header_id(std::string_view name) {
    if (name.size() < 2) return name.empty() ? HeaderId::other : compact_form(name.front());
    for (std::size_t slot = hash(name); kHashSlots[slot] != 0; slot = (slot + 1) % kSlots)
        if (iequals(kNames[kHashSlots[slot]], name)) return static_cast<HeaderId>(kHashSlots[slot]);
    return HeaderId::other;
}

Method method_of(std::string_view name) {
    for (std::size_t i = 1; i < kMethods.size(); ++i)
        if (kMethods[i] == name) return static_cast<Method>(i);
    return Method::other;
}

std::string_view name_of(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

Transport transport_of(std::string_view name) {
    for (std::size_t i = 0; i + 1 < kTransports.size(); ++i)
        if (iequals(kTransports[i], name)) return static_cast<Transport>(i);
    return Transport::other;
}

std::string_view name_of(Transport transport) {
    return kTransports[static_cast<std::size_t>(transport)];
}

}  // namespace skyn3t::sip
