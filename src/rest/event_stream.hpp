#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sid.hpp"
#include "rest/api.hpp"

// What changes, told as it happens: /v1/Events/Stream.
namespace skyn3t::rest {

namespace event_type {
inline constexpr std::string_view kCallBegun = "skyn3t.call.begun";
inline constexpr std::string_view kCallAnswered = "skyn3t.call.answered";
inline constexpr std::string_view kCallEnded = "skyn3t.call.ended";
inline constexpr std::string_view kPhoneSeen = "skyn3t.registration.seen";
inline constexpr std::string_view kPhoneGone = "skyn3t.registration.gone";
inline constexpr std::string_view kAlert = "skyn3t.alert";
inline constexpr std::string_view kAudit = "skyn3t.audit";
inline constexpr std::string_view kProvisioning = "skyn3t.provisioning";
inline constexpr std::string_view kGap = "skyn3t.gap";  // events were lost; to everybody
inline constexpr std::array kAll{kCallBegun, kCallAnswered, kCallEnded,    kPhoneSeen, kPhoneGone,
                                 kAlert,     kAudit,        kProvisioning, kGap};
}  // namespace event_type

// "skyn3t.call" means all that begin so.
[[nodiscard]] bool is_of_type(std::string_view type, std::string_view wanted);

struct EventSubscription {
    std::string caller{};                     // whose streams are counted together
    std::optional<CommunitySid> community{};  // nobody else's events
    std::vector<std::string> types{};         // none: all
    std::optional<std::string> last_id{};     // Last-Event-ID: from there on; none: from now on
};
class EventStreams {
  public:
    virtual ~EventStreams() = default;
    // The request is answered by a stream, unless there is an error: Errc::too_many streams;
    // unsupported when the client cannot take one.
    virtual Result<void> subscribe(EventSubscription subscription,
                                   const http::Responder& responder) = 0;
};

void add_event_stream(http::Router& router, const ApiServices& services, EventStreams& streams);

}  // namespace skyn3t::rest
