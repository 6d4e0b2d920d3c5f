#include "store/resource_conversion.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace skyn3t::store {
namespace {

using nlohmann::json;

constexpr const char* kAccountsOwn = "CM00000000000000000000000000000000";
// Addresses of our own documents had no place in version 1; the server moves them to its own base.
const std::string kBase = "http://skyn3t.internal";

constexpr PlatformQuery kNumbers{
    "version_1_numbers",
    "SELECT n.sid, n.community_id, n.phone_number, n.friendly_name, c.code, n.created_ms, "
    "n.updated_ms FROM phone_numbers n JOIN communities c ON c.sid = n.community_id"};
constexpr PlatformQuery kDomains{
    "version_1_domains",
    "SELECT sid, domain_name, friendly_name, realm, created_ms, updated_ms FROM sip_domains "
    "ORDER BY created_ms, sid"};
constexpr PlatformQuery kLists{
    "version_1_lists",
    "SELECT sid, community_id, friendly_name, offers_sha256, created_ms, updated_ms "
    "FROM credential_lists"};
constexpr PlatformQuery kCredentials{
    "version_1_credentials",
    "SELECT sid, community_id, credential_list_sid, username, realm, ha1_md5, ha1_sha256, "
    "ha1_md5_escaped, ha1_sha256_escaped, password_sealed, created_ms, updated_ms "
    "FROM credentials"};
constexpr PlatformQuery kOldMappings{
    "version_1_mappings",
    "INSERT INTO domain_mappings (domain_sid, list_sid, place, community_id, created_ms) "
    "SELECT m.domain_sid, m.credential_list_sid, "
    "CASE m.kind WHEN 'calls' THEN 'calls-credentials' ELSE 'registrations-credentials' END, "
    "l.community_id, m.created_ms "
    "FROM credential_list_mappings m JOIN credential_lists l ON l.sid = m.credential_list_sid"};
constexpr PlatformQuery kInsertConverted{
    "insert_converted",
    "INSERT INTO resources (sid, kind, community_id, parent_sid, unique_name, properties, "
    "created_ms, updated_ms) VALUES (:sid, :kind, :owner, :parent, :name, :properties, :created, "
    ":updated)"};

constexpr PlatformQuery kKeys{"keys_before_14",
                              "SELECT sid, properties FROM resources WHERE kind = 'key'"};
constexpr PlatformQuery kNameKey{
    "name_key",
    "UPDATE resources SET unique_name = :name, properties = :properties WHERE sid = :sid"};

struct Converted {
    std::string sid, kind, community, parent, name;
    json properties;
    std::int64_t created, updated;
};

Converted number(const Row& row) {
    return {row.text(0),
            "incoming-phone-number",
            row.text(1),
            "",
            row.text(2),
            {{"phone_number", row.text(2)},
             {"friendly_name", row.text(3)},
             {"voice_url", kBase + "/twiml/" + row.text(4) + "/main"},
             {"voice_method", "POST"},
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
             {"sms_fallback_method", "POST"}},
            row.integer(5),
            row.integer(6)};
}

Converted domain(const Row& row) {
    const std::string name = lower(row.text(1));
    return {row.text(0),
            "sip-domain",
            kAccountsOwn,
            "",
            name,
            {{"domain_name", name},
             {"friendly_name", row.text(2)},
             {"sip_registration", true},
             {"secure", false},
             {"emergency_calling_enabled", false},
             {"voice_fallback_method", "POST"},
             {"voice_status_callback_method", "POST"},
             {"voice_url", kBase + "/twiml/domain"},
             {"voice_method", "POST"},
             {"_realm", row.text(3)},
             {"_base_url", kBase}},
            row.integer(4),
            row.integer(5)};
}

// offers_sha256: 0 as the server's setting, 1 yes, 2 no.
Converted list(const Row& row) {
    Converted made{row.text(0),    "credential-list",
                   row.text(1),    "",
                   row.text(2),    {{"friendly_name", row.text(2)}},
                   row.integer(4), row.integer(5)};
    if (row.integer(3) != 0) made.properties["_offers_sha256"] = row.integer(3) == 1;
    return made;
}

Converted credential(const Row& row) {
    return {row.text(0),
            "credential",
            row.text(1),
            row.text(2),
            row.text(2) + "/" + row.text(3),
            {{"username", row.text(3)},
             {"credential_list_sid", row.text(2)},
             {"_realm", row.text(4)},
             {"_ha1_md5", row.text(5)},
             {"_ha1_sha256", row.text(6)},
             {"_ha1_md5_escaped", row.text(7)},
             {"_ha1_sha256_escaped", row.text(8)},
             {"_password_sealed", row.text(9)}},
            row.integer(10),
            row.integer(11)};
}

Result<void> insert(Session& session, const Result<std::vector<Converted>>& all) {
    if (!all) return tl::unexpected(all.error());
    for (const Converted& each : *all) {
        Param parent("parent", each.parent);
        parent.is_null = each.parent.empty();
        const std::string properties = each.properties.dump();
        auto done = session.execute(kInsertConverted, {{"sid", each.sid},
                                                       {"kind", each.kind},
                                                       {"owner", each.community},
                                                       parent,
                                                       {"name", each.name},
                                                       {"properties", properties},
                                                       {"created", each.created},
                                                       {"updated", each.updated}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

}  // namespace

Result<void> convert_to_resources(Session& session) {
    auto domains = session.query(kDomains, {}, domain);
    // The first is the configured one: version 1 had no other.
    if (domains && !domains->empty()) domains->front().properties["_default"] = true;
    auto step = insert(session, domains);
    if (step) step = insert(session, session.query(kNumbers, {}, number));
    if (step) step = insert(session, session.query(kLists, {}, list));
    if (step) step = insert(session, session.query(kCredentials, {}, credential));
    if (!step) return step;
    auto mapped = session.execute(kOldMappings);
    if (!mapped) return tl::unexpected(mapped.error());
    return {};
}

Result<void> convert_keys(Session& session) {
    struct Key {
        std::string sid;
        nlohmann::json properties;
    };
    auto keys = session.query(kKeys, {}, [](const Row& row) {
        return Key{row.text(0), nlohmann::json::parse(row.text(1), nullptr, false)};
    });
    if (!keys) return tl::unexpected(keys.error());
    for (Key& key : *keys) {
        if (!key.properties.is_object()) continue;
        const std::string hash = key.properties.value("_secret_sha256", std::string());
        key.properties.erase("_secret_sha256");
        if (hash.empty()) continue;
        const std::string properties = key.properties.dump();
        auto done = session.execute(kNameKey,
                                    {{"name", hash}, {"properties", properties}, {"sid", key.sid}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

}  // namespace skyn3t::store
