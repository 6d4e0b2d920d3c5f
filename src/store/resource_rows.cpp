#include "store/resource_rows.hpp"

#include <algorithm>

#include "model/community.hpp"
#include "store/sealed_addresses.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kInsertResource{
    "insert_resource",
    "INSERT INTO resources (sid, kind, community_id, parent_sid, unique_name, properties, "
    "created_ms, updated_ms) VALUES (:sid, :kind, :community, :parent, :name, :properties, "
    ":created, :updated)"};
constexpr PlatformQuery kUpdateResource{
    "update_resource",
    "UPDATE resources SET unique_name = :name, properties = :properties, updated_ms = :updated "
    "WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kDeleteResource{"delete_resource",
                                        "DELETE FROM resources WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kIsThere{"resource_is_there",
                                 "SELECT kind FROM resources WHERE sid = :sid"};
// Which community may see what it finds is the caller's to ask: `community` comes with each row.
constexpr PlatformQuery kFindResource{
    "find_resource", SKYN3T_RESOURCE "FROM resources WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kFindByName{"find_resource_by_name", SKYN3T_RESOURCE
                                    "FROM resources WHERE kind = :kind AND unique_name = :name"};
constexpr PlatformQuery kOfKind{"resources_of_kind", SKYN3T_RESOURCE
                                "FROM resources WHERE kind = :kind ORDER BY created_ms, sid"};
constexpr CommunityQuery kMap{
    "map_list_to_domain",
    "INSERT INTO domain_mappings (domain_sid, list_sid, place, community_id, created_ms) "
    "VALUES (:domain, :list, :place, :community, :created)"};
// A child has its list's community, and so has a mapping.
constexpr CommunityQuery kAdopt{
    "adopt_resources",
    "UPDATE resources SET community_id = :community WHERE community_id = :account AND "
    "(unique_name = :number AND kind = 'incoming-phone-number' OR "
    "unique_name = :list AND kind = 'credential-list' OR "
    "parent_sid IN (SELECT sid FROM resources WHERE community_id = :account "
    "AND kind = 'credential-list' AND unique_name = :list))"};
constexpr CommunityQuery kAdoptMappings{
    "adopt_mappings",
    "UPDATE domain_mappings SET community_id = :community WHERE community_id = :account AND "
    "list_sid IN (SELECT sid FROM resources WHERE kind = 'credential-list' "
    "AND unique_name = :list)"};

std::string text_of(const nlohmann::json& properties) {
    return properties.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Param optional_text(std::string_view name, const std::string* text) {
    Param param(name, text ? std::string_view(*text) : std::string_view());
    param.is_null = text == nullptr;
    return param;
}

// What a statement on one resource that should be there did.
Result<void> one_changed(const Result<std::int64_t>& changed, const std::string& sid) {
    if (!changed) return tl::unexpected(changed.error());
    if (*changed == 0) return fail(Errc::not_found, "there is no " + sid);
    return {};
}

// Is there a resource with this SID, of this kind if one is asked for?
Result<bool> is_there(Session& session, const std::string& sid, std::optional<ResourceKind> kind) {
    auto found = session.query_one(kIsThere, {{"sid", sid}},
                                   [](const Row& row) { return parse_resource_kind(row.text(0)); });
    if (!found) return tl::unexpected(found.error());
    return *found && (!kind || **found == kind);
}

Result<void> without_count(const Result<std::int64_t>& changed) {
    if (!changed) return tl::unexpected(changed.error());
    return {};
}

// As the row has it.
Resource read_as_stored(const Row& row) {
    Resource resource;
    resource.sid = row.text(0);
    resource.kind = parse_resource_kind(row.text(1)).value_or(ResourceKind{});
    resource.community = row.sid<CommunitySid>(2);
    resource.parent = row.text(3);
    if (!row.is_null(4)) resource.unique_name = row.text(4);
    resource.properties = nlohmann::json::parse(row.text(5), nullptr, false);
    if (!resource.properties.is_object()) resource.properties = nlohmann::json::object();
    resource.created = row.time(6);
    resource.updated = row.time(7);
    return resource;
}

// As it is stored: with its addresses sealed that bear a password.
std::string sealed_text_of(const Session& session, const Resource& resource) {
    if (session.secrets() == nullptr) return text_of(resource.properties);
    auto properties = resource.properties;
    seal_addresses(properties, *session.secrets(), resource.sid);
    return text_of(properties);
}

}  // namespace

