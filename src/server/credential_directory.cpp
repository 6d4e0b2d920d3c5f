#include "server/credential_directory.hpp"

#include <fmt/format.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/log.hpp"
#include "base/text.hpp"
#include "store/credential_secrets.hpp"

namespace skyn3t::server {
namespace {

using store::MappingPlace;
using store::Resource;
using store::ResourceKind;

// A list as it is mapped to one domain.
struct MappedList {
    bool for_calls = false;
    bool for_registrations = false;
};

sip::Domain domain_of(const Resource& resource, const CredentialParts& parts) {
    sip::Domain domain;
    domain.sid = DomainSid::parse(resource.sid).value_or(DomainSid{});
    domain.name = resource.unique_name.value_or("");
    domain.accepts_registrations = resource.flag("sip_registration");
    domain.realm = parts.realm;
    return domain;
}

sip::PasswordDigests digests_of(store::CredentialDigests digests) {
    return {std::move(digests.md5), std::move(digests.sha256), std::move(digests.md5_escaped),
            std::move(digests.sha256_escaped)};
}

int prefix_of(const Resource& address) {
    const auto found = address.properties.find("cidr_prefix_length");
    return found != address.properties.end() && found->is_number_integer() ? found->get<int>() : 32;
}

// "+56229145248" of "+56229145248-office"; a name without a hyphen is its own.
std::string number_of(std::string_view user) { return std::string(user.substr(0, user.find('-'))); }

// A number from 0 to 1 that nobody without the key can tell.
double fraction_of(const CredentialDirectory::Key& key, std::string_view text) {
    std::array<std::uint8_t, 32> hash{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(),
             &size) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 failed");
    return static_cast<double>(hash[0] << 16 | hash[1] << 8 | hash[2]) / (1 << 24);
}

class Making {
  public:
    explicit Making(const CredentialParts& parts) : parts_(parts) {
        for (const model::Community& community : parts.communities)
            for (const model::Role& role : community.roles)
                roles_.emplace(model::username(community.number, role.role), role.role);
        for (const Resource* each : parts.resources) {
            if (each->kind == ResourceKind::credential_list) lists_.emplace(each->sid, each);
            if (each->kind == ResourceKind::credential) users_of_[each->parent].push_back(each);
            if (each->kind == ResourceKind::ip_address) addresses_of_[each->parent].push_back(each);
        }
    }

    CredentialTable run() {
        CredentialTable& table = table_;
        table.default_domain = parts_.default_domain;
        for (const Resource* each : parts_.resources) {
            if (each->kind != ResourceKind::sip_domain) continue;
            auto in_domain = users_of_domain(*each);
            auto name = in_domain.domain.name;
            table.domains.emplace(std::move(name), std::move(in_domain));
        }
        table.offering_share = share_of_offering();
        return std::move(table_);
    }

  private:
    CredentialTable::InDomain users_of_domain(const Resource& resource) {
        CredentialTable::InDomain made{domain_of(resource, parts_), {}};
        set_who_may_call(resource, made.domain);
        std::vector<std::string> order;  // the lists as they were first mapped
        std::map<std::string, MappedList> mapped;
        for (const store::DomainMapping& mapping : parts_.mappings) {
            if (mapping.domain != resource.sid || mapping.place == MappingPlace::calls_addresses)
                continue;
            if (!mapped.contains(mapping.list)) order.push_back(mapping.list);
            auto& place = mapped[mapping.list];
            (mapping.place == MappingPlace::calls_credentials ? place.for_calls
                                                              : place.for_registrations) = true;
        }
        for (const std::string& list : order)
            for (const Resource* each : users_of_[list]) add(made, *each, mapped[list]);
        return made;
    }

    void set_who_may_call(const Resource& resource, sip::Domain& domain) {
        domain.calls_need_credentials = false;
        for (const store::DomainMapping& mapping : parts_.mappings) {
            if (mapping.domain != resource.sid) continue;
            if (mapping.place == MappingPlace::calls_credentials)
                domain.calls_need_credentials = true;
            if (mapping.place != MappingPlace::calls_addresses) continue;
            domain.calls_need_address = true;
            for (const Resource* each : addresses_of_[mapping.list]) {
                const int prefix = prefix_of(*each);
                auto pattern = sip::AddressPattern::parse(
                    fmt::format("{}/{}", each->text("ip_address"), prefix));
                if (pattern)
                    domain.call_addresses.push_back({std::move(*pattern), prefix, each->community});
                else
                    log::warn("an address of an access control list cannot be read sid={}",
                              each->sid);
            }
        }
        std::stable_sort(domain.call_addresses.begin(), domain.call_addresses.end(),
                         [](const auto& a, const auto& b) { return a.prefix > b.prefix; });
    }

