#include "call/call_parties.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/phone_number.hpp"
#include "sip/uri.hpp"

namespace skyn3t::call {
namespace {

std::string party_of_address(std::string_view value) {
    const auto address = sip::NameAddr::parse(value);
    const auto uri = address ? sip::UriView::parse(address->uri) : fail(Errc::parse_error);
    return uri ? sip::named_party(*uri) : std::string();
}

bool is_e164_number(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

// The party in E.164; nothing when the plan knows no such number.
std::optional<std::string> as_e164(const std::string& party) {
    if (is_e164_number(party)) return party;  // as carriers send it: the plan has nothing to add
    const auto reading = model::NumberReading::parse(party);
    return reading ? std::optional(reading->number.str()) : std::nullopt;
}

// RFC 3323 section 4.2: values are separated by ';', and "none" asks for nothing.
bool asks_for_privacy(const sip::Message& invite) {
    const auto privacy = invite.first(sip::HeaderId::privacy);
    return privacy && !iequals(trim(*privacy), "none");
}

std::optional<std::string> asserted_number(const sip::Message& invite) {
    if (asks_for_privacy(invite)) return std::nullopt;
    // RFC 3325 section 9.1: a sip: and a tel: URI at most; the number may be in either.
    for (const auto value : invite.values(sip::HeaderId::p_asserted_identity))
        if (auto number = as_e164(party_of_address(value))) return number;
    return std::nullopt;
}

}  // namespace

std::string dialled_in(const sip::Message& invite) {
    const auto uri = sip::UriView::parse(invite.request_uri());
    return uri ? sip::named_party(*uri) : std::string();
}

std::string caller_in(const sip::Message& invite) {
    const auto from = invite.first(sip::HeaderId::from);
    const std::string party = from ? party_of_address(*from) : std::string();
    if (auto number = as_e164(party)) return *number;
    if (auto number = asserted_number(invite)) return *number;
    return party.empty() ? "anonymous" : party;
}

std::string forwarded_from(const sip::Message& invite) {
    for (const auto value : invite.values(sip::HeaderId::diversion)) {
        const std::string party = party_of_address(value);
        return as_e164(party).value_or(party);
    }
    return {};
}

}  // namespace skyn3t::call
