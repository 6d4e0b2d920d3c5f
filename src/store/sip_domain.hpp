#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// The configured SIP domain (sip.domain): what a request is for that names no other.
struct SipDomain {
    DomainSid sid;
    std::string name;
    std::string friendly_name;
    std::string realm;     // of all domains
    std::string base_url;  // that the addresses of our own documents stand on
};

struct DomainSettings {
    std::string name;
    std::string friendly_name;
    std::string realm;
    std::string base_url;
};

// Makes the domain at first start, and lets what is stored follow the settings: a renamed domain
// stays itself; addresses of our own documents move to another base; passwords are good in another
// realm as they were in the one before.
[[nodiscard]] Result<SipDomain> open_sip_domain(Database& database, const DomainSettings& settings);

// Inside a transaction or on a reader.
[[nodiscard]] Result<std::optional<SipDomain>> read_sip_domain(Session& session);

}  // namespace skyn3t::store