    void add(CredentialTable::InDomain& in_domain, const Resource& resource,
             const MappedList& place) {
        sip::Credential known;
        known.community = resource.community;
        known.user = resource.text("username");
        if (const auto role = roles_.find(known.user); role != roles_.end())
            known.role = role->second;
        known.password = digests_of(store::digests_of(resource));
        known.generation = store::generation_of(resource);
        if (auto previous = store::previous_of(resource); previous && known.generation > 0) {
            known.previous = {digests_of(std::move(previous->digests)), previous->until};
            table_.replacing.push_back({in_domain.domain.name, known.user, resource.sid});
        }
        known.for_calls = place.for_calls;
        known.for_registrations = place.for_registrations;
        known.offers_sha256 = offers_sha256(resource.parent);
        table_.offers_by_number.emplace(number_of(known.user), known.offers_sha256);
        auto user = known.user;
        // Refused when it is mapped (21231); whichever was first is meant.
        if (const auto [at, is_new] = in_domain.users.emplace(std::move(user), std::move(known));
            !is_new)
            log::warn("two lists of a domain have the same user domain={} user={}",
                      in_domain.domain.name, skyn3t::quoted(at->first));
    }

    bool offers_sha256(const std::string& list) const {
        constexpr const char* kOffers = "_offers_sha256";
        const auto found = lists_.find(list);
        return found != lists_.end() && found->second->properties.contains(kOffers)
                   ? found->second->flag(kOffers)
                   : parts_.offers_sha256;
    }

    double share_of_offering() const {
        std::set<std::string> lists;
        for (const store::DomainMapping& mapping : parts_.mappings)
            if (mapping.place != MappingPlace::calls_addresses) lists.insert(mapping.list);
        if (lists.empty()) return parts_.offers_sha256 ? 1 : 0;
        const auto offering = std::count_if(
            lists.begin(), lists.end(), [this](const auto& list) { return offers_sha256(list); });
        return static_cast<double>(offering) / static_cast<double>(lists.size());
    }

    const CredentialParts& parts_;
    CredentialTable table_;
    std::map<std::string, std::string> roles_;  // by user name
    std::map<std::string, const Resource*> lists_;
    std::map<std::string, std::vector<const Resource*>> users_of_, addresses_of_;  // by list
};

}  // namespace

CredentialTable make_credential_table(const CredentialParts& parts) { return Making(parts).run(); }

const sip::Domain* CredentialDirectory::find_domain(std::string_view host) const {
    auto found = table_.domains.find(lower(host));
    if (found == table_.domains.end()) found = table_.domains.find(table_.default_domain);
    return found == table_.domains.end() ? nullptr : &found->second.domain;
}

const sip::Credential* CredentialDirectory::find_credential(const sip::Domain& domain,
                                                            std::string_view user) const {
    return find_user(domain.name, user);
}

const sip::Credential* CredentialDirectory::find_in_other_domain(const sip::Domain& domain,
                                                                 std::string_view user) const {
    for (const auto& [name, in_domain] : table_.domains)
        if (name != domain.name)
            if (const auto* found = find_user(name, user)) return found;
    return nullptr;
}

const sip::Credential* CredentialDirectory::find_user(std::string_view domain,
                                                      std::string_view user) const {
    const auto in_domain = table_.domains.find(domain);
    if (in_domain == table_.domains.end()) return nullptr;
    const auto found = in_domain->second.users.find(std::string(user));
    return found == in_domain->second.users.end() ? nullptr : &found->second;
}

bool CredentialDirectory::is_replaced(const sip::RegisteredBinding& bound) const {
    const auto* credential = find_user(bound.aor.domain, bound.aor.user);
    return credential != nullptr && bound.binding.generation < credential->generation;
}

bool CredentialDirectory::offers_sha256_to_unknown(const sip::Domain&,
                                                   std::string_view user) const {
    const double share = table_.offering_share;
    if (share == 0 || share == 1) return share == 1;
    const auto number = number_of(user);
    const bool by_hash = fraction_of(key_, number) < share;
    const auto known = table_.offers_by_number.find(number);
    return known != table_.offers_by_number.end() ? known->second : by_hash;
}

}  // namespace skyn3t::server
