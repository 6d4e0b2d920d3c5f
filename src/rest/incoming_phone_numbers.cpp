#include <fmt/format.h>

#include "model/community.hpp"
#include "model/phone_number.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using model::NumberType;
using store::Resource;
using store::ResourceKind;
using Properties = nlohmann::json;

// The word of the property "type".
std::string_view to_word(NumberType type) {
    switch (type) {
        case NumberType::mobile:
            return "mobile";
        case NumberType::toll_free:
            return "toll-free";
        case NumberType::national:
            return "national";
        default:
            return "local";
    }
}

Checked<void> take_number(Draft& draft, std::optional<NumberType> wanted) {
    if (draft.text("phone_number").empty())
        return draft.request.form.has("AreaCode")
                   ? refuse(21457, "AreaCode is not supported here: give PhoneNumber")
                   : refuse(21421, "PhoneNumber is required");
    const auto number = model::PhoneNumber::parse_e164(draft.text("phone_number"));
    if (!number) return refuse(21421, number.error().detail);
    const NumberType type = model::type_of(*number);
    if (wanted && type != *wanted)
        return refuse(21458, fmt::format("{} is a {} number", number->str(), to_word(type)));
    draft.resource.unique_name = number->str();
    Properties& properties = draft.resource.properties;
    properties["type"] = to_word(type);
    properties["beta"] = false;
    // Of the operator, through a trunk: bought from nobody.
    properties["origin"] = "hosted";
    properties["status"] = "in-use";
    properties["address_requirements"] = "none";
    properties["emergency_address_status"] = "unregistered";
    properties["capabilities"] = {{"voice", true}, {"sms", false}, {"mms", false}, {"fax", false}};
    if (draft.text("friendly_name").empty())
        properties["friendly_name"] = model::format_international(*number);
    return {};
}

Checked<void> prepare_phone_number(const ResourceContext& context, Draft& draft,
                                   std::optional<NumberType> wanted) {
    if (draft.is_new())
        if (auto step = take_number(draft, wanted); !step) return step;
    if (draft.text("friendly_name").empty()) return refuse(20002);
    const auto account = draft.request.form.find("AccountSid");
    if (account && *account != context.options().account.str())
        return refuse(21470, "There is one account on this server: numbers cannot be transferred");
    const std::string application = draft.text("voice_application_sid");
    if (!application.empty()) {
        const auto found =
            find_visible(context, ResourceKind::application, application, caller_of(draft.request));
        if (!found && found.error().code != 20404) return tl::unexpected(found.error());
        // A number runs an application of its own community or of the account.
        const bool is_usable = found && (found->community == draft.resource.community ||
                                         found->community == model::account_community());
        if (!is_usable) return refuse(21420);
    }
    if (!draft.text("voice_fallback_url").empty() && draft.text("voice_url").empty() &&
        application.empty())
        return refuse(21405, "VoiceFallbackUrl needs VoiceUrl");
    return {};
}

Parameter sid_parameter(std::string_view name, std::string_view property, std::string_view prefix,
                        int error) {
    return {name, property, ParameterType::sid, error, nullptr, ParameterUse::optional,
            0,    {prefix}};
}

