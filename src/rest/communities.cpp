#include <fmt/format.h>

#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/part_json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

Json to_json(const CommunityView& view) {
    const model::Community& community = view.community;
    Json roles = Json::array();
    for (std::size_t i = 0; i < community.roles.size(); ++i) {
        const model::Role& role = community.roles[i];
        Json entry{
            {"role", role.role}, {"digit", std::string(1, role.digit)}, {"label", role.label}};
        if (i < view.phones.size()) {
            entry["username"] = view.phones[i].username;
            entry["contacts"] = view.phones[i].contacts;
            const auto& since = view.phones[i].offline_since;
            entry["offline_since"] = since ? Json(iso8601(*since)) : Json(nullptr);
            entry["offline_reason"] = text_or_null(view.phones[i].offline_reason);
            const auto& until = view.phones[i].old_password_until;
            entry["old_password_until"] = until ? Json(iso8601(*until)) : Json(nullptr);
            entry["contacts_with_old_password"] = view.phones[i].contacts_with_old_password;
        }
        roles.push_back(std::move(entry));
    }
    return {{"sid", community.sid.str()},
            {"code", community.code},
            {"name", community.name},
            {"number", community.number.str()},
            {"number_formatted", model::format_international(community.number)},
            {"type", to_string(community.type)},
            {"language", community.language},
            {"target", to_string(community.target)},
            {"passwords", to_string(community.passwords)},
            {"caller_id", to_string(community.caller_id)},
            {"provisioned", view.is_provisioned},
            {"credential_list_sid", text_or_null(view.credential_list.str())},
            {"main_document",
             community.main_document ? Json(community.main_document->file) : Json(nullptr)},
            {"roles", roles},
            {"url", "/v1/Communities/" + community.code}};
}

http::Response secrets(Communities& communities, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto phones = communities.secrets(code, actor_of(request));
    if (!phones) return error_response(phones.error());
    Json list = Json::array();
    for (const auto& phone : *phones) list.push_back(to_json(phone));
    auto response = json_response({{"code", code}, {"phones", list}});
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

Json to_json(const PhoneSettings& phone) {
    return {{"role", phone.role},           {"label", phone.label},
            {"username", phone.username},   {"password", phone.password.reveal()},
            {"domain", phone.domain},       {"server", phone.server},
            {"transport", phone.transport}, {"expiry", phone.expiry.count()}};
}

void add_communities(http::Router& router, const ApiServices& services) {
    Communities& communities = services.communities;
    router.add_sync("GET", "/v1/Communities", [&communities](const http::Request& request) {
        const auto views = communities.list();
        if (!views) return error_response(views.error());
        Json list = Json::array();
        for (const auto& view : *views)
            if (caller_of(request).sees_code(view.community.code)) list.push_back(to_json(view));
        return json_response({{"communities", list}});
    });
    router.add_sync("GET", "/v1/Communities/{Code}", [&communities](const http::Request& request) {
        const std::string& code = request.path_value("Code");
        if (!caller_of(request).sees_code(code)) return not_found(request.path);
        const auto view = communities.find(code);
        if (!view) return error_response(view.error());
        return *view ? json_response(to_json(**view)) : not_found(request.path);
    });
    router.add_sync(
        "GET", "/v1/Communities/{Code}/Secrets",
        [&communities](const http::Request& request) { return secrets(communities, request); });
}

}  // namespace skyn3t::rest
