#include "store/sip_domain.hpp"

#include <array>

#include "base/text.hpp"
#include "model/community.hpp"
#include "store/credential_secrets.hpp"
#include "store/resource_rows.hpp"

namespace skyn3t::store {
namespace {

// Properties of the domain that is the configured one.
constexpr const char* kIsDefault = "_default";
constexpr const char* kRealm = "_realm";
constexpr const char* kBaseUrl = "_base_url";

SipDomain from_resource(const Resource& resource) {
    return {DomainSid::parse(resource.sid).value_or(DomainSid{}), resource.text("domain_name"),
            resource.text("friendly_name"), resource.text(kRealm), resource.text(kBaseUrl)};
}

Result<std::optional<Resource>> find_default(Session& session) {
    auto domains = read_resources(session, ResourceKind::sip_domain);
    if (!domains) return tl::unexpected(domains.error());
    for (Resource& each : *domains)
        if (each.flag(kIsDefault)) return std::move(each);
    return std::optional<Resource>{};
}

class Opening {
  public:
    Opening(Session& session, const DomainSettings& settings, WallTime now)
        : session_(session), settings_(settings), now_(now) {}

    Result<SipDomain> run() {
        const std::string name = lower(settings_.name);
        auto flagged = find_default(session_);
        if (!flagged) return tl::unexpected(flagged.error());
        auto named = find_resource_by_name(session_, ResourceKind::sip_domain, name);
        if (!named) return tl::unexpected(named.error());
        const std::string old_base = *flagged ? (*flagged)->text(kBaseUrl) : std::string();
        if (*named && *flagged && (*named)->sid != (*flagged)->sid)
            if (auto set = set_default(**flagged, false); !set) return tl::unexpected(set.error());
        Resource domain = *named ? std::move(**named) : *flagged ? std::move(**flagged) : blank();
        domain.unique_name = name;
        domain.properties.update({{"domain_name", name},
                                  {"friendly_name", settings_.friendly_name},
                                  {kIsDefault, true},
                                  {kRealm, settings_.realm},
                                  {kBaseUrl, settings_.base_url}});
        const bool is_new = !*named && !*flagged;
        auto step = is_new ? insert_resource(session_, domain) : update_resource(session_, domain);
        if (step) step = change_realms();
        if (step && !old_base.empty() && old_base != settings_.base_url) step = move_from(old_base);
        if (!step) return tl::unexpected(step.error());
        return from_resource(domain);
    }

  private:
    Resource blank() const {
        Resource made;
        made.kind = ResourceKind::sip_domain;
        made.sid = DomainSid::generate().str();
        made.community = model::account_community();
        made.properties = {{"sip_registration", true},
                           {"secure", false},
                           {"emergency_calling_enabled", false},
                           {"voice_fallback_method", "POST"},
                           {"voice_status_callback_method", "POST"},
                           {"voice_url", settings_.base_url + "/twiml/domain"},
                           {"voice_method", "POST"}};
        made.created = made.updated = now_;
        return made;
    }

    Result<void> set_default(Resource domain, bool is_default) {
        domain.properties[kIsDefault] = is_default;
        return update_resource(session_, domain);
    }

    Result<void> change_realms() {
        auto credentials = read_resources(session_, ResourceKind::credential);
        if (!credentials) return tl::unexpected(credentials.error());
        for (Resource& each : *credentials) {
            if (each.text(kRealm) == settings_.realm) continue;
            change_realm(each, settings_.realm);
            if (auto written = update_resource(session_, each); !written) return written;
        }
        return {};
    }

    // Whoever set such an address meant this server.
    Result<void> move_from(const std::string& old_base) {
        for (ResourceKind kind : {ResourceKind::incoming_phone_number, ResourceKind::sip_domain,
                                  ResourceKind::application}) {
            auto resources = read_resources(session_, kind);
            if (!resources) return tl::unexpected(resources.error());
            for (Resource& each : *resources) {
                if (!move_from(old_base, each.properties)) continue;
                if (auto written = update_resource(session_, each); !written) return written;
            }
        }
        return {};
    }
    bool move_from(const std::string& old_base, nlohmann::json& properties) const {
        bool moved = false;
        for (auto& [name, value] : properties.items()) {
            if (!name.ends_with("_url") || name == kBaseUrl || !value.is_string()) continue;
            const auto address = value.get<std::string>();
            if (!address.starts_with(old_base + "/twiml/")) continue;
            value = settings_.base_url + address.substr(old_base.size());
            moved = true;
        }
        return moved;
    }

    Session& session_;
    const DomainSettings& settings_;
    const WallTime now_;
};

}  // namespace

Result<SipDomain> open_sip_domain(Database& database, const DomainSettings& settings) {
    SipDomain domain;
    auto done = database.write_and_wait([&](Session& session) -> Result<void> {
        auto opened = Opening(session, settings, database.clock().wall()).run();
        if (!opened) return tl::unexpected(opened.error());
        domain = std::move(*opened);
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return domain;
}

Result<std::optional<SipDomain>> read_sip_domain(Session& session) {
    auto found = find_default(session);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::optional<SipDomain>{};
    return from_resource(**found);
}

}  // namespace skyn3t::store
