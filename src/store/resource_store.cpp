#include "store/resource_store.hpp"

#include <algorithm>
#include <limits>

#include "model/community.hpp"
#include "model/word_table.hpp"

namespace skyn3t::store {
namespace {

constexpr auto kKinds =
    model::words<ResourceKind>({{ResourceKind::incoming_phone_number, "incoming-phone-number"},
                                {ResourceKind::sip_domain, "sip-domain"},
                                {ResourceKind::credential_list, "credential-list"},
                                {ResourceKind::credential, "credential"},
                                {ResourceKind::ip_access_control_list, "ip-access-control-list"},
                                {ResourceKind::ip_address, "ip-address"},
                                {ResourceKind::application, "application"},
                                {ResourceKind::outgoing_caller_id, "outgoing-caller-id"},
                                {ResourceKind::queue, "queue"},
                                {ResourceKind::key, "key"},
                                {ResourceKind::document, "document"}});
constexpr auto kPlaces = model::words<MappingPlace>(
    {{MappingPlace::calls_credentials, "calls-credentials"},
     {MappingPlace::calls_addresses, "calls-addresses"},
     {MappingPlace::registrations_credentials, "registrations-credentials"}});

constexpr CommunityQuery kInsert{
    "insert_resource",
    "INSERT INTO resources (sid, kind, community_id, parent_sid, unique_name, properties, "
    "created_ms, updated_ms) VALUES (:sid, :kind, :community, :parent, :name, :properties, "
    ":created, :updated)"};
constexpr PlatformQuery kUpdate{
    "update_resource",
    "UPDATE resources SET unique_name = :name, properties = :properties, updated_ms = :updated "
    "WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kDelete{"delete_resource",
                                "DELETE FROM resources WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kIsThere{"resource_is_there",
                                 "SELECT kind FROM resources WHERE sid = :sid"};
constexpr PlatformQuery kIsMapped{
    "list_is_mapped", "SELECT domain_sid FROM domain_mappings WHERE list_sid = :sid LIMIT 1"};

#define SKYN3T_RESOURCE \
    "SELECT sid, kind, community_id, parent_sid, unique_name, properties, created_ms, updated_ms "
// Which community may see what it finds is the caller's to ask: `community` comes with each row.
constexpr PlatformQuery kFind{"find_resource",
                              SKYN3T_RESOURCE "FROM resources WHERE kind = :kind AND sid = :sid"};
constexpr PlatformQuery kFindByName{"find_resource_by_name", SKYN3T_RESOURCE
                                    "FROM resources WHERE kind = :kind AND unique_name = :name"};
// The platform's directory: what calls run on.
constexpr PlatformQuery kAll{"all_resources",
                             SKYN3T_RESOURCE "FROM resources ORDER BY created_ms, sid"};
constexpr PlatformQuery kCount{"count_resources",
                               "SELECT COUNT(*) FROM resources WHERE kind = :kind "
                               "AND (CAST(:any_parent AS BIGINT) = 1 OR parent_sid = :parent)"};

// A page needs an index for each thing that it may be narrowed to.
#define SKYN3T_IF_NAMED "AND (CAST(:any_name AS BIGINT) = 1 OR unique_name = :name) "
#define SKYN3T_OLDER                                                         \
    SKYN3T_IF_NAMED                                                          \
    "AND (created_ms < :created OR (created_ms = :created AND sid < :sid)) " \
    "ORDER BY created_ms DESC, sid DESC LIMIT :count"
#define SKYN3T_NEWER                                                         \
    SKYN3T_IF_NAMED                                                          \
    "AND (created_ms > :created OR (created_ms = :created AND sid > :sid)) " \
    "ORDER BY created_ms, sid LIMIT :count"
#define SKYN3T_OF_KIND SKYN3T_RESOURCE "FROM resources WHERE kind = :kind "
#define SKYN3T_OF_PARENT SKYN3T_OF_KIND "AND parent_sid = :parent "
#define SKYN3T_OF_COMMUNITY SKYN3T_OF_KIND "AND community_id = :community "
#define SKYN3T_OF_BOTH SKYN3T_OF_PARENT "AND community_id = :community "
constexpr PlatformQuery kOlder{"older_resources", SKYN3T_OF_KIND SKYN3T_OLDER};
constexpr PlatformQuery kNewer{"newer_resources", SKYN3T_OF_KIND SKYN3T_NEWER};
constexpr PlatformQuery kOlderIn{"older_resources_in", SKYN3T_OF_PARENT SKYN3T_OLDER};
constexpr PlatformQuery kNewerIn{"newer_resources_in", SKYN3T_OF_PARENT SKYN3T_NEWER};
constexpr CommunityQuery kOlderOf{"older_resources_of", SKYN3T_OF_COMMUNITY SKYN3T_OLDER};
constexpr CommunityQuery kNewerOf{"newer_resources_of", SKYN3T_OF_COMMUNITY SKYN3T_NEWER};
constexpr CommunityQuery kOlderInOf{"older_resources_in_of", SKYN3T_OF_BOTH SKYN3T_OLDER};
constexpr CommunityQuery kNewerInOf{"newer_resources_in_of", SKYN3T_OF_BOTH SKYN3T_NEWER};

#define SKYN3T_MAPPING "SELECT domain_sid, list_sid, place, community_id, created_ms "
constexpr CommunityQuery kMap{
    "map_list_to_domain",
    "INSERT INTO domain_mappings (domain_sid, list_sid, place, community_id, created_ms) "
    "VALUES (:domain, :list, :place, :community, :created)"};
constexpr PlatformQuery kUnmap{
    "unmap_list_from_domain",
    "DELETE FROM domain_mappings WHERE domain_sid = :domain AND list_sid = :list "
    "AND place = :place"};
constexpr PlatformQuery kMappings{
    "domain_mappings", SKYN3T_MAPPING
    "FROM domain_mappings WHERE domain_sid = :domain AND place = :place "
    "ORDER BY created_ms DESC, list_sid DESC"};
constexpr PlatformQuery kAllMappings{"all_domain_mappings", SKYN3T_MAPPING
                                     "FROM domain_mappings ORDER BY created_ms, list_sid, place"};

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

Resource read_resource(const Row& row) {
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

DomainMapping read_mapping(const Row& row) {
    return {row.text(0), row.text(1), parse_mapping_place(row.text(2)).value_or(MappingPlace{}),
            row.sid<CommunitySid>(3), row.time(4)};
}

std::string text_of(const nlohmann::json& properties) {
    return properties.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Param optional_text(std::string_view name, const std::string* text) {
    Param param(name, text ? std::string_view(*text) : std::string_view());
    param.is_null = text == nullptr;
    return param;
}

Result<void> note(Session& session, const AuditEntry& audit) {
    if (audit.action.empty()) return {};
    return AuditStore::add(session, audit);
}

// Is there a resource with this SID, of this kind if one is asked for?
Result<bool> is_there(Session& session, const std::string& sid, std::optional<ResourceKind> kind) {
    auto found = session.query_one(kIsThere, {{"sid", sid}},
                                   [](const Row& row) { return parse_resource_kind(row.text(0)); });
    if (!found) return tl::unexpected(found.error());
    return *found && (!kind || **found == kind);
}

// What a statement on one resource that should be there did.
Result<void> one_changed(const Result<std::int64_t>& changed, const std::string& sid) {
    if (!changed) return tl::unexpected(changed.error());
    if (*changed == 0) return fail(Errc::not_found, "there is no " + sid);
    return {};
}

struct PageQueries {
    const PlatformQuery& all;
    const PlatformQuery& in;
    const CommunityQuery& of;
    const CommunityQuery& in_of;
};
constexpr PageQueries kOlderPages{kOlder, kOlderIn, kOlderOf, kOlderInOf};
constexpr PageQueries kNewerPages{kNewer, kNewerIn, kNewerOf, kNewerInOf};

}  // namespace

std::string_view to_string(ResourceKind kind) { return kKinds.word(kind); }
std::optional<ResourceKind> parse_resource_kind(std::string_view word) { return kKinds.find(word); }
std::string_view to_string(MappingPlace place) { return kPlaces.word(place); }
std::optional<MappingPlace> parse_mapping_place(std::string_view word) {
    return kPlaces.find(word);
}

Result<void> ResourceStore::create(const Resource& resource, const AuditEntry& audit) {
    const std::string properties = text_of(resource.properties);
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        if (!resource.parent.empty()) {
            auto parent = is_there(session, resource.parent, {});
            if (!parent) return tl::unexpected(parent.error());
            if (!*parent) return fail(Errc::not_found, "there is no " + resource.parent);
        }
        auto done = session.execute(
            kInsert, resource.community,
            {{"sid", resource.sid},
             {"kind", to_string(resource.kind)},
             optional_text("parent", resource.parent.empty() ? nullptr : &resource.parent),
             optional_text("name", resource.unique_name ? &*resource.unique_name : nullptr),
             {"properties", properties},
             {"created", resource.created},
             {"updated", resource.updated}});
        if (!done) return tl::unexpected(done.error());
        return note(session, audit);
    });
}

Result<void> ResourceStore::update(const Resource& resource, const AuditEntry& audit) {
    const std::string properties = text_of(resource.properties);
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = one_changed(
            session.execute(
                kUpdate,
                {optional_text("name", resource.unique_name ? &*resource.unique_name : nullptr),
                 {"properties", properties},
                 {"updated", resource.updated},
                 {"kind", to_string(resource.kind)},
                 {"sid", resource.sid}}),
            resource.sid);
        if (!done) return done;
        return note(session, audit);
    });
}

