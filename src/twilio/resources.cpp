#include "twilio/resources.hpp"

#include <charconv>

#include "base/text.hpp"

namespace skyn3t::twilio {
namespace {

std::string text(const Json& json, const char* name) {
    if (!json.is_object()) return {};
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}
bool flag(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}

// Owned numbers write "voice", available ones "voice" beside "SMS": read without regard to case.
bool can_call(const Json& json) {
    const auto found = json.find("capabilities");
    if (found == json.end() || !found->is_object()) return false;
    for (const auto& [name, value] : found->items())
        if (iequals(name, "voice")) return value.is_boolean() && value.get<bool>();
    return false;
}

// "requirements" holds lists of groups of alternatives, nested deeper each year: whatever has a
// friendly_name is something that somebody has to hand in.
void gather_names(const Json& json, std::vector<std::string>& names) {
    if (json.is_object()) {
        if (const auto name = text(json, "friendly_name"); !name.empty()) names.push_back(name);
    }
    if (json.is_structured())
        for (const auto& each : json) gather_names(each, names);
}

}  // namespace

Domain read_domain(const Json& json) {
    return {text(json, "sid"),
            text(json, "domain_name"),
            text(json, "friendly_name"),
            text(json, "voice_url"),
            text(json, "voice_method"),
            text(json, "voice_status_callback_url"),
            flag(json, "sip_registration")};
}

CredentialList read_credential_list(const Json& json) {
    return {text(json, "sid"), text(json, "friendly_name")};
}

Credential read_credential(const Json& json) {
    return {text(json, "sid"), text(json, "username"), text(json, "date_updated")};
}

Mapping read_mapping(const Json& json) { return {text(json, "sid"), text(json, "friendly_name")}; }

Call read_call(const Json& json) {
    return {text(json, "sid"), text(json, "status"), text(json, "price"), text(json, "price_unit")};
}

bool Call::is_over() const {
    return status == "completed" || status == "busy" || status == "failed" ||
           status == "no-answer" || status == "canceled";
}

IncomingNumber read_incoming_number(const Json& json) {
    return {text(json, "sid"),
            text(json, "phone_number"),
            text(json, "friendly_name"),
            text(json, "voice_url"),
            text(json, "voice_method"),
            text(json, "status_callback"),
            text(json, "voice_application_sid"),
            text(json, "trunk_sid")};
}

AvailableNumber read_available_number(const Json& json) {
    return {text(json, "phone_number"), text(json, "locality"), text(json, "region"),
            text(json, "address_requirements"), can_call(json)};
}

Regulation read_regulation(const Json& json) {
    Regulation regulation{text(json, "sid"),
                          text(json, "friendly_name"),
                          text(json, "number_type"),
                          text(json, "end_user_type"),
                          {}};
    if (const auto found = json.find("requirements"); found != json.end())
        gather_names(*found, regulation.requirements);
    return regulation;
}

Address read_address(const Json& json) {
    return {text(json, "sid"), text(json, "friendly_name"), text(json, "customer_name"),
            text(json, "iso_country")};
}

Bundle read_bundle(const Json& json) {
    return {text(json, "sid"), text(json, "friendly_name"), text(json, "regulation_sid")};
}

std::vector<NumberPrice> read_number_prices(const Json& country) {
    std::vector<NumberPrice> prices;
    const auto found = country.find("phone_number_prices");
    if (found == country.end() || !found->is_array()) return prices;
    const std::string unit = text(country, "price_unit");
    for (const Json& each : *found) {
        const std::string price = text(each, "current_price");
        double value = 0;
        const char* const end = price.data() + price.size();
        if (const auto read = std::from_chars(price.data(), end, value);
            read.ec == std::errc() && read.ptr == end)
            prices.push_back({text(each, "number_type"), value, unit});
    }
    return prices;
}

}  // namespace skyn3t::twilio
