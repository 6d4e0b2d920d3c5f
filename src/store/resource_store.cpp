#include "store/resource_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "model/word_table.hpp"
#include "store/resource_rows.hpp"

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

constexpr std::size_t kMostTouched = 1000;

constexpr PlatformQuery kIsMapped{
    "list_is_mapped", "SELECT domain_sid FROM domain_mappings WHERE list_sid = :sid LIMIT 1"};

// The platform's directory: what calls run on.
constexpr PlatformQuery kAllResources{"all_resources",
                                      SKYN3T_RESOURCE "FROM resources ORDER BY created_ms, sid"};
constexpr PlatformQuery kListUsers{
    "list_users", "SELECT parent_sid, unique_name FROM resources WHERE kind = 'credential'"};
constexpr PlatformQuery kFindAnyResource{"find_any_resource",
                                         SKYN3T_RESOURCE "FROM resources WHERE sid = :sid"};
constexpr PlatformQuery kCount{"count_resources",
                               "SELECT COUNT(*) FROM resources WHERE kind = :kind "
                               "AND (CAST(:any_parent AS BIGINT) = 1 OR parent_sid = :parent)"};
constexpr CommunityQuery kCountOf{
    "count_resources_of",
    "SELECT COUNT(*) FROM resources WHERE community_id = :community AND kind = :kind"};

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
constexpr PlatformQuery kOlderResources{"older_resources", SKYN3T_OF_KIND SKYN3T_OLDER};
constexpr PlatformQuery kNewerResources{"newer_resources", SKYN3T_OF_KIND SKYN3T_NEWER};
constexpr PlatformQuery kOlderIn{"older_resources_in", SKYN3T_OF_PARENT SKYN3T_OLDER};
constexpr PlatformQuery kNewerIn{"newer_resources_in", SKYN3T_OF_PARENT SKYN3T_NEWER};
constexpr CommunityQuery kOlderOf{"older_resources_of", SKYN3T_OF_COMMUNITY SKYN3T_OLDER};
constexpr CommunityQuery kNewerOf{"newer_resources_of", SKYN3T_OF_COMMUNITY SKYN3T_NEWER};
constexpr CommunityQuery kOlderInOf{"older_resources_in_of", SKYN3T_OF_BOTH SKYN3T_OLDER};
constexpr CommunityQuery kNewerInOf{"newer_resources_in_of", SKYN3T_OF_BOTH SKYN3T_NEWER};

#define SKYN3T_MAPPING "SELECT domain_sid, list_sid, place, community_id, created_ms "
constexpr PlatformQuery kUnmap{
    "unmap_list_from_domain",
    "DELETE FROM domain_mappings WHERE domain_sid = :domain AND list_sid = :list "
    "AND place = :place"};
constexpr PlatformQuery kMappings{
    "domain_mappings", SKYN3T_MAPPING
    "FROM domain_mappings WHERE domain_sid = :domain AND place = :place "
    "ORDER BY created_ms DESC, list_sid DESC"};
constexpr PlatformQuery kMapping{"domain_mapping", SKYN3T_MAPPING
                                 "FROM domain_mappings WHERE domain_sid = :domain "
                                 "AND list_sid = :list AND place = :place"};
constexpr PlatformQuery kAllMappings{"all_domain_mappings", SKYN3T_MAPPING
                                     "FROM domain_mappings ORDER BY created_ms, list_sid, place"};

DomainMapping read_mapping(const Row& row) {
    return {row.text(0), row.text(1), parse_mapping_place(row.text(2)).value_or(MappingPlace{}),
            row.sid<CommunitySid>(3), row.time(4)};
}

Result<void> note(Session& session, const AuditEntry& audit) {
    if (audit.action.empty()) return {};
    return AuditStore::add(session, audit);
}

struct PageQueries {
    const PlatformQuery& all;
    const PlatformQuery& in;
    const CommunityQuery& of;
    const CommunityQuery& in_of;
};
constexpr PageQueries kOlderPages{kOlderResources, kOlderIn, kOlderOf, kOlderInOf};
constexpr PageQueries kNewerPages{kNewerResources, kNewerIn, kNewerOf, kNewerInOf};

}  // namespace

std::string_view to_string(ResourceKind kind) { return kKinds.word(kind); }
std::optional<ResourceKind> parse_resource_kind(std::string_view word) { return kKinds.find(word); }
std::string_view to_string(MappingPlace place) { return kPlaces.word(place); }
std::optional<MappingPlace> parse_mapping_place(std::string_view word) {
    return kPlaces.find(word);
}

std::string Resource::text(std::string_view property) const {
    const auto found = properties.find(property);
    return found != properties.end() && found->is_string() ? found->get<std::string>()
                                                           : std::string();
}

bool Resource::flag(std::string_view property) const {
    const auto found = properties.find(property);
    return found != properties.end() && found->is_boolean() && found->get<bool>();
}

Result<void> ResourceStore::create(const Resource& resource, const AuditEntry& audit) {
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        if (auto done = insert_resource(session, resource); !done) return done;
        return note(session, audit);
    });
    if (written) touch([&](Touched& touched) { touched.resources.insert(resource.sid); });
    return written;
}

Result<void> ResourceStore::update(const Resource& resource, const AuditEntry& audit) {
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        if (auto done = update_resource(session, resource); !done) return done;
        return note(session, audit);
    });
    if (written) touch([&](Touched& touched) { touched.resources.insert(resource.sid); });
    return written;
}