Result<void> ResourceStore::remove(ResourceKind kind, const std::string& sid,
                                   const AuditEntry& audit) {
    const bool is_list =
        kind == ResourceKind::credential_list || kind == ResourceKind::ip_access_control_list;
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        if (is_list) {
            auto mapped = session.query_one(kIsMapped, {{"sid", sid}},
                                            [](const Row& row) { return row.text(0); });
            if (!mapped) return tl::unexpected(mapped.error());
            if (*mapped) return fail(Errc::conflict, sid + " is mapped to " + **mapped);
        }
        auto done =
            one_changed(session.execute(kDelete, {{"kind", to_string(kind)}, {"sid", sid}}), sid);
        if (!done) return done;
        return note(session, audit);
    });
}

Result<std::optional<Resource>> ResourceStore::find(ResourceKind kind, const std::string& sid) {
    return database_.read([&](Session& session) {
        return session.query_one(kFind, {{"kind", to_string(kind)}, {"sid", sid}}, read_resource);
    });
}

Result<std::optional<Resource>> ResourceStore::find_by_name(ResourceKind kind,
                                                            std::string_view unique_name) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindByName, {{"kind", to_string(kind)}, {"name", unique_name}},
                                 read_resource);
    });
}

Result<std::vector<Resource>> ResourceStore::list(const ResourcePage& page) {
    const PageQueries& queries = page.before ? kNewerPages : kOlderPages;
    const ResourceCursor from = page.before  ? *page.before
                                : page.after ? *page.after
                                             : ResourceCursor{WallTime::max(), {}};
    const Param kind("kind", to_string(page.kind));
    const Param any_name("any_name", page.unique_name ? 0 : 1);
    const Param name("name", page.unique_name ? std::string_view(*page.unique_name) : "");
    const Param created("created", from.created), sid("sid", from.sid);
    const auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    const Param count("count", static_cast<std::int64_t>(std::min(page.limit, most)));
    auto rows = database_.read([&](Session& session) {
        if (page.parent && page.community)
            return session.query(
                queries.in_of, *page.community,
                {kind, {"parent", *page.parent}, any_name, name, created, sid, count},
                read_resource);
        if (page.parent)
            return session.query(
                queries.in, {kind, {"parent", *page.parent}, any_name, name, created, sid, count},
                read_resource);
        if (page.community)
            return session.query(queries.of, *page.community,
                                 {kind, any_name, name, created, sid, count}, read_resource);
        return session.query(queries.all, {kind, any_name, name, created, sid, count},
                             read_resource);
    });
    if (rows && page.before) std::reverse(rows->begin(), rows->end());
    return rows;
}

