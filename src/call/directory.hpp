#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/community.hpp"
#include "twiml/community_documents.hpp"
#include "twiml/interpreter.hpp"

namespace skyn3t::call {

// A community as calls see it.
struct Tenant {
    model::Community community;
    twiml::CommunityIvr ivr;  // what its documents are made of
};
using TenantPtr =
    std::shared_ptr<const Tenant>;  // shared by the directory and the calls in progress
[[nodiscard]] TenantPtr make_tenant(model::Community community, const std::string& sip_domain);

// What a call to a number, or from a phone of a domain, runs on: Twilio's voice properties.
struct Voice {
    std::optional<twiml::DocumentAddress> document;  // none is configured: such a call fails
    std::optional<twiml::DocumentAddress> fallback;
    std::optional<twiml::StatusCallback> status_callback;
};
struct VoiceNumber {
    NumberSid sid;
    std::string number;  // E.164
    TenantPtr tenant;    // whose it is
    Voice voice;
};
struct VoiceDomain {
    DomainSid sid;
    std::string name;  // lower case
    Voice voice;
};
// Who may register as a user of a domain.
struct DomainUser {
    std::string domain;
    std::string user;  // "+56229145248-office"
    TenantPtr tenant;
};

// A number of somebody else's that may be shown to whom one calls, since the operator answers for
// it.
struct VerifiedNumber {
    std::string number;      // E.164
    CommunitySid community;  // whose alone it is; the account's own: everybody's
};

struct DirectoryParts {
    std::string sip_domain;          // the configured one
    std::vector<TenantPtr> tenants;  // the declared communities
    TenantPtr own{};                 // the account's own community, if it has anything to call
    std::vector<VoiceNumber> numbers{};
    std::vector<VoiceDomain> domains{};
    std::vector<DomainUser> users{};
    std::vector<VerifiedNumber> verified{};
    // Codes that communities had until now: numbers may still ask for their documents.
    std::vector<std::pair<std::string, CommunitySid>> former_codes{};
};

// Who owns a number, a phone: the one place where the community of a call is decided. Immutable;
// the server replaces the whole after a change, and calls in progress keep the tenant that they
// began with.
class Directory {
  public:
    Directory() = default;
    explicit Directory(DirectoryParts parts);

    const std::string& sip_domain() const { return sip_domain_; }
    // `dialled` as a carrier writes it: E.164, or any form that model::NumberReading understands.
    // Null: nobody's.
    const VoiceNumber* of_number(std::string_view dialled) const;
    // Null: no such domain here.
    const VoiceDomain* of_domain(std::string_view host) const;
    // Null: no such phone.
    TenantPtr of_user(std::string_view domain, std::string_view user) const;
    // Whether the number is the community's own, or verified for it.
    bool may_show(const CommunitySid& community, std::string_view number) const;
    TenantPtr of_code(std::string_view code) const;
    // As of_code(), and by a code that it had until now and nobody has today: for its documents.
    TenantPtr of_document_code(std::string_view code) const;
    TenantPtr of_sid(const CommunitySid& sid) const;
    const std::vector<TenantPtr>& all() const { return tenants_; }  // declared

  private:
    template <class Value>
    using Index = std::map<std::string, Value, std::less<>>;

    std::string sip_domain_;
    std::vector<TenantPtr> tenants_;
    Index<TenantPtr> by_code_, by_former_code_, by_sid_;
    Index<Index<TenantPtr>> users_;  // by domain
    Index<VoiceNumber> numbers_;
    Index<VoiceDomain> domains_;
    Index<CommunitySid> verified_;
};

}  // namespace skyn3t::call