std::vector<Parameter> number_parameters() {
    using T = ParameterType;
    constexpr auto kOptional = ParameterUse::optional;
    return {
        // Needed by a new one; take_number() says so.
        {"PhoneNumber", "phone_number", T::text, 21421, nullptr, ParameterUse::optional_and_fixed},
        {"FriendlyName", "friendly_name", T::text, 20002, nullptr, kOptional, 64},
        {"VoiceUrl", "voice_url", T::url, 21402},
        {"VoiceMethod", "voice_method", T::method, 21403, "POST"},
        {"VoiceFallbackUrl", "voice_fallback_url", T::url, 21402},
        {"VoiceFallbackMethod", "voice_fallback_method", T::method, 21403, "POST"},
        {"StatusCallback", "status_callback", T::url, 21402},
        {"StatusCallbackMethod", "status_callback_method", T::method, 21403, "POST"},
        {"VoiceCallerIdLookup", "voice_caller_id_lookup", T::flag, 20422, false},
        {"VoiceReceiveMode",
         "voice_receive_mode",
         T::choice,
         20422,
         "voice",
         kOptional,
         0,
         {"voice"}},
        {"SmsUrl", "sms_url", T::url, 21402},
        {"SmsMethod", "sms_method", T::method, 21403, "POST"},
        {"SmsFallbackUrl", "sms_fallback_url", T::url, 21402},
        {"SmsFallbackMethod", "sms_fallback_method", T::method, 21403, "POST"},
        {"EmergencyStatus",
         "emergency_status",
         T::choice,
         20422,
         "Inactive",
         kOptional,
         0,
         {"Active", "Inactive"}},
        sid_parameter("VoiceApplicationSid", "voice_application_sid", "AP", 21420),
        sid_parameter("SmsApplicationSid", "sms_application_sid", "AP", 21420),
        sid_parameter("TrunkSid", "trunk_sid", "TK", 20423),
        sid_parameter("AddressSid", "address_sid", "AD", 20423),
        sid_parameter("BundleSid", "bundle_sid", "BU", 20423),
        sid_parameter("IdentitySid", "identity_sid", "RI", 20423),
        sid_parameter("EmergencyAddressSid", "emergency_address_sid", "AD", 20423),
    };
}

ResourceType number_type(const SharedContext& context, std::optional<NumberType> wanted) {
    ResourceType type;
    type.kind = ResourceKind::incoming_phone_number;
    type.prefix = "PN";
    type.noun = "incoming_phone_number";
    type.list_key = "incoming_phone_numbers";
    type.path = "IncomingPhoneNumbers";
    type.fields = {"account_sid",
                   "address_sid",
                   "address_requirements",
                   "api_version",
                   "beta",
                   "capabilities",
                   "date_created",
                   "date_updated",
                   "friendly_name",
                   "identity_sid",
                   "phone_number",
                   "origin",
                   "sid",
                   "sms_application_sid",
                   "sms_fallback_method",
                   "sms_fallback_url",
                   "sms_method",
                   "sms_url",
                   "status_callback",
                   "status_callback_method",
                   "trunk_sid",
                   "uri",
                   "voice_receive_mode",
                   "voice_application_sid",
                   "voice_caller_id_lookup",
                   "voice_fallback_method",
                   "voice_fallback_url",
                   "voice_method",
                   "voice_url",
                   "emergency_status",
                   "emergency_address_sid",
                   "emergency_address_status",
                   "bundle_sid",
                   "status"};
    type.parameters = number_parameters();
    type.filters = {{"PhoneNumber", "phone_number", ListFilter::Match::number},
                    {"FriendlyName", "friendly_name"},
                    {"Origin", "origin"},
                    {"Beta", "beta", ListFilter::Match::flag}};
    // A community's key neither takes numbers nor gives its own away.
    type.is_of_account = true;
    type.duplicate_error = 21422;
    type.duplicate_message = "PhoneNumber is taken";
    type.prepare = [context = context.get(), wanted](Draft& draft) {
        return prepare_phone_number(*context, draft, wanted);
    };
    type.owner = [context =
                      context.get()](const Draft& draft) -> Checked<std::optional<CommunitySid>> {
        const auto community = context->community_by_number(draft.text("phone_number"));
        if (!community) return tl::unexpected(community.error());
        if (!*community) return std::optional<CommunitySid>();
        return std::optional((*community)->sid);
    };
    return type;
}

}  // namespace

void add_incoming_phone_numbers(http::Router& router, const SharedContext& context) {
    ResourceType all = number_type(context, std::nullopt);
    all.fields.push_back("type");
    add_resource(router, context, std::move(all));
    for (const auto& [path, wanted] :
         {std::pair("IncomingPhoneNumbers/Local", NumberType::local),
          std::pair("IncomingPhoneNumbers/Mobile", NumberType::mobile),
          std::pair("IncomingPhoneNumbers/TollFree", NumberType::toll_free)}) {
        ResourceType some = number_type(context, wanted);
        some.list_path = path;
        some.listed = [word = to_word(wanted)](const Resource& number) {
            return number.properties.value("type", "local") == word;
        };
        add_resource(router, context, std::move(some),
                     {.fetch = false, .update = false, .remove = false});
    }
}

}  // namespace skyn3t::rest
