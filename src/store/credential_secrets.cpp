#include "store/credential_secrets.hpp"

#include "store/ha1.hpp"

namespace skyn3t::store {
namespace {

constexpr const char* kGeneration = "_generation";
constexpr const char* kPrevious = "_previous";
constexpr const char* kUntil = "_until_ms";
constexpr const char* kOfAPassword[] = {"_realm", "_password_sealed"};

// A credential with its previous password in place of the present one.
std::optional<Resource> with_previous(const Resource& credential) {
    const auto found = credential.properties.find(kPrevious);
    if (found == credential.properties.end() || !found->is_object()) return std::nullopt;
    Resource made = credential;
    made.properties = *found;
    made.properties["username"] = credential.text("username");
    return made;
}

std::string context_of(const std::string& sid) { return "credential " + sid; }

// A user name as a phone that escapes its plus sign spells it (RFC 3261, section 25.1 allows "+"
// plain), and hashes it so.
std::string escaped(const std::string& username) {
    std::string text;
    for (char c : username) text += c == '+' ? std::string("%2B") : std::string(1, c);
    return text;
}

// Of the realm that stands in `properties`.
void put_digests(nlohmann::json& properties, const std::string& username,
                 const model::Secret& password) {
    const auto realm = properties.value("_realm", "");
    const std::string other = escaped(username);
    const Ha1 plain = make_ha1(username, realm, password);
    const Ha1 spelled = other == username ? plain : make_ha1(other, realm, password);
    properties["_ha1_md5"] = plain.md5.reveal();
    properties["_ha1_sha256"] = plain.sha256.reveal();
    properties["_ha1_md5_escaped"] = spelled.md5.reveal();
    properties["_ha1_sha256_escaped"] = spelled.sha256.reveal();
}

}  // namespace

void set_password(Resource& credential, const SecretBox& box, const std::string& realm,
                  const model::Secret& password) {
    credential.properties["_realm"] = realm;
    credential.properties["_password_sealed"] = box.seal(password, context_of(credential.sid));
}

void change_password(Resource& credential, const SecretBox& box, const std::string& realm,
                     const model::Secret& password, std::optional<WallTime> keep_until) {
    nlohmann::json before = nlohmann::json::object();
    for (const char* name : kOfAPassword) before[name] = credential.text(name);
    const auto old = password_of(credential, box);
    set_password(credential, box, realm, password);
    if (old && *old == password) return;
    credential.properties[kGeneration] = generation_of(credential) + 1;
    credential.properties.erase(kPrevious);
    if (!keep_until) return;
    before[kUntil] = to_milliseconds(*keep_until);
    credential.properties[kPrevious] = std::move(before);
}

void change_realm(Resource& credential, const std::string& realm) {
    credential.properties["_realm"] = realm;
    const auto previous = credential.properties.find(kPrevious);
    if (previous != credential.properties.end() && previous->is_object())
        (*previous)["_realm"] = realm;
}

Result<void> add_digests(Resource& credential, const SecretBox& box) {
    const auto password = password_of(credential, box);
    if (!password) return tl::unexpected(password.error());
    put_digests(credential.properties, credential.text("username"), *password);
    const auto previous = with_previous(credential);
    if (!previous) return {};
    const auto old = password_of(*previous, box);
    if (!old) return tl::unexpected(old.error());
    put_digests(credential.properties[kPrevious], credential.text("username"), *old);
    return {};
}

std::uint32_t generation_of(const Resource& credential) {
    const auto found = credential.properties.find(kGeneration);
    return found != credential.properties.end() && found->is_number_unsigned()
               ? found->get<std::uint32_t>()
               : 0;
}

std::optional<PreviousPassword> previous_of(const Resource& credential) {
    const auto previous = with_previous(credential);
    if (!previous) return std::nullopt;
    const auto until = previous->properties.find(kUntil);
    if (until == previous->properties.end() || !until->is_number_integer()) return std::nullopt;
    return PreviousPassword{digests_of(*previous), from_milliseconds(until->get<std::int64_t>())};
}

void end_previous(Resource& credential) { credential.properties.erase(kPrevious); }

Result<model::Secret> password_of(const Resource& credential, const SecretBox& box) {
    return box.unseal(credential.text("_password_sealed"), context_of(credential.sid));
}

CredentialDigests digests_of(const Resource& credential) {
    return {credential.text("_realm"), credential.text("_ha1_md5"), credential.text("_ha1_sha256"),
            credential.text("_ha1_md5_escaped"), credential.text("_ha1_sha256_escaped")};
}

}  // namespace skyn3t::store
