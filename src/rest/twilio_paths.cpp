#include "rest/twilio_paths.hpp"

#include <algorithm>
#include <array>

namespace skyn3t::rest {
namespace {

// Below an account; "*" is any one segment. From Twilio's own description of its API, with which a
// scenario compares it.
constexpr auto kBelowAccount = std::to_array<std::string_view>({
    "Addresses/*/DependentPhoneNumbers",
    "AuthorizedConnectApps",
    "AuthorizedConnectApps/*",
    "AvailablePhoneNumbers/*/MachineToMachine",
    "AvailablePhoneNumbers/*/SharedCost",
    "AvailablePhoneNumbers/*/Voip",
    "Calls/*/Payments",
    "Calls/*/Payments/*",
    "Calls/*/Siprec",
    "Calls/*/Siprec/*",
    "Calls/*/Streams",
    "Calls/*/Streams/*",
    "Calls/*/Transcriptions",
    "Calls/*/Transcriptions/*",
    "Calls/*/UserDefinedMessageSubscriptions",
    "Calls/*/UserDefinedMessageSubscriptions/*",
    "Calls/*/UserDefinedMessages",
    "ConnectApps",
    "ConnectApps/*",
    "IncomingPhoneNumbers/*/AssignedAddOns",
    "IncomingPhoneNumbers/*/AssignedAddOns/*",
    "IncomingPhoneNumbers/*/AssignedAddOns/*/Extensions",
    "IncomingPhoneNumbers/*/AssignedAddOns/*/Extensions/*",
    "Messages",
    "Messages/*",
    "Messages/*/Feedback",
    "Messages/*/Media",
    "Messages/*/Media/*",
    "Recordings/*/AddOnResults",
    "Recordings/*/AddOnResults/*",
    "Recordings/*/AddOnResults/*/Payloads",
    "Recordings/*/AddOnResults/*/Payloads/*",
    "Recordings/*/AddOnResults/*/Payloads/*/Data",
    "Recordings/*/Transcriptions",
    "Recordings/*/Transcriptions/*",
    "SIP",
    "SIP/Domains/*/Auth",
    "SIP/Domains/*/Auth/Calls",
    "SIP/Domains/*/Auth/Registrations",
    "SMS/ShortCodes",
    "SMS/ShortCodes/*",
    "Tokens",
    "Transcriptions",
    "Transcriptions/*",
    "Usage",
    "Usage/Triggers",
    "Usage/Triggers/*",
});

// Of Twilio's other products: the first segment behind /v1 or /v2.
constexpr auto kProducts = std::to_array<std::string_view>({"Archives",
                                                            "Attempts",
                                                            "ByocTrunks",
                                                            "Compositions",
                                                            "Conferences",
                                                            "Configuration",
                                                            "ConnectionPolicies",
                                                            "Conversations",
                                                            "Credentials",
                                                            "DialingPermissions",
                                                            "Flows",
                                                            "IpRecords",
                                                            "PhoneNumbers",
                                                            "Recordings",
                                                            "Rooms",
                                                            "Services",
                                                            "Settings",
                                                            "SipDomains",
                                                            "SourceIpMappings",
                                                            "Templates",
                                                            "Users",
                                                            "Voice"});

constexpr std::string_view kAccounts = "/2010-04-01/Accounts/";

std::string_view take_segment(std::string_view& path) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return segment;
}

bool fits(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = take_segment(pattern);
        const auto given = take_segment(path);
        if (given.empty() || (wanted != "*" && wanted != given)) return false;
    }
    return pattern.empty() && path.empty();
}

template <class Patterns>
bool fits_any(const Patterns& patterns, std::string_view path) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [path](std::string_view pattern) { return fits(pattern, path); });
}

}  // namespace

bool is_path_of_twilio(std::string_view path) {
    if (path.ends_with(".json")) path.remove_suffix(5);
    if (path.starts_with(kAccounts)) {
        path.remove_prefix(kAccounts.size());
        (void)take_segment(path);
        return fits_any(kBelowAccount, path);
    }
    if (!path.starts_with("/v1/") && !path.starts_with("/v2/")) return false;
    path.remove_prefix(4);
    const auto product = take_segment(path);
    return std::find(kProducts.begin(), kProducts.end(), product) != kProducts.end();
}

}  // namespace skyn3t::rest