Result<std::int64_t> ResourceStore::count(ResourceKind kind, const std::string& parent) {
    auto found = database_.read([&](Session& session) {
        return session.query_one(
            kCount,
            {{"kind", to_string(kind)}, {"any_parent", parent.empty() ? 1 : 0}, {"parent", parent}},
            [](const Row& row) { return row.integer(0); });
    });
    if (!found) return tl::unexpected(found.error());
    return found->value_or(0);
}

Result<std::vector<Resource>> ResourceStore::all() {
    return database_.read([](Session& session) { return session.query(kAll, {}, read_resource); });
}

Result<void> ResourceStore::map(const DomainMapping& mapping, const AuditEntry& audit) {
    const ResourceKind list = mapping.place == MappingPlace::calls_addresses
                                  ? ResourceKind::ip_access_control_list
                                  : ResourceKind::credential_list;
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        for (const auto& [sid, kind] :
             {std::pair(mapping.domain, ResourceKind::sip_domain), std::pair(mapping.list, list)}) {
            auto there = is_there(session, sid, kind);
            if (!there) return tl::unexpected(there.error());
            if (!*there) return fail(Errc::not_found, "there is no " + sid);
        }
        auto done = session.execute(kMap, mapping.community,
                                    {{"domain", mapping.domain},
                                     {"list", mapping.list},
                                     {"place", to_string(mapping.place)},
                                     {"created", mapping.created}});
        if (!done) return tl::unexpected(done.error());
        return note(session, audit);
    });
}

Result<void> ResourceStore::unmap(const DomainMapping& mapping, const AuditEntry& audit) {
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = one_changed(session.execute(kUnmap, {{"domain", mapping.domain},
                                                         {"list", mapping.list},
                                                         {"place", to_string(mapping.place)}}),
                                mapping.list);
        if (!done) return done;
        return note(session, audit);
    });
}

Result<std::vector<DomainMapping>> ResourceStore::mappings(const std::string& domain,
                                                           MappingPlace place) {
    return database_.read([&](Session& session) {
        return session.query(kMappings, {{"domain", domain}, {"place", to_string(place)}},
                             read_mapping);
    });
}

Result<std::vector<DomainMapping>> ResourceStore::all_mappings() {
    return database_.read(
        [](Session& session) { return session.query(kAllMappings, {}, read_mapping); });
}

Result<void> ResourceStore::adopt(const CommunitySid& community, std::string_view number,
                                  std::string_view list_name) {
    const CommunitySid& account = model::account_community();
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = session.execute(
            kAdopt, community, {{"account", account}, {"number", number}, {"list", list_name}});
        if (done)
            done = session.execute(kAdoptMappings, community,
                                   {{"account", account}, {"list", list_name}});
        if (!done) return tl::unexpected(done.error());
        return {};
    });
}

}  // namespace skyn3t::store
