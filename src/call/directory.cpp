#include "call/directory.hpp"

#include <utility>

#include "base/text.hpp"

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
    ivr.no_input = community.no_input;
    for (const auto& role : community.roles)
        ivr.roles.push_back({role.role, std::string(1, role.digit), role.label});
    return ivr;
}

template <class Index>
auto find_in(const Index& index, std::string_view key) -> const typename Index::mapped_type* {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : &found->second;
}

template <class Index>
TenantPtr tenant_in(const Index& index, std::string_view key) {
    const auto* found = find_in(index, key);
    return found ? *found : nullptr;
}

}  // namespace

TenantPtr make_tenant(model::Community community, const std::string& sip_domain) {
    auto ivr = ivr_of(community, sip_domain);
    return std::make_shared<const Tenant>(Tenant{std::move(community), std::move(ivr)});
}

Directory::Directory(DirectoryParts parts)
    : sip_domain_(std::move(parts.sip_domain)), tenants_(std::move(parts.tenants)) {
    for (const TenantPtr& tenant : tenants_) {
        by_code_.emplace(tenant->community.code, tenant);
        by_sid_.emplace(tenant->community.sid.str(), tenant);
    }
    for (auto& [code, sid] : parts.former_codes)
        if (auto tenant = of_sid(sid)) by_former_code_.emplace(std::move(code), std::move(tenant));
    if (parts.own) by_sid_.emplace(parts.own->community.sid.str(), parts.own);
    for (DomainUser& each : parts.users)
        users_[std::move(each.domain)].emplace(std::move(each.user), std::move(each.tenant));
    for (VoiceNumber& each : parts.numbers) {
        auto key = each.number;
        numbers_.emplace(std::move(key), std::move(each));
    }
    for (VerifiedNumber& each : parts.verified)
        verified_.emplace(std::move(each.number), std::move(each.community));
    for (VoiceDomain& each : parts.domains) {
        auto key = each.name;
        domains_.emplace(std::move(key), std::move(each));
    }
}

const VoiceNumber* Directory::of_number(std::string_view dialled) const {
    if (const auto* found = find_in(numbers_, dialled)) return found;
    const auto reading = model::NumberReading::parse(dialled);
    return reading ? find_in(numbers_, reading->number.str()) : nullptr;
}

const VoiceDomain* Directory::of_domain(std::string_view host) const {
    return find_in(domains_, lower(host));
}

TenantPtr Directory::of_user(std::string_view domain, std::string_view user) const {
    const auto* users = find_in(users_, domain);
    return users ? tenant_in(*users, user) : nullptr;
}

bool Directory::may_show(const CommunitySid& community, std::string_view number) const {
    if (const auto* owned = find_in(numbers_, number))
        if (owned->tenant->community.sid == community) return true;
    const auto* verified = find_in(verified_, number);
    return verified && (*verified == community || *verified == model::account_community());
}

TenantPtr Directory::of_code(std::string_view code) const { return tenant_in(by_code_, code); }
TenantPtr Directory::of_document_code(std::string_view code) const {
    const auto tenant = of_code(code);
    return tenant ? tenant : tenant_in(by_former_code_, code);
}
TenantPtr Directory::of_sid(const CommunitySid& sid) const { return tenant_in(by_sid_, sid.str()); }

}  // namespace skyn3t::call
