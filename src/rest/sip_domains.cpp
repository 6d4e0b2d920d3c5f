#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using store::MappingPlace;
using store::Resource;
using store::ResourceKind;

constexpr std::size_t kMaxDomains = 100;
constexpr int kBadDomain = 21231;

// Labels of letters, digits and inner hyphens (RFC 1123, section 2.1). Unlike Twilio's, ours need
// not end in .sip.twilio.com.
bool is_domain_name(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    while (!name.empty()) {
        const auto dot = std::min(name.find('.'), name.size());
        const auto label = name.substr(0, dot);
        const bool is_good =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            std::all_of(label.begin(), label.end(),
                        [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
        if (!is_good || dot + 1 == name.size()) return false;
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return true;
}

Checked<void> prepare_sip_domain(Draft& draft) {
    const std::string name = lower(draft.text("domain_name"));
    if (!is_domain_name(name))
        return refuse(21232,
                      "DomainName must be letters, digits and hyphens in parts divided by "
                      "dots");
    draft.resource.properties["domain_name"] = name;
    draft.resource.unique_name = name;
    if (draft.text("friendly_name").empty()) draft.resource.properties["friendly_name"] = name;
    if (!draft.text("voice_fallback_url").empty() && draft.text("voice_url").empty())
        return refuse(kBadDomain, "VoiceFallbackUrl needs VoiceUrl");
    return {};
}

// Both mapped: both must pass (rest-api.md, 3.1).
Checked<void> show_auth_type(const ResourceContext& context, const Resource& domain, Json& shown) {
    std::string types;
    for (const auto& [place, word] :
         {std::pair(MappingPlace::calls_addresses, "IP_ACL"),
          std::pair(MappingPlace::calls_credentials, "CREDENTIAL_LIST")}) {
        const auto mapped = context.store().mappings(domain.sid, place);
        if (!mapped) return tl::unexpected(refusal_of(mapped.error()));
        if (!mapped->empty()) types += (types.empty() ? "" : ",") + std::string(word);
    }
    shown["auth_type"] = types;
    return {};
}

Checked<void> has_no_subdomains(const ResourceContext& context, const Resource& domain) {
    store::ResourcePage all;
    all.kind = ResourceKind::sip_domain;
    all.limit = kMaxDomains;
    const auto domains = context.store().list(all);
    if (!domains) return tl::unexpected(refusal_of(domains.error()));
    const std::string suffix = "." + domain.unique_name.value_or("");
    for (const Resource& other : *domains)
        if (other.unique_name && other.unique_name->ends_with(suffix))
            return refuse(21233, fmt::format("{} has the subdomain {}", *domain.unique_name,
                                             *other.unique_name));
    return {};
}

std::vector<Parameter> domain_parameters() {
    using T = ParameterType;
    return {
        {"DomainName", "domain_name", T::text, 21232, nullptr, ParameterUse::required_at_creation,
         253},
        {"FriendlyName", "friendly_name", T::text, kBadDomain, nullptr, ParameterUse::optional, 64},
        {"VoiceUrl", "voice_url", T::url, kBadDomain},
        {"VoiceMethod", "voice_method", T::method, kBadDomain, "POST"},
        {"VoiceFallbackUrl", "voice_fallback_url", T::url, kBadDomain},
        {"VoiceFallbackMethod", "voice_fallback_method", T::method, kBadDomain, "POST"},
        {"VoiceStatusCallbackUrl", "voice_status_callback_url", T::url, kBadDomain},
        {"VoiceStatusCallbackMethod", "voice_status_callback_method", T::method, kBadDomain,
         "POST"},
        {"SipRegistration", "sip_registration", T::flag, kBadDomain, false},
        {"Secure", "secure", T::flag, kBadDomain, false},
        {"EmergencyCallingEnabled", "emergency_calling_enabled", T::flag, kBadDomain, false},
        {"ByocTrunkSid",
         "byoc_trunk_sid",
         T::sid,
         kBadDomain,
         nullptr,
         ParameterUse::optional,
         0,
         {"BY"}},
        {"EmergencyCallerSid",
         "emergency_caller_sid",
         T::sid,
         kBadDomain,
         nullptr,
         ParameterUse::optional,
         0,
         {"PN"}},
    };
}

}  // namespace

void add_sip_domains(http::Router& router, const std::shared_ptr<ResourceContext>& context) {
    ResourceType type;
    type.kind = ResourceKind::sip_domain;
    type.prefix = "SD";
    type.noun = "sip_domain";
    type.list_key = "domains";
    type.path = "SIP/Domains";
    type.fields = {"account_sid",
                   "api_version",
                   "auth_type",
                   "date_created",
                   "date_updated",
                   "domain_name",
                   "friendly_name",
                   "sid",
                   "uri",
                   "voice_fallback_method",
                   "voice_fallback_url",
                   "voice_method",
                   "voice_status_callback_method",
                   "voice_status_callback_url",
                   "voice_url",
                   "subresource_uris",
                   "sip_registration",
                   "emergency_calling_enabled",
                   "secure",
                   "byoc_trunk_sid",
                   "emergency_caller_sid"};
    type.subresources = {{"credential_list_mappings", "CredentialListMappings"},
                         {"ip_access_control_list_mappings", "IpAccessControlListMappings"}};
    type.parameters = domain_parameters();
    type.is_of_account = true;
    type.duplicate_error = 21232;
    type.duplicate_message = "DomainName is in use";
    type.limit = kMaxDomains;
    type.limit_error = 21230;
    type.prepare = prepare_sip_domain;
    type.show = [context = context.get()](const Resource& domain, Json& shown) {
        return show_auth_type(*context, domain, shown);
    };
    type.before_removal = [context = context.get()](const Resource& domain) {
        return has_no_subdomains(*context, domain);
    };
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