Resource ResourceReader::operator()(const Row& row) const {
    Resource resource = read_as_stored(row);
    open_addresses(resource.properties, box, resource.sid);
    return resource;
}

Result<std::vector<Resource>> read_unsealed(Session& session, ResourceKind kind) {
    auto rows = session.query(kOfKind, {{"kind", to_string(kind)}}, read_as_stored);
    if (!rows) return rows;
    std::erase_if(*rows, [](const Resource& each) {
        return std::none_of(each.properties.begin(), each.properties.end(), [](const auto& value) {
            return value.is_string() && has_password(value.template get<std::string>());
        });
    });
    return rows;
}

Result<void> insert_resource(Session& session, const Resource& resource) {
    if (!resource.parent.empty()) {
        auto parent = is_there(session, resource.parent, {});
        if (!parent) return tl::unexpected(parent.error());
        if (!*parent) return fail(Errc::not_found, "there is no " + resource.parent);
    }
    return without_count(session.execute(
        kInsertResource, resource.community,
        {{"sid", resource.sid},
         {"kind", to_string(resource.kind)},
         optional_text("parent", resource.parent.empty() ? nullptr : &resource.parent),
         optional_text("name", resource.unique_name ? &*resource.unique_name : nullptr),
         {"properties", sealed_text_of(session, resource)},
         {"created", resource.created},
         {"updated", resource.updated}}));
}

Result<void> update_resource(Session& session, const Resource& resource) {
    return one_changed(
        session.execute(
            kUpdateResource,
            {optional_text("name", resource.unique_name ? &*resource.unique_name : nullptr),
             {"properties", sealed_text_of(session, resource)},
             {"updated", resource.updated},
             {"kind", to_string(resource.kind)},
             {"sid", resource.sid}}),
        resource.sid);
}

Result<void> delete_resource(Session& session, ResourceKind kind, const std::string& sid) {
    return one_changed(session.execute(kDeleteResource, {{"kind", to_string(kind)}, {"sid", sid}}),
                       sid);
}

Result<std::optional<Resource>> find_resource(Session& session, ResourceKind kind,
                                              const std::string& sid) {
    return session.query_one(kFindResource, {{"kind", to_string(kind)}, {"sid", sid}},
                             ResourceReader{session.secrets()});
}

Result<std::optional<Resource>> find_resource_by_name(Session& session, ResourceKind kind,
                                                      std::string_view name) {
    return session.query_one(kFindByName, {{"kind", to_string(kind)}, {"name", name}},
                             ResourceReader{session.secrets()});
}

Result<std::vector<Resource>> read_resources(Session& session, ResourceKind kind) {
    return session.query(kOfKind, {{"kind", to_string(kind)}}, ResourceReader{session.secrets()});
}

Result<void> insert_mapping(Session& session, const DomainMapping& mapping) {
    const ResourceKind list = mapping.place == MappingPlace::calls_addresses
                                  ? ResourceKind::ip_access_control_list
                                  : ResourceKind::credential_list;
    for (const auto& [sid, kind] :
         {std::pair(mapping.domain, ResourceKind::sip_domain), std::pair(mapping.list, list)}) {
        auto there = is_there(session, sid, kind);
        if (!there) return tl::unexpected(there.error());
        if (!*there) return fail(Errc::not_found, "there is no " + sid);
    }
    return without_count(session.execute(kMap, mapping.community,
                                         {{"domain", mapping.domain},
                                          {"list", mapping.list},
                                          {"place", to_string(mapping.place)},
                                          {"created", mapping.created}}));
}

Result<void> adopt_resources(Session& session, const CommunitySid& community,
                             std::string_view number, std::string_view list_name) {
    const CommunitySid& account = model::account_community();
    auto adopted = without_count(session.execute(
        kAdopt, community, {{"account", account}, {"number", number}, {"list", list_name}}));
    if (!adopted) return adopted;
    return without_count(
        session.execute(kAdoptMappings, community, {{"account", account}, {"list", list_name}}));
}

}  // namespace skyn3t::store
