#include <fmt/format.h>

#include "http/form.hpp"
#include "twilio/client.hpp"

// Client's resources: one short function for each request.
namespace skyn3t::twilio {
namespace {

tl::unexpected<Failure> failed(const Failure& failure) { return tl::unexpected<Failure>(failure); }

template <class T>
Answer<T> read_as(Answer<Json> answer, T (*read)(const Json&)) {
    if (!answer) return failed(answer.error());
    return read(*answer);
}
template <class T>
Answer<std::vector<T>> read_all(const Answer<std::vector<Json>>& answer, T (*read)(const Json&)) {
    if (!answer) return failed(answer.error());
    std::vector<T> all;
    all.reserve(answer->size());
    for (const Json& each : *answer) all.push_back(read(each));
    return all;
}
Answer<void> done(const Answer<Json>& answer) {
    if (!answer) return failed(answer.error());
    return {};
}

constexpr const char* kDomains = "/SIP/Domains";
constexpr const char* kLists = "/SIP/CredentialLists";
constexpr const char* kNumbers = "/IncomingPhoneNumbers";
constexpr const char* kCalls = "/Calls";

std::string credentials_path(const std::string& list) {
    return fmt::format("{}/{}/Credentials", kLists, list);
}
std::string mapping_path(const std::string& domain, MappingPlace place) {
    const char* const mapped = place == MappingPlace::calls ? "Calls/CredentialListMappings"
                               : place == MappingPlace::registrations
                                   ? "Registrations/CredentialListMappings"
                                   : "Calls/IpAccessControlListMappings";
    return fmt::format("{}/{}/Auth/{}", kDomains, domain, mapped);
}
std::string item(const std::string& collection, const std::string& sid) {
    return fmt::format("{}/{}.json", collection, sid);
}

http::Params with(const char* name, const std::string& value, const http::Params& more) {
    http::Params form{{name, value}};
    for (const auto& [key, text] : more) form.add(key, text);
    return form;
}

}  // namespace

Answer<std::vector<Domain>> Client::domains() {
    return read_all(list(path(kDomains) + ".json", "domains"), read_domain);
}
Answer<Domain> Client::create_domain(const http::Params& form) {
    const std::string where = path(kDomains) + ".json";
    const std::string name(form.find("DomainName").value_or(""));
    return read_as(create(where, form, find_in(where, "domains", "domain_name", name)),
                   read_domain);
}
Answer<Domain> Client::update_domain(const std::string& sid, const http::Params& form) {
    return read_as(update(path(item(kDomains, sid)), form), read_domain);
}
Answer<void> Client::delete_domain(const std::string& sid) {
    return remove(path(item(kDomains, sid)));
}

Answer<std::vector<CredentialList>> Client::credential_lists() {
    return read_all(list(path(kLists) + ".json", "credential_lists"), read_credential_list);
}
Answer<CredentialList> Client::create_credential_list(const std::string& friendly_name) {
    const std::string where = path(kLists) + ".json";
    return read_as(create(where, {{"FriendlyName", friendly_name}},
                          find_in(where, "credential_lists", "friendly_name", friendly_name)),
                   read_credential_list);
}
Answer<CredentialList> Client::rename_credential_list(const std::string& sid,
                                                      const std::string& friendly_name) {
    return read_as(update(path(item(kLists, sid)), {{"FriendlyName", friendly_name}}),
                   read_credential_list);
}
Answer<void> Client::delete_credential_list(const std::string& sid) {
    return remove(path(item(kLists, sid)));
}

Answer<std::vector<Credential>> Client::credentials(const std::string& list_sid) {
    return read_all(list(path(credentials_path(list_sid)) + ".json", "credentials"),
                    read_credential);
}
Answer<Credential> Client::create_credential(const std::string& list_sid,
                                             const std::string& username,
                                             const std::string& password) {
    const std::string where = path(credentials_path(list_sid)) + ".json";
    return read_as(create(where, {{"Username", username}, {"Password", password}},
                          find_in(where, "credentials", "username", username)),
                   read_credential);
}
Answer<Credential> Client::update_credential(const std::string& list_sid, const std::string& sid,
                                             const std::string& password,
                                             const http::Params& more) {
    return read_as(
        update(path(item(credentials_path(list_sid), sid)), with("Password", password, more)),
        read_credential);
}
Answer<void> Client::delete_credential(const std::string& list_sid, const std::string& sid) {
    return remove(path(item(credentials_path(list_sid), sid)));
}

Answer<std::vector<Mapping>> Client::mappings(const std::string& domain, MappingPlace place) {
    return read_all(list(path(mapping_path(domain, place)) + ".json", "contents"), read_mapping);
}
Answer<void> Client::map(const std::string& domain, MappingPlace place,
                         const std::string& list_sid) {
    const std::string where = path(mapping_path(domain, place)) + ".json";
    return done(create(where, {{"CredentialListSid", list_sid}},
                       find_in(where, "contents", "sid", list_sid)));
}
Answer<void> Client::unmap(const std::string& domain, MappingPlace place,
                           const std::string& list_sid) {
    return remove(path(item(mapping_path(domain, place), list_sid)));
}

Answer<std::vector<IncomingNumber>> Client::numbers() {
    return read_all(list(path(kNumbers) + ".json", "incoming_phone_numbers"), read_incoming_number);
}
Answer<std::optional<IncomingNumber>> Client::find_number(const std::string& number) {
    const auto found = find_in(path(kNumbers) + ".json", "incoming_phone_numbers", "phone_number",
                               number, {{"PhoneNumber", number}})();
    if (!found) return failed(found.error());
    if (!*found) return std::optional<IncomingNumber>();
    return std::optional(read_incoming_number(**found));
}
Answer<IncomingNumber> Client::create_number(const std::string& number, const http::Params& form) {
    const std::string where = path(kNumbers) + ".json";
    const Find find =
        find_in(where, "incoming_phone_numbers", "phone_number", number, {{"PhoneNumber", number}});
    auto made = create(where, with("PhoneNumber", number, form), find);
    // libcurl itself sends a request again when a kept connection closes without an answer: the
    // first one may have bought it, and the second was refused.
    if (!made && !made.error().is_general()) {
        auto found = find();
        if (!found) return failed(found.error());
        if (*found) return read_incoming_number(**found);
    }
    return read_as(std::move(made), read_incoming_number);
}
Answer<IncomingNumber> Client::update_number(const std::string& sid, const http::Params& form) {
    return read_as(update(path(item(kNumbers, sid)), form), read_incoming_number);
}
Answer<void> Client::delete_number(const std::string& sid) {
    return remove(path(item(kNumbers, sid)));
}

Answer<std::vector<AvailableNumber>> Client::available_numbers(const std::string& country,
                                                               const std::string& type,
                                                               const std::string& contains) {
    http::Params query{{"VoiceEnabled", "true"}};
    if (!contains.empty()) query.add("Contains", contains);
    const auto numbers = get({"GET",
                              Product::api,
                              path(fmt::format("/AvailablePhoneNumbers/{}/{}.json", country, type)),
                              query,
                              {}});
    if (!numbers && numbers.error().is_missing()) return std::vector<AvailableNumber>();
    if (!numbers) return failed(numbers.error());
    std::vector<AvailableNumber> all;
    if (const auto found = numbers->find("available_phone_numbers"); found != numbers->end())
        for (const Json& each : *found) all.push_back(read_available_number(each));
    return all;
}

Answer<std::vector<Regulation>> Client::regulations(const std::string& country,
                                                    const std::string& number_type) {
    return read_all(list("/v2/RegulatoryCompliance/Regulations", "results",
                         {{"IsoCountry", country}, {"NumberType", number_type}}, Product::numbers),
                    read_regulation);
}

Answer<std::vector<Address>> Client::addresses() {
    return read_all(list(path("/Addresses.json"), "addresses"), read_address);
}

Answer<std::vector<Bundle>> Client::bundles(const std::string& country,
                                            const std::string& number_type) {
    return read_all(
        list("/v2/RegulatoryCompliance/Bundles", "results",
             {{"Status", "twilio-approved"}, {"IsoCountry", country}, {"NumberType", number_type}},
             Product::numbers),
        read_bundle);
}

Answer<std::vector<NumberPrice>> Client::number_prices(const std::string& country) {
    const auto answer =
        get({"GET", Product::pricing, "/v1/PhoneNumbers/Countries/" + country, {}, {}});
    if (!answer) return failed(answer.error());
    return read_number_prices(*answer);
}

Answer<Call> Client::create_call(const http::Params& form) {
    // A call has no name to be found by.
    const Find cannot_tell = []() -> Answer<std::optional<Json>> {
        return failed({0, 0, "nobody knows whether the call was placed"});
    };
    return read_as(create(path(kCalls) + ".json", form, cannot_tell), read_call);
}
Answer<Call> Client::fetch_call(const std::string& sid) {
    return read_as(get({"GET", Product::api, path(item(kCalls, sid)), {}, {}}), read_call);
}
Answer<void> Client::end_call(const std::string& sid) {
    return done(update(path(item(kCalls, sid)), {{"Status", "completed"}}));
}

}  // namespace skyn3t::twilio
