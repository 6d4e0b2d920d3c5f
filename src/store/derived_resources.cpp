#include "store/derived_resources.hpp"

#include <algorithm>
#include <set>

#include "store/credential_secrets.hpp"
#include "store/resource_rows.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kRelease{
    "release_derived_names",
    "UPDATE resources SET unique_name = sid WHERE community_id = :community AND "
    "(kind = 'incoming-phone-number' AND unique_name = :number OR "
    "kind = 'credential-list' AND unique_name = :list)"};
constexpr CommunityQuery kReleased{
    "released_resource", SKYN3T_RESOURCE
    "FROM resources WHERE community_id = :community AND kind = :kind AND unique_name = sid"};
constexpr CommunityQuery kMapIfMissing{
    "map_derived_list",
    "INSERT INTO domain_mappings (domain_sid, list_sid, place, community_id, created_ms) "
    "VALUES (:domain, :list, :place, :community, :now) ON CONFLICT DO NOTHING"};

// What the API gives a number that nobody says more about (rest/incoming_phone_numbers.cpp).
const nlohmann::json kOfANewNumber{
    {"type", "local"},
    {"beta", false},
    {"origin", "hosted"},
    {"status", "in-use"},
    {"address_requirements", "none"},
    {"emergency_address_status", "unregistered"},
    {"emergency_status", "Inactive"},
    {"capabilities", {{"voice", true}, {"sms", false}, {"mms", false}, {"fax", false}}},
    {"voice_receive_mode", "voice"},
    {"voice_caller_id_lookup", false},
    {"voice_fallback_method", "POST"},
    {"status_callback_method", "POST"},
    {"sms_method", "POST"},
    {"sms_fallback_method", "POST"}};

class Deriving {
  public:
    Deriving(Session& session, const Derivation& from, const model::Community& community,
             const model::Community* before)
        : session_(session), from_(from), community_(community), before_(before) {}

    Result<void> run() {
        const std::string list_name = model::credential_list_name(community_.code);
        const std::string& number = community_.number.str();
        if (auto adopted = adopt_resources(session_, community_.sid, number, list_name); !adopted)
            return tl::unexpected(adopted.error());
        auto put_number =
            put(ResourceKind::incoming_phone_number, number, NumberSid::generate().str(),
                {{"phone_number", number},
                 {"friendly_name", community_.name},
                 {"voice_url", from_.domain.base_url + "/twiml/" + community_.code + "/main"},
                 {"voice_method", "POST"}});
        if (!put_number) return tl::unexpected(put_number.error());
        auto list = put(ResourceKind::credential_list, list_name,
                        CredentialListSid::generate().str(), {{"friendly_name", list_name}});
        if (!list) return tl::unexpected(list.error());
        // Both: a list that is mapped to calls only lets no phone register (DESIGN.md, section 2,
        // fault 3).
        for (MappingPlace place :
             {MappingPlace::calls_credentials, MappingPlace::registrations_credentials})
            if (auto mapped = session_.execute(kMapIfMissing, community_.sid,
                                               {{"domain", from_.domain.sid},
                                                {"list", list->sid},
                                                {"place", to_string(place)},
                                                {"now", from_.now}});
                !mapped)
                return tl::unexpected(mapped.error());
        return put_credentials(list->sid);
    }

  private:
    Resource blank(ResourceKind kind, std::string sid) const {
        Resource made;
        made.kind = kind;
        made.sid = std::move(sid);
        made.community = community_.sid;
        made.created = made.updated = from_.now;
        return made;
    }

    // The community's resource of that name; else what its old name was released of, renamed; else
    // a new one.
    Result<Resource> put(ResourceKind kind, const std::string& name, std::string new_sid,
                         const nlohmann::json& properties) {
        auto found = find_resource_by_name(session_, kind, name);
        if (!found) return tl::unexpected(found.error());
        if (*found && (*found)->community != community_.sid)
            return fail(Errc::conflict, name + " belongs to another community");
        auto released = session_.query_one(kReleased, community_.sid, {{"kind", to_string(kind)}},
                                           read_resource);
        if (!released) return tl::unexpected(released.error());
        const bool is_new = !*found && !*released;
        Resource resource = *found      ? std::move(**found)
                            : *released ? std::move(**released)
                                        : blank(kind, std::move(new_sid));
        resource.unique_name = name;
        if (is_new && kind == ResourceKind::incoming_phone_number)
            resource.properties = kOfANewNumber;
        resource.properties.update(properties);
        resource.updated = from_.now;
        auto written =
            is_new ? insert_resource(session_, resource) : update_resource(session_, resource);
        if (written && *found && *released)
            written = delete_resource(session_, kind, (*released)->sid);
        if (!written) return tl::unexpected(written.error());
        return resource;
    }

    // A user name never changes (as Twilio's): another name is another credential.
    Result<void> put_credentials(const std::string& list) {
        std::set<std::string> wanted;
        for (const model::Role& role : community_.roles)
            wanted.insert(model::username(community_.number, role.role));
        for (const model::Role& old : before_ ? before_->roles : std::vector<model::Role>{}) {
            const std::string user = model::username(before_->number, old.role);
            if (wanted.contains(user)) continue;
            auto gone = find_credential(list, user);
            if (!gone) return tl::unexpected(gone.error());
            if (!*gone) continue;
            if (auto deleted = delete_resource(session_, (*gone)->kind, (*gone)->sid); !deleted)
                return deleted;
        }
        for (const model::Role& role : community_.roles)
            if (auto written = put_credential(list, role); !written) return written;
        return {};
    }

    Result<void> put_credential(const std::string& list, const model::Role& role) {
        const std::string user = model::username(community_.number, role.role);
        auto found = find_credential(list, user);
        if (!found) return tl::unexpected(found.error());
        Resource credential =
            *found ? std::move(**found)
                   : blank(ResourceKind::credential, CredentialSid::generate().str());
        credential.parent = list;
        credential.unique_name = list + "/" + user;
        credential.properties["username"] = user;
        credential.properties["credential_list_sid"] = list;
        credential.updated = from_.now;
        set_password(credential, from_.box, from_.domain.realm, *role.password);
        return *found ? update_resource(session_, credential)
                      : insert_resource(session_, credential);
    }

    Result<std::optional<Resource>> find_credential(const std::string& list,
                                                    const std::string& user) {
        return find_resource_by_name(session_, ResourceKind::credential, list + "/" + user);
    }

    Session& session_;
    const Derivation& from_;
    const model::Community& community_;
    const model::Community* before_;
};

}  // namespace

Result<void> derive_resources(Session& session, const Derivation& derivation,
                              const model::Community& community, const model::Community* before) {
    return Deriving(session, derivation, community, before).run();
}

Result<void> release_derived_names(Session& session, const model::Community& before) {
    auto released = session.execute(
        kRelease, before.sid,
        {{"number", before.number.str()}, {"list", model::credential_list_name(before.code)}});
    if (!released) return tl::unexpected(released.error());
    return {};
}

}  // namespace skyn3t::store
