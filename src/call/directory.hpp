#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/community.hpp"
#include "twiml/community_documents.hpp"

namespace skyn3t::call {

// A community as calls see it.
struct Tenant {
    model::Community community;
    twiml::CommunityIvr ivr;  // what its documents are made of
};
using TenantPtr =
    std::shared_ptr<const Tenant>;  // shared by the directory and the calls in progress

// Who owns a number, a phone: the one place where the community of a call is decided. Immutable;
// the server replaces the whole after a change, and calls in progress keep the tenant that they
// began with.
class Directory {
  public:
    Directory() = default;
    Directory(std::string sip_domain, std::vector<model::Community> communities);

    const std::string& sip_domain() const { return sip_domain_; }
    // `dialled` as a carrier writes it: E.164, or any form that model::NumberReading understands.
    // Null: nobody's.
    TenantPtr of_number(std::string_view dialled) const;
    // By a phone's user name, "+56229145248-office". Null: no such phone.
    TenantPtr of_user(std::string_view user) const;
    TenantPtr of_code(std::string_view code) const;
    TenantPtr of_sid(const CommunitySid& sid) const;
    const std::vector<TenantPtr>& all() const { return tenants_; }

  private:
    using Index = std::map<std::string, TenantPtr, std::less<>>;
    static TenantPtr find(const Index& index, std::string_view key);

    std::string sip_domain_;
    std::vector<TenantPtr> tenants_;
    Index by_number_, by_user_, by_code_, by_sid_;
};

}  // namespace skyn3t::call
