#include "twiml/moving_documents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/migration.hpp"
#include "twiml/document_writer.hpp"
#include "twiml/xml_escape.hpp"

namespace skyn3t::twiml {
namespace {

using namespace writer;

constexpr unsigned kHandOverTimeout = 10;  // seconds; a menu answers at once

std::string credentials(const PhonePlace& place) {
    if (place.username.empty()) return {};
    return fmt::format(" username=\"{}\" password=\"{}\"", escape_xml(place.username),
                       escape_xml(place.password));
}

std::string sip(const CommunityIvr& community, const CommunityRole& role, const PhonePlace& place) {
    return fmt::format("    <Sip{}>sip:{}-{}@{}</Sip>\n", credentials(place),
                       escape_xml(community.number), escape_xml(role.role),
                       escape_xml(place.domain));
}

std::string dial_both(const CommunityIvr& community, const CommunityRole& role,
                      const PhonePlace& place) {
    return fmt::format(
        "  <Dial timeout=\"{}\"{} action=\"/twiml/{}/route?role={}&amp;place={}\" "
        "method=\"POST\">\n{}  </Dial>\n",
        kRingTimeout, caller_id(community), escape_xml(community.code), escape_xml(role.role),
        place.name, sip(community, role, place));
}

// Those that have not been dialled yet. What was dialled may be no place any more: a phone has gone
// in the meantime, or the community has gone back.
std::vector<PhonePlace> places_left(const MovingRoute& route, const CommunityRole& role) {
    auto places = route.places(role);
    const auto dialled = std::find_if(places.begin(), places.end(), [&](const PhonePlace& each) {
        return each.name == route.place;
    });
    if (dialled != places.end()) places.erase(places.begin(), dialled + 1);
    return places;
}

template <class Test>
const CommunityRole* find_role(const CommunityIvr& community, Test test) {
    const auto found = std::find_if(community.roles.begin(), community.roles.end(), test);
    return found == community.roles.end() ? nullptr : &*found;
}

}  // namespace

std::string moving_route_document(const CommunityIvr& community, const MovingRoute& route) {
    const auto& status = route.request.dial_call_status;
    const bool is_next = status && model::goes_on_after(*status);
    const auto* role = find_role(community, [&](const CommunityRole& each) {
        return status ? is_next && each.role == route.role : each.digit == route.request.digits;
    });
    const auto left = role ? places_left(route, *role) : std::vector<PhonePlace>();
    if (left.empty()) return route_document(community, route.request);
    return document((status ? std::string() : say(connecting(*role), community.language)) +
                    dial_both(community, *role, left.front()));
}

std::string hand_over_document(const CommunityIvr& community, const PhonePlace& place,
                               std::string_view caller) {
    // Only digits and a plus sign are said on: what anybody may write into From is no header.
    const bool is_number = caller.size() > 1 && caller[0] == '+' &&
                           std::all_of(caller.begin() + 1, caller.end(), is_digit);
    const std::string header =
        is_number ? fmt::format("?{}=%2B{}", kCallerHeader, caller.substr(1)) : "";
    return document(fmt::format(
        "  <Dial answerOnBridge=\"true\" timeout=\"{}\" action=\"/twiml/{}/main?handover=1\" "
        "method=\"POST\">\n    <Sip{}>sip:{}@{}{}</Sip>\n  </Dial>\n",
        kHandOverTimeout, escape_xml(community.code), credentials(place),
        escape_xml(community.number), escape_xml(place.domain), header));
}

std::string hang_up_document() { return document(hangup()); }

std::optional<std::string> internal_document(const CommunityIvr& community,
                                             const InternalCall& call) {
    if (call.dial_call_status) {
        // What the phone said is what its caller is told: Twilio makes a DialCallStatus of it.
        if (*call.dial_call_status == "busy") return document("  <Reject reason=\"busy\"/>\n");
        // A phone that is off: who calls hears so, like everybody else.
        if (*call.dial_call_status == "failed" && !call.is_from_twilio)
            return document(say(not_connected(*call.dial_call_status), community.language) +
                            hangup());
        // A Hangup would answer the call first.
        if (model::goes_on_after(*call.dial_call_status)) return document("  <Reject/>\n");
        return document(hangup());
    }
    if (call.dialled == community.number)
        return document(fmt::format("  <Redirect method=\"POST\">{}</Redirect>\n",
                                    address(community, "main", 1)));
    if (call.dialled == kTestUser) return document(say(kTestHeard, community.language) + hangup());
    for (const CommunityRole& role : community.roles) {
        if (call.dialled != community.number + "-" + role.role) continue;
        return document(
            fmt::format("  <Dial answerOnBridge=\"true\" timeout=\"{}\" action=\"/twiml/domain\" "
                        "method=\"POST\">\n{}  </Dial>\n",
                        kRingTimeout, sip(community, role, {{}, community.domain, {}, {}})));
    }
    return std::nullopt;
}

}  // namespace skyn3t::twiml
