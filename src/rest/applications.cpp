#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

Checked<void> prepare_application(Draft& draft) {
    if (!draft.text("voice_fallback_url").empty() && draft.text("voice_url").empty())
        return refuse(21405, "VoiceFallbackUrl needs VoiceUrl");
    return {};
}

}  // namespace

// A named set of addresses that numbers may point to.
void add_applications(http::Router& router, const SharedContext& context) {
    using T = ParameterType;
    ResourceType type;
    type.kind = store::ResourceKind::application;
    type.prefix = "AP";
    type.noun = "application";
    type.list_key = "applications";
    type.path = "Applications";
    type.fields = {"account_sid",
                   "api_version",
                   "date_created",
                   "date_updated",
                   "friendly_name",
                   "message_status_callback",
                   "sid",
                   "sms_fallback_method",
                   "sms_fallback_url",
                   "sms_method",
                   "sms_status_callback",
                   "sms_url",
                   "status_callback",
                   "status_callback_method",
                   "uri",
                   "voice_caller_id_lookup",
                   "voice_fallback_method",
                   "voice_fallback_url",
                   "voice_method",
                   "voice_url",
                   "public_application_connect_enabled"};
    type.parameters = {
        {"FriendlyName", "friendly_name", T::text, 20002, nullptr, ParameterUse::optional, 64},
        {"VoiceUrl", "voice_url", T::url, 21402},
        {"VoiceMethod", "voice_method", T::method, 21403, "POST"},
        {"VoiceFallbackUrl", "voice_fallback_url", T::url, 21402},
        {"VoiceFallbackMethod", "voice_fallback_method", T::method, 21403, "POST"},
        {"StatusCallback", "status_callback", T::url, 21402},
        {"StatusCallbackMethod", "status_callback_method", T::method, 21403, "POST"},
        {"VoiceCallerIdLookup", "voice_caller_id_lookup", T::flag, 20422, false},
        {"SmsUrl", "sms_url", T::url, 21402},
        {"SmsMethod", "sms_method", T::method, 21403, "POST"},
        {"SmsFallbackUrl", "sms_fallback_url", T::url, 21402},
        {"SmsFallbackMethod", "sms_fallback_method", T::method, 21403, "POST"},
        {"SmsStatusCallback", "sms_status_callback", T::url, 21402},
        {"MessageStatusCallback", "message_status_callback", T::url, 21402},
        {"PublicApplicationConnectEnabled", "public_application_connect_enabled", T::flag, 20422,
         false}};
    type.filters = {{"FriendlyName", "friendly_name"}};
    type.limit_of_community = kMostOfCommunity;
    type.prepare = prepare_application;
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
