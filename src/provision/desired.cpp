#include "provision/desired.hpp"

namespace skyn3t::provision {

Desired desire(const model::Community& community, const TargetSettings& target) {
    const std::string documents = target.documents + "/twiml/";
    const std::string status = target.reports_calls ? documents + "status" : std::string();
    Desired desired;
    desired.domain = {target.domain, target.domain_friendly_name, documents + "domain", status};
    desired.list = model::credential_list_name(community.code);
    for (const model::Role& role : community.roles)
        desired.credentials.push_back({role.role, model::username(community.number, role.role),
                                       role.password.value_or(model::Secret{})});
    desired.number = {community.number.str(), community.name, documents + community.code + "/main",
                      status};
    return desired;
}

OldNames names_of(const model::Community& community) {
    OldNames names;
    names.lists = {model::credential_list_name(community.code)};
    names.numbers = {community.number.str()};
    for (const model::Role& role : community.roles)
        names.usernames.push_back(model::username(community.number, role.role));
    return names;
}

}  // namespace skyn3t::provision
