#include "server/voice_settings.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

namespace skyn3t::server {
namespace {

using store::Resource;

std::optional<twiml::DocumentAddress> address_in(const Resource& resource,
                                                 const std::string& prefix) {
    auto url = resource.text(prefix + "_url");
    if (url.empty()) return std::nullopt;
    const bool get = iequals(resource.text(prefix + "_method"), "GET");
    return twiml::DocumentAddress{std::move(url), get ? twiml::Method::get : twiml::Method::post};
}

std::optional<twiml::StatusCallback> callback_in(const Resource& resource, const char* url,
                                                 const char* method) {
    twiml::StatusCallback callback;
    callback.url = resource.text(url);
    if (callback.url.empty()) return std::nullopt;
    if (iequals(resource.text(method), "GET")) callback.method = twiml::Method::get;
    return callback;
}

call::Voice voice_in(const Resource& resource) {
    return {address_in(resource, "voice"), address_in(resource, "voice_fallback"),
            callback_in(resource, "status_callback", "status_callback_method")};
}

}  // namespace

call::Voice voice_of_number(const Resource& number, const FindApplication& find) {
    const auto sid = number.text("voice_application_sid");
    if (sid.empty()) return voice_in(number);
    const Resource* application = find(sid);
    if (application == nullptr) {
        log::warn("a number names an application that is gone number={} application={}",
                  number.unique_name.value_or(""), skyn3t::quoted(sid));
        return voice_in(number);
    }
    auto voice = voice_in(*application);
    if (!voice.status_callback) voice.status_callback = voice_in(number).status_callback;
    return voice;
}

call::Voice voice_of_domain(const Resource& domain) {
    auto voice = voice_in(domain);
    voice.status_callback =
        callback_in(domain, "voice_status_callback_url", "voice_status_callback_method");
    return voice;
}

}  // namespace skyn3t::server
