#pragma once

#include <memory>
#include <string>
#include <vector>

#include "call/directory.hpp"

namespace skyn3t::test {

// What provisioning makes of communities: numbers and the domain with our own documents, and a
// user for each role.
inline call::DirectoryParts directory_parts(const std::string& domain,
                                            std::vector<model::Community> communities,
                                            const std::string& base) {
    const auto address = [&](const std::string& path) {
        return call::Voice{twiml::DocumentAddress{base + path}, {}, {}};
    };
    call::DirectoryParts parts;
    parts.sip_domain = domain;
    parts.domains.push_back({DomainSid::generate(), domain, address("/twiml/domain")});
    for (auto& community : communities) {
        const auto tenant = call::make_tenant(std::move(community), domain);
        parts.tenants.push_back(tenant);
        parts.numbers.push_back({NumberSid::generate(), tenant->community.number.str(), tenant,
                                 address("/twiml/" + tenant->community.code + "/main")});
        for (const auto& role : tenant->community.roles)
            parts.users.push_back(
                {domain, model::username(tenant->community.number, role.role), tenant});
    }
    return parts;
}

inline std::shared_ptr<const call::Directory> directory_of(
    const std::string& domain, std::vector<model::Community> communities,
    const std::string& base = "https://voice.example.cl") {
    return std::make_shared<const call::Directory>(
        directory_parts(domain, std::move(communities), base));
}

}  // namespace skyn3t::test
