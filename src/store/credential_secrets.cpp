#include "store/credential_secrets.hpp"

#include "store/ha1.hpp"

namespace skyn3t::store {
namespace {

std::string context_of(const std::string& sid) { return "credential " + sid; }

// A user name as a phone that escapes its plus sign spells it (RFC 3261, section 25.1 allows "+"
// plain), and hashes it so.
std::string escaped(const std::string& username) {
    std::string text;
    for (char c : username) text += c == '+' ? std::string("%2B") : std::string(1, c);
    return text;
}

}  // namespace

void set_password(Resource& credential, const SecretBox& box, const std::string& realm,
                  const model::Secret& password) {
    const std::string username = credential.text("username");
    const Ha1 plain = make_ha1(username, realm, password);
    const Ha1 other = make_ha1(escaped(username), realm, password);
    auto& properties = credential.properties;
    properties["_realm"] = realm;
    properties["_ha1_md5"] = plain.md5.reveal();
    properties["_ha1_sha256"] = plain.sha256.reveal();
    properties["_ha1_md5_escaped"] = other.md5.reveal();
    properties["_ha1_sha256_escaped"] = other.sha256.reveal();
    properties["_password_sealed"] = box.seal(password, context_of(credential.sid));
}

Result<model::Secret> password_of(const Resource& credential, const SecretBox& box) {
    return box.unseal(credential.text("_password_sealed"), context_of(credential.sid));
}

CredentialDigests digests_of(const Resource& credential) {
    return {credential.text("_realm"), credential.text("_ha1_md5"), credential.text("_ha1_sha256"),
            credential.text("_ha1_md5_escaped"), credential.text("_ha1_sha256_escaped")};
}

}  // namespace skyn3t::store
