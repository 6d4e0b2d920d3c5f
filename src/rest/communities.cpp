#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "provision/export.hpp"
#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/part_json.hpp"
#include "rest/registrations.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

Json words_of(const model::MayDial& may_dial) {
    Json words = Json::array();
    for (const auto kind : model::kDestinations)
        if (may_dial.allows(kind)) words.push_back(to_string(kind));
    return words;
}

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
    Json failed_logins = Json::array();
    for (const auto& failure : view.failed_logins) failed_logins.push_back(to_json(failure));
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
            {"may_dial", words_of(community.may_dial)},
            {"no_input", text_or_null(community.no_input)},
            {"provisioned", view.is_provisioned},
            {"credential_list_sid", text_or_null(view.credential_list.str())},
            {"main_document",
             community.main_document ? Json(community.main_document->file) : Json(nullptr)},
            {"roles", roles},
            {"failed_logins", failed_logins},
            {"url", "/v1/Communities/" + community.code}};
}

// CommunityCode: of these only.
http::Response export_all(Communities& communities, const http::Request& request) {
    const auto views = communities.list();
    if (!views) return error_response(views.error());
    const auto wanted = request.query.find_all("CommunityCode");
    std::vector<model::Community> chosen;
    for (const auto& view : *views) {
        const std::string& code = view.community.code;
        const bool is_wanted =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), code) != wanted.end();
        if (is_wanted && caller_of(request).sees_code(code)) chosen.push_back(view.community);
    }
    for (const auto code : wanted)
        if (std::none_of(chosen.begin(), chosen.end(),
                         [&](const auto& each) { return each.code == code; }))
            return not_found(request.path);
    const auto exported = provision::export_communities(chosen);
    return json_response({{"communities", chosen.size()},
                          {"manifest", exported.yaml},
                          {"documents", exported.documents}});
}

// The community that the path names, if the caller may see it.
std::optional<CommunitySid> find_named(Communities& communities, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return std::nullopt;
    const auto names = communities.names();
    if (!names) return std::nullopt;
    const auto found = std::find_if(names->begin(), names->end(),
                                    [&](const CommunityName& name) { return name.code == code; });
    return found == names->end() ? std::nullopt : std::optional(found->sid);
}

http::Response with_secret(Json body) {
    auto response = json_response(std::move(body));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

http::Response secrets(const ApiServices& services, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    const auto community = find_named(services.communities, request);
    if (!community) return not_found(request.path);
    const auto phones = services.communities.secrets(code, actor_of(request));
    if (!phones) return error_response(phones.error());
    Json list = Json::array();
    for (const auto& phone : *phones) list.push_back(to_json(phone));
    return with_secret({{"code", code},
                        {"phones", list},
                        {"signing_secret", services.signing_secrets.of(*community).reveal()}});
}

http::Response rotate_signing_secret(const ResourceContext& context, const http::Request& request) {
    const auto& services = context.services();
    const auto community = find_named(services.communities, request);
    if (!community) return not_found(request.path);
    const std::string& code = request.path_value("Code");
    const auto secret = services.signing_secrets.rotate(
        *community,
        context.audit(request, "community.signing-secret", *community, {{"code", code}}));
    if (!secret) return error_response(secret.error());
    return with_secret({{"code", code}, {"signing_secret", secret->reveal()}});
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
    router.add_sync("GET", "/v1/Export", [&communities](const http::Request& request) {
        return export_all(communities, request);
    });
    router.add_sync(
        "GET", "/v1/Communities/{Code}/Secrets",
        [services](const http::Request& request) { return secrets(services, request); });
}

void add_signing_secrets(http::Router& router, const SharedContext& context) {
    router.add_sync("POST", "/v1/Communities/{Code}/SigningSecret",
                    [context](const http::Request& request) {
                        return rotate_signing_secret(*context, request);
                    });
}

}  // namespace skyn3t::rest
