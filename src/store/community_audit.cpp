#include "store/community_audit.hpp"

#include <nlohmann/json.hpp>

namespace skyn3t::store {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const model::Community& community) {
    Json roles = Json::array();
    for (const auto& role : community.roles)
        roles.push_back(
            {{"role", role.role}, {"digit", std::string(1, role.digit)}, {"label", role.label}});
    return {{"code", community.code},
            {"name", community.name},
            {"number", community.number.str()},
            {"type", to_string(community.type)},
            {"language", community.language},
            {"target", to_string(community.target)},
            {"passwords", to_string(community.passwords)},
            {"caller_id", to_string(community.caller_id)},
            {"may_dial", community.may_dial.text()},
            {"no_input", community.no_input},
            {"main_document",
             community.main_document ? Json(community.main_document->file) : Json(nullptr)},
            {"roles", roles}};
}

Json new_passwords(const model::Community& before, const model::Community& after) {
    Json changed = Json::array();
    for (const auto& role : after.roles) {
        const auto* old = before.find_role(role.role);
        if (old && old->password && role.password && !(*old->password == *role.password))
            changed.push_back(role.role);
    }
    return changed;
}

}  // namespace

std::string audit_detail(const model::Community* before, const model::Community* after) {
    Json detail{{"code", after ? after->code : before->code}};
    Json old = before ? to_json(*before) : Json::object();
    Json now = after ? to_json(*after) : Json::object();
    if (before && after) {
        const Json all = now;
        for (const auto& [name, value] : all.items())
            if (old[name] == value) {
                old.erase(name);
                now.erase(name);
            }
        if (auto passwords = new_passwords(*before, *after); !passwords.empty())
            detail["new_passwords"] = std::move(passwords);
        const bool is_document_new = before->main_document && after->main_document &&
                                     before->main_document->xml != after->main_document->xml;
        if (is_document_new) detail["main_document_changed"] = true;
    }
    if (before) detail["before"] = std::move(old);
    if (after) detail["after"] = std::move(now);
    return detail.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace skyn3t::store
