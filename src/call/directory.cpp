#include "call/directory.hpp"

#include <utility>

namespace skyn3t::call {
namespace {

twiml::CommunityIvr ivr_of(const model::Community& community, const std::string& sip_domain) {
    twiml::CommunityIvr ivr;
    ivr.code = community.code;
    ivr.name = community.name;
    ivr.number = community.number.str();
    ivr.language = community.language;
    ivr.domain = sip_domain;
    ivr.shown_caller = community.caller_id == model::CallerIdPolicy::caller
                           ? twiml::ShownCaller::caller
                           : twiml::ShownCaller::community;
    for (const auto& role : community.roles)
        ivr.roles.push_back({role.role, std::string(1, role.digit), role.label});
    return ivr;
}

}  // namespace

Directory::Directory(std::string sip_domain, std::vector<model::Community> communities)
    : sip_domain_(std::move(sip_domain)) {
    for (auto& community : communities) {
        auto ivr = ivr_of(community, sip_domain_);
        auto tenant = std::make_shared<const Tenant>(Tenant{std::move(community), std::move(ivr)});
        by_number_.emplace(tenant->community.number.str(), tenant);
        by_code_.emplace(tenant->community.code, tenant);
        by_sid_.emplace(tenant->community.sid.str(), tenant);
        for (const auto& role : tenant->community.roles)
            by_user_.emplace(model::username(tenant->community.number, role.role), tenant);
        tenants_.push_back(std::move(tenant));
    }
}

TenantPtr Directory::find(const Index& index, std::string_view key) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
}

TenantPtr Directory::of_number(std::string_view dialled) const {
    if (auto tenant = find(by_number_, dialled)) return tenant;
    const auto reading = model::NumberReading::parse(dialled);
    return reading ? find(by_number_, reading->number.str()) : nullptr;
}

TenantPtr Directory::of_user(std::string_view user) const { return find(by_user_, user); }
TenantPtr Directory::of_code(std::string_view code) const { return find(by_code_, code); }
TenantPtr Directory::of_sid(const CommunitySid& sid) const { return find(by_sid_, sid.str()); }

}  // namespace skyn3t::call
