#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "store/audit_store.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

enum class ResourceKind {
    incoming_phone_number,   // PN, unique name: the number
    sip_domain,              // SD, unique name: the domain's name, lower case
    credential_list,         // CL, unique name: the friendly name; of a community, "community
                             // sid/friendly name" unless that bears a code
    credential,              // CR in a list, unique name: "CL.../user"
    ip_access_control_list,  // AL, unique name: "community sid/friendly name"
    ip_address,              // IP in an access control list, unique name: "AL.../address/prefix"
    application,             // AP
    outgoing_caller_id,      // PN, unique name: the number
    queue,                   // QU, unique name: "community sid/friendly name"
    key,                     // SK; its properties hold a hash of the secret
    document                 // EH, a TwiML document; unique name: "community sid/friendly name"
};
[[nodiscard]] std::string_view to_string(ResourceKind kind);  // the column's word
[[nodiscard]] std::optional<ResourceKind> parse_resource_kind(std::string_view word);

// One resource of Twilio's API (rest-api.md), as stored.
struct Resource {
    ResourceKind kind{};
    std::string sid;
    CommunitySid community;  // model::account_community(): of none that is declared
    std::string parent{};    // the SID of what contains it; else empty
    std::optional<std::string> unique_name{};  // no two of a kind share it
    // Under the names that the API shows, without sid, account_sid, dates and addresses. What the
    // API never shows begins with "_": "_realm", "_password_sealed".
    nlohmann::json properties = nlohmann::json::object();
    WallTime created{};
    WallTime updated{};

    // Of a property that is absent, null or of another type: "" and false.
    [[nodiscard]] std::string text(std::string_view property) const;
    [[nodiscard]] bool flag(std::string_view property) const;
};

// Where a list is mapped to a domain (rest-api.md, 3.2).
enum class MappingPlace { calls_credentials, calls_addresses, registrations_credentials };
[[nodiscard]] std::string_view to_string(MappingPlace place);
[[nodiscard]] std::optional<MappingPlace> parse_mapping_place(std::string_view word);

struct DomainMapping {
    std::string domain;  // SD
    std::string list;    // CL, or AL for calls_addresses
    MappingPlace place{};
    CommunitySid community;  // the list's
    WallTime created{};
};

// Where a page begins. It needs not be there any more: a client may delete what it lists.
struct ResourceCursor {
    WallTime created{};
    std::string sid;
};

// A page of one kind, newest first as Twilio's lists are: after or before (towards newer ones) a
// resource.
struct ResourcePage {
    ResourceKind kind{};
    std::optional<CommunitySid> community{};  // of one community only
    std::optional<std::string> parent{};
    std::optional<std::string> unique_name{};
    std::optional<ResourceCursor> after{}, before{};  // at most one of them
    std::size_t limit = 50;
};

// Numbers, domains, lists, credentials, applications, keys: what the API makes and calls run on
// (ADR 9). Any thread but the signalling one: everything here waits for the database.
class ResourceStore {
  public:
    explicit ResourceStore(Database& database) : database_(database) {}

    // Inserts. `audit`, unless it has no action, in the same transaction. Errc::conflict when the
    // unique name is taken; not_found when the parent is gone.
    Result<void> create(const Resource& resource, const AuditEntry& audit);
    // Replaces unique name, properties and `updated`. Errc::not_found, conflict.
    Result<void> update(const Resource& resource, const AuditEntry& audit);
    // Reads, lets `change` change and writes, with nothing in between. When that says false nothing
    // is written or noted, and false is returned. Errc::not_found.
    Result<bool> change(ResourceKind kind, const std::string& sid,
                        const std::function<bool(Resource&)>& change, const AuditEntry& audit);
    // With what it contains and its mappings. Errc::not_found; conflict when it is a list that is
    // mapped to a domain.
    Result<void> remove(ResourceKind kind, const std::string& sid, const AuditEntry& audit);

    Result<std::optional<Resource>> find(ResourceKind kind, const std::string& sid);
    Result<std::optional<Resource>> find(const std::string& sid);  // of any kind
    Result<std::optional<Resource>> find_by_name(ResourceKind kind, std::string_view unique_name);
    Result<std::vector<Resource>> list(const ResourcePage& page);
    Result<std::int64_t> count(ResourceKind kind, const std::string& parent);  // "": of all
    Result<std::int64_t> count_of(ResourceKind kind, const CommunitySid& community);
    // The users of every credential list; cheaper than their resources.
    struct ListUser {
        std::string list, user;
    };
    Result<std::vector<ListUser>> list_users();
    Result<std::vector<Resource>> all();  // of every kind: what calls run on is made from it

    // Errc::conflict when it is there already, not_found when domain or list is gone.
    Result<void> map(const DomainMapping& mapping, const AuditEntry& audit);
    Result<void> unmap(const DomainMapping& mapping, const AuditEntry& audit);  // not_found
    // Of one domain and place, or of all.
    Result<std::vector<DomainMapping>> mappings(const std::string& domain, MappingPlace place);
    Result<std::vector<DomainMapping>> all_mappings();  // the oldest first
    Result<bool> is_mapped(const DomainMapping& mapping);

    // What was changed through this object since it was last asked, for who keeps a copy of it all.
    struct Touched {
        std::set<std::string> resources;  // SIDs; what they contain goes with them
        std::vector<DomainMapping> mappings;
        bool everything = false;
    };
    Touched take_touched();
    // It could not be read: it is still to be asked for.
    void put_back(const Touched& touched);

  private:
    void touch(const std::function<void(Touched&)>& note);

    Database& database_;
    std::mutex touched_mutex_;
    Touched touched_;
};

}  // namespace skyn3t::store
