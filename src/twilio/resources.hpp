#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

// The resources that provisioning reads and writes, with the fields that it needs of them
// (rest-api.md, sections 3 and 4). null and absent fields are empty.
namespace skyn3t::twilio {

using Json = nlohmann::json;

struct Domain {
    std::string sid, name, friendly_name;
    std::string voice_url, voice_method, status_callback;
    bool sip_registration = false;
};
struct CredentialList {
    std::string sid, friendly_name;
};
struct Credential {
    std::string sid, username;
    std::string updated;  // as Twilio writes it; another one means that somebody changed it
};
// Where a list is mapped to a domain: whose credentials may call or register, and the addresses
// that may call (a list of IP addresses; only read).
enum class MappingPlace { calls, registrations, call_addresses };
struct Mapping {
    std::string list, friendly_name;
};
struct IncomingNumber {
    std::string sid, number, friendly_name;
    std::string voice_url, voice_method, status_callback;
    std::string application, trunk;  // either beats voice_url
};
struct Call {
    std::string sid, status;  // queued, ringing, in-progress, completed, busy, failed, ...
    std::string price{}, price_unit{};  // "-0.0085", "USD"; empty until Twilio knows
    bool is_over() const;
};
struct AvailableNumber {
    std::string number, locality, region;
    std::string address_requirements;  // none, any, local, foreign
    bool has_voice = false;
};
// What a country asks of who buys a number of a kind.
struct Regulation {
    std::string sid, name, number_type, end_user_type;
    std::vector<std::string> requirements;  // documents and facts, in Twilio's words
};
// What a number may need to be bought: somebody's address, and papers that Twilio has approved.
struct Address {
    std::string sid, friendly_name, customer, country;
};
struct Bundle {
    std::string sid, friendly_name, regulation;
};
// What a month of a number costs.
struct NumberPrice {
    std::string number_type;  // local, mobile, national, toll free
    double price = 0;
    std::string unit;  // USD
};

[[nodiscard]] Domain read_domain(const Json& json);
[[nodiscard]] CredentialList read_credential_list(const Json& json);
[[nodiscard]] Credential read_credential(const Json& json);
[[nodiscard]] Mapping read_mapping(const Json& json);
[[nodiscard]] IncomingNumber read_incoming_number(const Json& json);
[[nodiscard]] Call read_call(const Json& json);
[[nodiscard]] AvailableNumber read_available_number(const Json& json);
[[nodiscard]] Regulation read_regulation(const Json& json);
[[nodiscard]] Address read_address(const Json& json);
[[nodiscard]] Bundle read_bundle(const Json& json);
[[nodiscard]] std::vector<NumberPrice> read_number_prices(const Json& country);

}  // namespace skyn3t::twilio
