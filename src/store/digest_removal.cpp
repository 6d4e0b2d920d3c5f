#include "store/digest_removal.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace skyn3t::store {
namespace {

constexpr PlatformQuery kCredentialsWithDigests{
    "credentials_with_digests", "SELECT sid, properties FROM resources WHERE kind = 'credential'"};
constexpr PlatformQuery kWithoutDigests{
    "set_credential_without_digests",
    "UPDATE resources SET properties = :properties WHERE sid = :sid"};

struct StoredCredential {
    std::string sid;
    nlohmann::json properties;
};

void erase_digests(nlohmann::json& properties) {
    for (const char* name : {"_ha1_md5", "_ha1_sha256", "_ha1_md5_escaped", "_ha1_sha256_escaped"})
        properties.erase(name);
}

}  // namespace

Result<void> remove_stored_digests(Session& session) {
    auto all = session.query(kCredentialsWithDigests, {}, [](const Row& row) {
        return StoredCredential{row.text(0), nlohmann::json::parse(row.text(1), nullptr, false)};
    });
    if (!all) return tl::unexpected(all.error());
    for (StoredCredential& each : *all) {
        if (!each.properties.is_object()) continue;
        erase_digests(each.properties);
        if (auto previous = each.properties.find("_previous");
            previous != each.properties.end() && previous->is_object())
            erase_digests(*previous);
        const std::string properties =
            each.properties.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        auto done =
            session.execute(kWithoutDigests, {{"properties", properties}, {"sid", each.sid}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

}  // namespace skyn3t::store
