#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "twiml/community_documents.hpp"

// What a community's documents are while it is on the way between two places (ADR 10), and those of
// calls within a community.
namespace skyn3t::twiml {

// Where a phone is dialled.
struct PhonePlace {
    std::string name;                // in addresses: "local", "twilio"
    std::string domain;              // what follows the user and "@": "a.cl", "203.0.113.10:5060"
    std::string username, password;  // for that place's challenge; empty: it needs none
};

// /twiml/{code}/route: a phone is dialled at one place after the other.
struct MovingRoute {
    RouteRequest request;
    std::function<std::vector<PhonePlace>(const CommunityRole&)> places;  // of this phone, now
    std::string role, place;  // what the Dial before was for, and where
};
[[nodiscard]] std::string moving_route_document(const CommunityIvr& community,
                                                const MovingRoute& route);

// /twiml/{code}/main at Twilio, of a community whose menu runs here already: the whole call goes to
// `place`, and says who calls. Its Dial's action is the same address with handover=1.
[[nodiscard]] std::string hand_over_document(const CommunityIvr& community, const PhonePlace& place,
                                             std::string_view caller);
inline constexpr std::string_view kCallerHeader = "X-Skyn3t-Caller";
[[nodiscard]] std::string hang_up_document();

// /twiml/domain: somebody of the community dials within it. A phone rings; its own number is its
// menu; kTestUser says that the call has arrived. Nothing: it is none of these.
struct InternalCall {
    std::string dialled;                            // the user that was called
    std::optional<std::string> dial_call_status{};  // after the Dial
    bool is_from_twilio = false;  // which tries elsewhere, and must not be answered for that
};
inline constexpr std::string_view kTestUser = "prueba";
[[nodiscard]] std::optional<std::string> internal_document(const CommunityIvr& community,
                                                           const InternalCall& call);

inline constexpr std::string_view kTestHeard = "Prueba recibida. Adiós.";

}  // namespace skyn3t::twiml