Result<bool> ResourceStore::change(ResourceKind kind, const std::string& sid,
                                   const std::function<bool(Resource&)>& change,
                                   const AuditEntry& audit) {
    bool is_changed = false;
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        auto found = find_resource(session, kind, sid);
        if (!found) return tl::unexpected(found.error());
        if (!*found) return fail(Errc::not_found, "there is no " + sid);
        is_changed = change(**found);
        if (!is_changed) return {};
        if (auto done = update_resource(session, **found); !done) return done;
        return note(session, audit);
    });
    if (!written) return tl::unexpected(written.error());
    if (is_changed) touch([&](Touched& touched) { touched.resources.insert(sid); });
    return is_changed;
}

Result<void> ResourceStore::remove(ResourceKind kind, const std::string& sid,
                                   const AuditEntry& audit) {
    const bool is_list =
        kind == ResourceKind::credential_list || kind == ResourceKind::ip_access_control_list;
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        if (is_list) {
            auto mapped = session.query_one(kIsMapped, {{"sid", sid}},
                                            [](const Row& row) { return row.text(0); });
            if (!mapped) return tl::unexpected(mapped.error());
            if (*mapped) return fail(Errc::conflict, sid + " is mapped to " + **mapped);
        }
        if (auto done = delete_resource(session, kind, sid); !done) return done;
        return note(session, audit);
    });
    if (written) touch([&](Touched& touched) { touched.resources.insert(sid); });
    return written;
}

Result<std::optional<Resource>> ResourceStore::find(ResourceKind kind, const std::string& sid) {
    return database_.read([&](Session& session) { return find_resource(session, kind, sid); });
}

Result<std::optional<Resource>> ResourceStore::find(const std::string& sid) {
    return database_.read([&](Session& session) {
        return session.query_one(kFindAnyResource, {{"sid", sid}},
                                 ResourceReader{session.secrets()});
    });
}

Result<std::optional<Resource>> ResourceStore::find_by_name(ResourceKind kind,
                                                            std::string_view unique_name) {
    return database_.read(
        [&](Session& session) { return find_resource_by_name(session, kind, unique_name); });
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
                ResourceReader{session.secrets()});
        if (page.parent)
            return session.query(
                queries.in, {kind, {"parent", *page.parent}, any_name, name, created, sid, count},
                ResourceReader{session.secrets()});
        if (page.community)
            return session.query(queries.of, *page.community,
                                 {kind, any_name, name, created, sid, count},
                                 ResourceReader{session.secrets()});
        return session.query(queries.all, {kind, any_name, name, created, sid, count},
                             ResourceReader{session.secrets()});
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

Result<std::int64_t> ResourceStore::count_of(ResourceKind kind, const CommunitySid& community) {
    auto found = database_.read([&](Session& session) {
        return session.query_one(kCountOf, community, {{"kind", to_string(kind)}},
                                 [](const Row& row) { return row.integer(0); });
    });
    if (!found) return tl::unexpected(found.error());
    return found->value_or(0);
}

Result<std::vector<ResourceStore::ListUser>> ResourceStore::list_users() {
    return database_.read([](Session& session) {
        return session.query(kListUsers, {}, [](const Row& row) {
            const std::string name = row.text(1);  // "CL.../user"
            return ListUser{row.text(0), name.substr(name.find('/') + 1)};
        });
    });
}

Result<std::vector<Resource>> ResourceStore::all() {
    return database_.read([](Session& session) {
        return session.query(kAllResources, {}, ResourceReader{session.secrets()});
    });
}

Result<void> ResourceStore::map(const DomainMapping& mapping, const AuditEntry& audit) {
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        if (auto done = insert_mapping(session, mapping); !done) return done;
        return note(session, audit);
    });
    if (written) touch([&](Touched& touched) { touched.mappings.push_back(mapping); });
    return written;
}

Result<void> ResourceStore::unmap(const DomainMapping& mapping, const AuditEntry& audit) {
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = session.execute(kUnmap, {{"domain", mapping.domain},
                                             {"list", mapping.list},
                                             {"place", to_string(mapping.place)}});
        if (!done) return tl::unexpected(done.error());
        if (*done == 0) return fail(Errc::not_found, mapping.list + " is not mapped there");
        return note(session, audit);
    });
    if (written) touch([&](Touched& touched) { touched.mappings.push_back(mapping); });
    return written;
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

Result<bool> ResourceStore::is_mapped(const DomainMapping& mapping) {
    auto found = database_.read([&](Session& session) {
        return session.query_one(kMapping,
                                 {{"domain", mapping.domain},
                                  {"list", mapping.list},
                                  {"place", to_string(mapping.place)}},
                                 read_mapping);
    });
    if (!found) return tl::unexpected(found.error());
    return found->has_value();
}

ResourceStore::Touched ResourceStore::take_touched() {
    const std::lock_guard lock(touched_mutex_);
    return std::exchange(touched_, {});
}

void ResourceStore::put_back(const Touched& touched) {
    touch([&](Touched& now) {
        now.everything = now.everything || touched.everything;
        now.resources.insert(touched.resources.begin(), touched.resources.end());
        now.mappings.insert(now.mappings.end(), touched.mappings.begin(), touched.mappings.end());
    });
}

void ResourceStore::touch(const std::function<void(Touched&)>& note) {
    const std::lock_guard lock(touched_mutex_);
    note(touched_);
    // Nobody keeps a copy, or it is time to read it all again.
    if (touched_.resources.size() + touched_.mappings.size() <= kMostTouched) return;
    touched_ = {};
    touched_.everything = true;
}

}  // namespace skyn3t::store
